"""What people at the office decided of records, and what of it was undone: a list that is kept up to date beside the packs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fieldkit.office.conflicts import moment
from sync import Operation, RecordView, Revision, undone
from sync.derived import Derivation, Row

if TYPE_CHECKING:
    from fieldkit.office.office import Office

DECISION = "decision"
HOLDS, UNDONE = "holds", "undone"
_DECIDING = frozenset({Operation.RESOLVE, Operation.REVIEW, Operation.DELETE})
_PARTS = ("both", "comments", "settled")


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, named by the id of its revision. at: ISO 8601, by the desk's clock. device: the id of the desk's key.

    operation: of `Operation`. paths: those it decides. undoes: the ids of the decisions that it undoes. parts: of its note,
    "both", "comments", "settled". review: the state that a review gives a record, "" for none. holds: nobody undid it.
    """

    record: str
    form: str
    revision: str
    at: str
    device: str
    operation: Operation
    paths: tuple[str, ...]
    undoes: tuple[str, ...]
    parts: tuple[str, ...]
    review: str
    holds: bool


def derivation() -> Derivation:
    """One row for each decision in which somebody says who they are (note `by`, as every desk does); key: its revision."""
    return Derivation(DECISION, "1", _rows, operation=_DECIDING)


def decisions(office: Office, last: int | None = None, record: str | None = None) -> list[Decided]:
    """What the office's own people decided, newest first; the `last` so many; of one record, if it is named. Raises SyncError."""
    desks = office.desks()
    rows = reversed(office.lists.rows(DECISION, record=record, last=last))
    return [_decided(row) for row in rows if row.facts["device"] in desks]


def _rows(view: RecordView, revisions: Sequence[Revision]) -> Iterator[Row]:
    if view.state == "erased":
        return
    gone = undone(revisions)
    for each in revisions:
        envelope, body = each.envelope, each.body
        if envelope.operation not in _DECIDING or body is None or not body.note.get("by"):
            continue
        undoes = body.note.get("undoes")
        paths = {*body.changed, *_keys(body.note.get("both")), *_keys(body.note.get("comments"))}
        facts = {
            "form": envelope.form, "device": envelope.device, "operation": envelope.operation.value,
            "paths": sorted(paths), "undoes": undoes if isinstance(undoes, list) else [],
            "parts": [part for part in _PARTS if body.note.get(part)],
            "review": str(body.note.get("state", "")), "wall": envelope.wall,
        }  # fmt: skip
        yield Row(view.record, each.id, UNDONE if each.id in gone else HOLDS, "", moment(envelope.hlc), facts)


def _keys(part: object) -> Sequence[str]:
    return list(part) if isinstance(part, Mapping) else ()


def _decided(row: Row) -> Decided:
    facts: Mapping[str, Any] = row.facts
    return Decided(
        row.record, facts["form"], row.key, facts["wall"], facts["device"], Operation(facts["operation"]),
        tuple(facts["paths"]), tuple(facts["undoes"]), tuple(facts["parts"]), facts["review"], row.state == HOLDS,
    )  # fmt: skip
