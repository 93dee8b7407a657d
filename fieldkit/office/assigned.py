"""Who has which households, as the office's records say: rows of a list, and what goes back to each laptop.

One record a villagers' group (`forms/assignment.yaml`); giving it to another laptop, taking it back, and undoing that are
revisions of it, so that its history says who had it when.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from fieldkit.fieldwork.assigning import ASSIGNMENT, Holding, rows_for
from sync import Operation, undone
from sync.derived import Derivation, Row

if TYPE_CHECKING:
    from fieldkit.office.office import Office
    from sync import Answer, RecordView, Revision

_HELD, _BOTH, _FORMER = "held", "both", "former"
STANDING = (_HELD, _BOTH)
"""The states of rows that say who has something now."""
_WRITES = frozenset({Operation.PUT, Operation.RESOLVE})


def made_of(view: RecordView, revisions: Sequence[Revision]) -> Iterator[Row]:
    """A row for each laptop that has, or ever had, what a record gives out."""
    without = undone(revisions)
    ordered = sorted(revisions, key=lambda each: (each.envelope.hlc, each.id))
    last: dict[str, tuple[Revision, Mapping[str, Answer]]] = {}
    for each in ordered:
        body = each.body if each.envelope.operation in _WRITES else None
        if body is not None and body.answers.get("laptop") and "undoes" not in body.note:
            laptop = str(body.answers["laptop"])
            if each.id not in without or laptop not in last:
                last[laptop] = each, body.answers
    disputed = [version.answer for version in view.conflicts.get("laptop", ())]
    now = {str(each) for each in (disputed or [view.fields.get("laptop", "")]) if each}
    for laptop, (revision, answers) in sorted(last.items()):
        stands = laptop in now and view.state == "live"
        said = _agreed(view, answers) if stands and not disputed else answers
        facts = {
            "group": str(said.get("group_no", "")), "due": str(said.get("due", "")), "purpose": str(said.get("purpose", "")),
            "households": str(said.get("households", "")).split(), "since": revision.envelope.wall,
            "clock": revision.envelope.hlc, "gone": "" if stands else ordered[-1].envelope.wall[:10],
        }  # fmt: skip
        state = _FORMER if not stands else _BOTH if disputed else _HELD
        yield Row(view.record, laptop, state, str(said.get("village", "")), str(said.get("until", "")), facts)


ASSIGNED = Derivation(ASSIGNMENT, "1", made_of, forms=frozenset({ASSIGNMENT}))


def holdings(office: Office, states: Iterable[str] | None = STANDING) -> list[Holding]:
    """Who has what; with None as states also who had it before. Raises SyncError."""
    return [_holding(row) for row in office.lists.rows(ASSIGNMENT, states)]


class Assigned:
    """What goes back to laptops of what the office has given out, as it is when first asked for."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def rows(self, laptop: str) -> list[dict[str, str]]:
        """The worklist of a laptop, by its id. Raises SyncError."""
        today = self._office.now().date()
        return rows_for(laptop, self._holdings, self._may_be_visited, today) if self._holdings else []

    @cached_property
    def _holdings(self) -> list[Holding]:
        self._office.lists.up_to_date()
        return holdings(self._office, None)

    @cached_property
    def _may_be_visited(self) -> frozenset[str]:
        from fieldkit.office.register import register

        today = self._office.now().date()
        found = register(self._office, today)
        return frozenset(each.number for each in found if each.rests <= today.isoformat())


def _agreed(view: RecordView, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """What stands where nobody disagrees about the laptop; of days about which two disagree, the longer time."""
    found: dict[str, Any] = {**answers, **view.fields}
    for path, versions in view.conflicts.items():
        said = sorted(str(version.answer) for version in versions if version.answer)
        if said and path == "households":
            found[path] = " ".join(dict.fromkeys(" ".join(said).split()))
        elif said:
            found[path] = said[0] if path == "due" else said[-1]
    return found


def _holding(row: Row) -> Holding:
    facts = row.facts
    return Holding(
        row.record, (row.place, facts["group"]), row.key, facts["due"], row.at, facts["purpose"], tuple(facts["households"]),
        facts["since"], facts["clock"], row.state == _BOTH, facts["gone"],
    )  # fmt: skip
