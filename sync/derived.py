"""What lists at the office are made from: rows that each record gives of itself, kept up to date beside the packs.

    review = Derivation("review", "1", make, operation=Operation.REVIEW)
    bring_up_to_date(connection, [review], source)        only what changed is read
    rows(connection, "review", state="queried")

A row is a pure function of its record's revisions, so order and repetition of imports cannot matter; like the flat tables
they can be dropped and made anew. They lie in the database as they are: nothing of tier C or R may be in them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any, Protocol

import orjson
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    MetaData,
    Table,
    Text,
    delete,
    func,
    inspect,
    select,
)
from sqlalchemy.types import BigInteger

from sync import schema
from sync.merge import RecordView, merge
from sync.revision import Operation, Revision

metadata = MetaData()

derived = Table(
    "derived",
    metadata,
    Column("record_id", schema.TEXT, primary_key=True),
    Column("kind", schema.TEXT, primary_key=True),
    Column("key", schema.TEXT, primary_key=True),
    Column("state", schema.TEXT, nullable=False),
    Column("place", schema.TEXT, nullable=False),
    Column("at", schema.TEXT, nullable=False),
    Column("facts", Text, nullable=False),
)
Index("derived_kind", derived.c.kind, derived.c.state, derived.c.at)

derived_state = Table(
    "derived_state",
    metadata,
    Column("kind", schema.TEXT, primary_key=True),
    Column("version", schema.TEXT, nullable=False),
    Column("current", BigInteger, nullable=False),
)
"""By which version of its derivation a kind was made, and up to which import."""

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Row:
    """What a record gives of itself. key: one of several rows of one kind. state: what lists choose by. place: a village's
    code or "". at: ISO 8601 or "", what lists are ordered by.
    """

    record: str
    key: str
    state: str
    place: str = ""
    at: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


Make = Callable[[RecordView, Sequence[Revision]], Iterable[Row]]
Told = Callable[[int, int], None]
"""Is told how many records of how many are read; what it raises stops the work, and nothing of it stays."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a kind of rows is made of a record. version: another one makes all rows anew. operation: only records with such
    a revision, or one of several such, give any; forms: only records of these; in_conflict: only those in conflict.
    """

    kind: str
    version: str
    make: Make
    operation: Operation | frozenset[Operation] | None = None
    forms: frozenset[str] | None = None
    in_conflict: bool = False


@dataclass(frozen=True, slots=True)
class Gathering:
    """How a kind of rows is made of rows that several records gave: `make` is given a bunch, all rows of the kind `of` with
    the same state, and that state; the rows it gives have it as their key. Only bunches that changed are made anew.
    """

    kind: str
    version: str
    of: str
    make: Callable[[str, Sequence[Row]], Iterable[Row]]


class Source(Protocol):
    """Where revisions come from, as `sync.table_source.ArchiveSource`."""

    def latest(self, connection: Connection) -> int:
        """The number of the latest import."""
        ...

    def revisions(
        self, connection: Connection, records: Iterable[str]
    ) -> Iterable[tuple[str, list[Revision]]]:
        """These records with their revisions."""
        ...


def bring_up_to_date(
    connection: Connection,
    derivations: Sequence[Derivation],
    source: Source,
    gatherings: Sequence[Gathering] = (),
    told: Told = lambda _done, _of: None,
) -> int:
    """Make the rows what the records say, in the caller's transaction; give how many records were read.

    Raises SyncError("archive.damaged"), and what `told` raises.
    """
    metadata.create_all(connection)
    known = {row.kind: row for row in connection.execute(select(derived_state))}
    latest = source.latest(connection)
    changed: dict[str, set[str] | None] = {}
    gathered = {each.of for each in gatherings}
    together: dict[int, list[Derivation]] = {}
    for each in derivations:
        before = known.get(each.kind)
        since = before.current if before is not None and before.version == each.version else 0
        if before is not None and since == latest:
            continue
        if since > latest or since == 0:
            since = 0
            connection.execute(delete(derived).where(derived.c.kind == each.kind))
        changed[each.kind] = (
            _bunches(connection, each.kind, since) if since and each.kind in gathered else None
        )
        together.setdefault(since, []).append(each)
    stale = {since: _stale(connection, some, since) for since, some in together.items()}
    read, whole = 0, sum(len(_any_of(which)) for which in stale.values())
    told(read, whole)
    for since, which in stale.items():
        for count in _bring_up(connection, which, source, since):
            read += count
            told(read, whole)
        for each in together[since]:
            bunches = changed[each.kind]
            if bunches is not None:
                bunches |= _bunches(connection, each.kind, since)
            note_state(connection, each.kind, each.version, latest)
    for gathering in gatherings:
        at, of = known.get(gathering.kind), known.get(gathering.of)
        is_sound = at is not None and of is not None and at[1:] == (gathering.version, of.current)
        bunches = changed.get(gathering.of, set()) if is_sound else None
        if bunches is None or bunches or (at is not None and at.current != latest):
            _gather(connection, gathering, bunches)
            note_state(connection, gathering.kind, gathering.version, latest)
    told(read, whole)
    return read


def are_up_to_date(
    connection: Connection,
    derivations: Sequence[Derivation | Gathering],
    source: Source,
) -> bool:
    """Whether `bring_up_to_date` would find nothing to do."""
    if not inspect(connection).has_table(derived_state.name):
        return False
    known = {row.kind: (row.version, row.current) for row in connection.execute(select(derived_state))}
    latest = source.latest(connection)
    return all(known.get(each.kind) == (each.version, latest) for each in derivations)


def rows(
    connection: Connection,
    kind: str,
    *,
    states: Iterable[str] | None = None,
    record: str | None = None,
    last: int | None = None,
) -> list[Row]:
    """The rows of a kind, of some states or one record, in the order of `at`; with `last`, so many of the latest."""  # fmt: skip
    if not inspect(connection).has_table(derived.name):
        return []
    query = select(derived).where(*_wanted(kind, states, record))
    order = (derived.c.at, derived.c.record_id, derived.c.key)
    if last is None:
        return [_row(each) for each in connection.execute(query.order_by(*order))]
    query = query.order_by(*(each.desc() for each in order)).limit(last)
    return [_row(each) for each in reversed(connection.execute(query).all())]


def counts(connection: Connection, kind: str) -> dict[str, int]:
    """How many rows of a kind there are, by state."""
    if not inspect(connection).has_table(derived.name):
        return {}
    query = select(derived.c.state, func.count()).where(derived.c.kind == kind).group_by(derived.c.state)
    return dict(map(tuple, connection.execute(query)))


def state_of(connection: Connection, kind: str) -> tuple[str, int] | None:
    """By which version a kind was made, and up to which import; None for one that was not."""
    query = select(derived_state.c.version, derived_state.c.current).where(derived_state.c.kind == kind)
    row = connection.execute(query).first()
    return None if row is None else (row.version, row.current)


def keep(connection: Connection, kind: str, rows: Iterable[Row]) -> None:
    """Add rows of a kind."""
    made = [
        {
            "record_id": row.record, "kind": kind, "key": row.key, "state": row.state, "place": row.place,
            "at": row.at, "facts": json.dumps(dict(row.facts), ensure_ascii=False, sort_keys=True),
        }
        for row in rows
    ]  # fmt: skip
    if made:
        connection.execute(derived.insert(), made)


def note_state(connection: Connection, kind: str, version: str, current: int) -> None:
    """Write down by which version a kind was made, and up to which import."""
    connection.execute(delete(derived_state).where(derived_state.c.kind == kind))
    connection.execute(derived_state.insert().values(kind=kind, version=version, current=current))


def _bunches(connection: Connection, kind: str, since: int) -> set[str]:
    """The states of the rows that the records changed since then give of a kind."""
    changed = select(schema.current.c.record_id).where(schema.current.c.changed > since)
    query = select(derived.c.state).where(derived.c.kind == kind, derived.c.record_id.in_(changed))
    return set(connection.execute(query).scalars())


def _gather(connection: Connection, each: Gathering, some: set[str] | None) -> None:
    """Make the rows of these bunches anew; of all of them without `some`."""
    old, query = delete(derived).where(derived.c.kind == each.kind), select(derived)
    query = query.where(derived.c.kind == each.of).order_by(
        derived.c.state, derived.c.record_id, derived.c.key
    )
    parts: Iterable[list[str] | None] = [None] if some is None else schema.in_parts(sorted(some))
    for part in parts:
        among = [] if part is None else [derived.c.state.in_(part)]
        connection.execute(old if part is None else old.where(derived.c.key.in_(part)))
        found = map(_row, connection.execute(query.where(*among)))
        bunches = ((state, list(bunch)) for state, bunch in groupby(found, key=lambda row: row.state))
        keep(connection, each.kind, [row for state, bunch in bunches for row in each.make(state, bunch)])


def _wanted(kind: str, states: Iterable[str] | None, record: str | None) -> Iterator[ColumnElement[bool]]:
    yield derived.c.kind == kind
    if states is not None:
        yield derived.c.state.in_(list(states))
    if record is not None:
        yield derived.c.record_id == record


def _row(row: Any) -> Row:
    return Row(row.record_id, row.key, row.state, row.place, row.at, orjson.loads(row.facts))


def _bring_up(
    connection: Connection, stale: Sequence[tuple[Derivation, Collection[str]]], source: Source, since: int
) -> Iterator[int]:
    """Make the rows of these kinds, each of its records; each record is read once. Gives after every part how many it was."""
    if since:
        changed = select(schema.current.c.record_id).where(schema.current.c.changed > since)
        kinds = derived.c.kind.in_([each.kind for each, _records in stale])
        connection.execute(delete(derived).where(kinds, derived.c.record_id.in_(changed)))
    rest = iter(source.revisions(connection, _any_of(stale)))
    while part := list(islice(rest, _AT_ONCE)):
        made: dict[str, list[Row]] = {each.kind: [] for each, _records in stale}
        for record, revisions in part:
            view = merge(revisions)
            for each, records in stale:
                if record in records:
                    made[each.kind] += each.make(view, revisions)
        for kind, found in made.items():
            keep(connection, kind, found)
        yield len(part)


def _any_of(stale: Sequence[tuple[Derivation, Collection[str]]]) -> list[str]:
    """The records that any of these kinds is to be made of, in order."""
    return sorted(frozenset().union(*(records for _kind, records in stale)))


def _stale(
    connection: Connection, some: Iterable[Derivation], since: int
) -> list[tuple[Derivation, Collection[str]]]:
    """The kinds, each with the records changed since then that give rows of it."""
    found: dict[object, frozenset[str]] = {}
    stale: list[tuple[Derivation, Collection[str]]] = []
    for each in some:
        which = (each.operation, each.forms, each.in_conflict)
        if which not in found:
            found[which] = frozenset(connection.execute(_changed(each, since)).scalars())
        stale.append((each, found[which]))
    return stale


def _changed(each: Derivation, since: int) -> Any:
    table, revision = schema.current, schema.revision
    query = select(table.c.record_id).where(table.c.changed > since)
    if each.forms is not None:
        query = query.where(table.c.form.in_(sorted(each.forms)))
    if each.in_conflict:
        query = query.where(table.c.conflict_count > 0)
    if each.operation is not None:
        wanted = [each.operation] if isinstance(each.operation, Operation) else each.operation
        with_it = select(revision.c.record_id).where(revision.c.operation.in_(sorted(wanted)))
        query = query.where(table.c.record_id.in_(with_it))
    return query
