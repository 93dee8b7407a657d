"""How records stand in the archive: `current`, `head` and `conflict`, worked out anew for those a bundle touched."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, delete

from sync import schema
from sync.merge import RecordView, merge
from sync.reading import Found
from sync.revision import Operation
from sync.shelf import Shelf

_STATES: Mapping[str, str] = {
    Operation.ERASE: "erased",
    Operation.WITHDRAW: "withdrawn",
    Operation.DELETE: "deleted",
}


class Standing(NamedTuple):
    """A record as lists know it, without its answers."""

    record: str
    form: str
    hlc: str
    state: str
    incomplete: bool
    heads: tuple[str, ...]
    conflicts: Mapping[str, tuple[str, ...]] = {}


class Node(NamedTuple):
    """A revision in the graph of its record."""

    record: str
    id: str
    parents: tuple[str, ...]
    form: str
    hlc: str
    operation: str


def stand(
    connection: Connection, shelf: Shelf, fresh: Collection[Found], grown: Collection[str], number: int
) -> int:
    """Write down how records stand that a bundle touched; give how many of them are in conflict.

    fresh: the only revisions of records that are new. grown: records with several revisions. number: of the bundle.
    """
    for table in (schema.current, schema.head, schema.conflict):
        for part in schema.in_parts(grown):
            connection.execute(delete(table).where(table.c.record_id.in_(part)))
    alone = [
        (f.record, f.form, f.hlc, _STATES.get(f.operation, "live"), 0, int(bool(f.parents)), number)
        for f in fresh
    ]
    schema.insert_rows(connection, schema.current, alone)
    schema.insert_rows(connection, schema.head, [(f.record, f.id) for f in fresh])
    standings = list(_grown(connection, shelf, grown))
    _write(connection, standings, number)
    return sum(bool(each.conflicts) for each in standings)


def standing_of(view: RecordView) -> Standing:
    """How a merged record stands."""
    conflicts = {path: tuple(v.revision for v in versions) for path, versions in view.conflicts.items()}
    return Standing(view.record, view.form, view.hlc, view.state, view.incomplete, view.heads, conflicts)


def _grown(connection: Connection, shelf: Shelf, records: Collection[str]) -> Iterable[Standing]:
    """Only a graph that branches can hold a conflict, so only then bodies are read."""
    branching: list[str] = []
    for record, nodes in _graphs(connection, records).items():
        straight = _straight(nodes)
        if straight is None:
            branching.append(record)
        else:
            yield straight
    for _record, revisions in shelf.by_record(branching):
        yield standing_of(merge(revisions))


def _graphs(connection: Connection, records: Collection[str]) -> dict[str, dict[str, Node]]:
    table, links = schema.revision, schema.parent
    parents: dict[str, list[str]] = {}
    graphs: dict[str, dict[str, Node]] = {}
    columns = (links.c.rev_id, links.c.parent_id)
    for child, parent in schema.select_in(connection, columns, links.c.record_id, records):
        parents.setdefault(child, []).append(parent)
    wanted = (table.c.record_id, table.c.rev_id, table.c.form, table.c.hlc, table.c.operation)
    for record, each, form, hlc, operation in schema.select_in(
        connection, wanted, table.c.record_id, records
    ):
        node = Node(record, each, tuple(parents.get(each, ())), form, hlc, operation)
        graphs.setdefault(record, {})[each] = node
    return graphs


def _straight(nodes: Mapping[str, Node]) -> Standing | None:
    """How a record stands whose revisions follow one another, each seeing the one before; None for any other."""
    children: dict[str, str] = {}
    roots = []
    for node in nodes.values():
        if len(node.parents) > 1 or node.operation not in {Operation.PUT, Operation.RESOLVE}:
            return None
        if not node.parents:
            roots.append(node)
        elif node.parents[0] not in nodes or node.parents[0] in children:
            return None
        else:
            children[node.parents[0]] = node.id
    if len(roots) != 1:
        return None
    tip = roots[0].id
    while tip in children:
        tip = children[tip]
    last = max(nodes.values(), key=lambda node: (node.hlc, node.id))
    return Standing(last.record, last.form, last.hlc, "live", False, (tip,))


def _write(connection: Connection, standings: Collection[Standing], number: int) -> None:
    schema.insert_rows(
        connection,
        schema.current,
        [(s.record, s.form, s.hlc, s.state, len(s.conflicts), int(s.incomplete), number) for s in standings],
    )
    schema.insert_rows(
        connection, schema.head, [(each.record, head) for each in standings for head in each.heads]
    )
    schema.insert_rows(
        connection,
        schema.conflict,
        [
            (each.record, path, revision)
            for each in standings
            for path, revisions in each.conflicts.items()
            for revision in revisions
        ],
    )
