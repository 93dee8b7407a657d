"""What checks found and what was decided about it: the office's tasks, in the order of the table, then of the questions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fieldkit.office.checks.bunches import BETWEEN
from fieldkit.office.checks.questions import OUTLIER, QUESTION
from fieldkit.office.checks.records import FINDING, SETTLED
from fieldkit.office.checks.table import Check
from sync.events import note, noted

if TYPE_CHECKING:
    from fieldkit.office.office import Office
    from sync.derived import Row

EVENT = "finding"
"""The kind of the events that say what was decided about a whole question."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something a check found.

    key: as it stands in what is decided about it. path: of the question, with the ids of rows where it is in a repeat.
    records: those it is about, the one first that holds what is decided; none for a whole question. facts: counts, codes and
    answers of tiers P and N. decided: the id of the revision, or the number of the event, that settled it; "" while open.
    """

    check: Check
    key: str
    form: str
    path: str
    records: tuple[str, ...]
    at: str
    facts: Mapping[str, Any]
    decided: str

    @property
    def id(self) -> str:
        """A short name for it: the same in every office that finds the same."""
        said = "\0".join((self.key, *self.records[:1]))
        return hashlib.sha256(said.encode("utf-8")).hexdigest()[:10]

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody."""
        return not self.decided

    @property
    def basis(self) -> str:
        """What a decision about it holds for."""
        return str(self.facts["basis"])


def found(office: Office) -> list[Found]:
    """Everything that checks find now, settled or not. Raises SyncError."""
    decided = {(row.record, row.key): row.facts for row in office.lists.rows(SETTLED)}
    about = _decided_about_questions(office)
    made: list[Found] = []
    for kind in (FINDING, OUTLIER, BETWEEN, QUESTION):
        for row in office.lists.rows(kind):
            check = office.checks.checks.get(row.key.partition(":")[0])
            if check is not None:
                said = about.get(row.key) if kind == QUESTION else decided.get((row.record, row.key))
                is_settled = said is not None and said["basis"] == row.facts["basis"]
                made.append(_found(kind, check, row, str(said["revision"]) if is_settled and said else ""))
    order = {check: number for number, check in enumerate(office.checks.checks)}
    return sorted(made, key=lambda each: (order[each.check.id], each.form, each.path, each.at, each.key))


def settle_question(office: Office, finding: Found, why: str, *, by: str, device: str) -> str:
    """Write down what was decided about a whole question; give the number of the event. Raises SyncError."""
    facts = {"key": finding.key, "basis": finding.basis, "why": why, "by": by}
    return str(note(office.archive, EVENT, device, facts, office.now()).number)


def undo_question(office: Office, number: str, *, by: str, device: str) -> None:
    """Take a decision about a whole question back. Raises SyncError."""
    note(office.archive, EVENT, device, {"undoes": int(number), "by": by}, office.now())


def why_of_question(office: Office, number: str) -> str:
    """The reason that was given for a decision about a whole question. Raises SyncError."""
    return next(
        (
            str(e.facts["why"])
            for e in noted(office.archive, EVENT)
            if str(e.number) == number and "why" in e.facts
        ),
        "",
    )


def _decided_about_questions(office: Office) -> dict[str, Mapping[str, Any]]:
    """The decisions that stand, the last one by key."""
    events = noted(office.archive, EVENT)
    undone = {each.facts["undoes"] for each in events if "undoes" in each.facts}
    return {
        each.facts["key"]: {"basis": each.facts["basis"], "revision": each.number}
        for each in events
        if "key" in each.facts and each.number not in undone
    }


def _found(kind: str, check: Check, row: Row, decided: str) -> Found:
    path = row.key.partition(":")[2]
    records: tuple[str, ...] = (row.record,)
    if kind == QUESTION:
        path, records = path.partition(":")[2], ()
    elif kind == BETWEEN:
        path, records = check.questions[0], tuple(row.facts["records"])
    return Found(check, row.key, str(row.facts["form"]), path, records, row.at, row.facts, decided)


def waiting(findings: Iterable[Found]) -> list[Found]:
    """Those that nobody has settled."""
    return [each for each in findings if each.is_open]
