"""Records that other laptops made, as they are kept here.

What the office hands on with the worklist is about the households that are now this laptop's, is held by the office, and
goes again when they are not. What a neighbour brought by stick (`exchange.carrying`) is held by nobody for certain: it is
kept, counted and exported like what was made here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fieldkit.exchange.stored import revision_of, stored
from fieldkit.store import Workspace
from sync import BUNDLE_SUFFIX, CARRY_SUFFIX, Operation, Revision

_HANDED = "handed_on"
NEIGHBOUR = "neighbour"
"""Marks what came from another laptop by stick."""
BARE = "bare"
"""Marks what came without its answers, which another stick may still bring."""


@dataclass(frozen=True, slots=True)
class Arriving:
    """What is to be written. new: revisions that are not known here; documents: as they are kept.

    bare: documents by their ids that lose their answers, as their record was erased, and going, by table, what goes with
    them. fuller: those that get the answers they came without before.
    """

    new: tuple[Revision, ...]
    documents: tuple[dict[str, Any], ...]
    bare: Mapping[int, dict[str, Any]]
    going: Mapping[str, list[int]]
    fuller: Mapping[int, dict[str, Any]]


def arriving(
    workspace: Workspace, revisions: Iterable[Revision], mark: str, own: Collection[str] = ()
) -> Arriving:
    """What has to be kept of revisions from elsewhere, each with that mark but those of the devices `own`.

    Of a record that is erased, here or there, nothing but envelopes stays. Not inside a batch.
    """
    table = workspace.revisions
    known = {revision for (revision,) in table.columns("id")}
    offered = {each.id: each for each in revisions}
    new = [each for each in offered.values() if each.id not in known]
    kept = {record: table.find("record", record) for record in {e.envelope.record for e in offered.values()}}
    erased = {each.envelope.record for each in new if each.envelope.operation is Operation.ERASE}
    erased |= {record for record, rows in kept.items() if any(map(_erases, rows))}
    bare, fuller = {}, {}
    for record, rows in kept.items():
        for row in rows:
            if record in erased:
                if row["body"] and not _erases(row):
                    bare[row.doc_id] = {**row, "body": "", "about": None, "files": []}
            elif row.get(BARE) and (found := offered.get(row["id"])) is not None and found.raw_body:
                fuller[row.doc_id] = stored(found) | {BARE: False}
    documents = []
    for each in new:
        is_erased = each.envelope.record in erased
        marks = {} if each.envelope.device in own else {mark: True}
        marks |= {} if each.raw_body or is_erased else {BARE: True}
        documents.append(stored(_without_body(each) if is_erased else each) | marks)
    going = {
        table.name: [row.doc_id for record in erased for row in table.find(field, record)]
        for table, field in ((workspace.drafts, "id"), (workspace.comments, "record"))
    }
    return Arriving(tuple(new), tuple(documents), bare, going, fuller)


def keep(workspace: Workspace, arrived: Arriving) -> None:
    """Write it, inside a batch or not. Raises StoreError."""
    table = workspace.revisions
    with workspace.db.batch():
        if arrived.bare:
            workspace.db.erase(table.name, arrived.bare, instead=arrived.bare)
        for name, numbers in arrived.going.items():
            if numbers:
                workspace.db.erase(name, numbers)
        for number, document in arrived.fuller.items():
            table.update(document, doc_ids=[number])  # its marks stay
        table.insert_multiple(arrived.documents)


def forget_copies(workspace: Workspace) -> None:
    """Remove the files in the outbox, which may hold answers of records that were erased. Raises OSError."""
    for suffix in (BUNDLE_SUFFIX, CARRY_SUFFIX):
        for file in workspace.outbox.glob(f"*{suffix}"):
            file.unlink()


def keep_handed(workspace: Workspace, revisions: Iterable[Revision]) -> list[Revision]:
    """Keep those that are not known here, and give them; the office holds them, so no export offers them again.

    Of a record that was erased, nothing but envelopes stays. Not inside a batch. Raises StoreError.
    """
    arrived = arriving(workspace, revisions, _HANDED)
    keep(workspace, arrived)
    if arrived.bare:
        forget_copies(workspace)
    return list(arrived.new)


def forget_handed(
    workspace: Workspace, households: Collection[str], records: Collection[str] | None = None
) -> int:
    """Erase what was handed on about other households than these, or of other records (None: whatever the record), unless
    something of the record was made here, or an interview about the household is in progress; give how many records went.

    Not inside a batch. Raises StoreError.
    """
    table = workspace.revisions
    in_work = {household for (household,) in workspace.drafts.columns("household")}
    kept: dict[str, list[tuple[int, Any, Any]]] = {}
    for number, (record, about, given) in table.numbered("record", "about", _HANDED):
        kept.setdefault(record, []).append((number, about, given))
    going = []
    for record, rows in kept.items():
        named = {about for _number, about, _given in rows if about}
        is_wanted = named & {*households} and (records is None or record in records)
        if all(given for _number, _about, given in rows) and not is_wanted and not named & in_work:
            going.append([number for number, _about, _given in rows])
    if going:
        workspace.db.erase(table.name, [number for rows in going for number in rows])
    return len(going)


def forget_neighbours(workspace: Workspace, record: str, held: Collection[str]) -> bool | None:
    """Erase a record that a neighbour brought, and of which nothing was made here, once the office holds all of it.

    Gives whether it went; None for a record of this laptop. Not inside a batch. Raises StoreError.
    """
    rows = workspace.revisions.find("record", record)
    if not all(row.get(NEIGHBOUR) for row in rows):
        return None
    if not all(row["id"] in held for row in rows):
        return False
    workspace.db.erase(workspace.revisions.name, [row.doc_id for row in rows])
    return True


def _erases(row: Mapping[str, Any]) -> bool:
    return revision_of(row).envelope.operation is Operation.ERASE


def _without_body(revision: Revision) -> Revision:
    if revision.envelope.operation is Operation.ERASE:
        return revision
    return Revision(revision.envelope, revision.raw, revision.signature, None)
