"""Findings of checks as tasks of the office: settle, ask back, take out, and all of it can be taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Operation, as_record
from fieldkit.fieldwork.households import HOUSEHOLD
from fieldkit.office.checks.found import (
    Found,
    found,
    settle_question,
    undo_question,
    waiting,
    why_of_question,
)
from fieldkit.office.checks.questions import records_with, texts_of_other
from fieldkit.office.checks.records import settlements
from fieldkit.office.checks.table import below_root, question_in
from fieldkit.office.roles import Act
from fieldkit.office.stages import Told, untold
from fieldkit.privacy.leaks import masked
from fieldkit.session.desk.finding_words import FindingWords
from fieldkit.session.desk.told import told

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk
    from sync import RecordView

_MOST_TEXTS = 60
_MOST_RECORDS = 6
_MASK = "*"


@dataclass(frozen=True, slots=True)
class Done:
    """Something that was decided here and can be taken back: the record, "" for a whole question, and what to name."""

    record: str
    decision: str


class Checks:
    """The findings of checks, at one desk. Raises FieldkitError("role.may-not") for whoever may not decide."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @cached_property
    def words(self) -> FindingWords:
        """What findings are called."""
        return FindingWords(self._desk.office, self._desk.words)

    @property
    def refused(self) -> tuple[FieldkitError, ...]:
        """Why tables of the office's own are not in force."""
        return self._desk.office.checks.refused

    @told()
    def look_again(self, far: Told = untold) -> None:
        """Bring up to date what is found about whole questions; where nothing changed, nobody waits.

        far: how far it is; what it raises stops it.
        """
        self._desk.need(Act.DECIDE)
        self._desk.office.keep_tables(told=far)

    @told()
    def all(self) -> list[Found]:
        """Everything found, settled or not, by check, then by question, then in the order of time."""
        self._desk.need(Act.DECIDE)
        return found(self._desk.office)

    def waiting(self) -> list[Found]:
        """What nobody has settled."""
        return waiting(self.all())

    def named(self, name: str) -> Found:
        """The finding of that id, as `Found.id` gives it. Raises FieldkitError("finding.unknown")."""
        for each in self.all():
            if each.id == name:
                return each
        raise FieldkitError("finding.unknown", id=name)

    # -- deciding -----------------------------------------------------------------------------------------

    @told()
    def settle(self, finding: Found, why: str) -> Done:
        """It is fine as it is. why: in words, kept with the decision. It comes back only if its facts change.

        Raises FieldkitError("finding.why"), ("finding.overtaken") where it is not found any more as it was shown, or somebody
        settled it, and as `Desk.decide`.
        """
        self._desk.need(Act.DECIDE)
        if not why.strip():
            raise FieldkitError("finding.why")
        self._see_again(finding)
        if not finding.records:
            by, device = self._desk.name, self._desk.device
            number = settle_question(self._desk.office, finding, masked(why.strip()), by=by, device=device)
            return Done("", number)
        said = {"how": "fine", "why": why.strip(), "basis": finding.basis}
        return self._review(finding.records[0], {"settled": {finding.key: said}})

    @told()
    def ask_back(self, finding: Found, record: str, text: str) -> Done:
        """Send a question about a record back to the laptop that made it, to the question it is about.

        Raises FieldkitError("finding.question"), and as `Desk.decide`.
        """
        self._desk.need(Act.DECIDE)
        if not text.strip():
            raise FieldkitError("finding.question")
        return self._review(
            record, {"comments": {self._place(finding, record): text.strip()}, "state": "queried"}
        )

    @told()
    def take_out(self, record: str, why: str) -> Done:
        """Take a record out that is there twice; it can be undone. Raises FieldkitError("finding.why"), and as `Desk.decide`."""
        self._desk.need(Act.DECIDE)
        if not why.strip():
            raise FieldkitError("finding.why")
        return self._decided(record, Operation.DELETE, {"reason": why.strip()})

    @told()
    def undo(self, done: Done) -> None:
        """Take back what was decided. Raises as `Desk.undo`."""
        self._desk.need(Act.DECIDE)
        if done.record:
            self._desk.undo(done.record, done.decision)
        else:
            undo_question(self._desk.office, done.decision, by=self._desk.name, device=self._desk.device)

    def decision(self, finding: Found) -> Done:
        """What settled a finding."""
        return Done(finding.records[0] if finding.records else "", finding.decided)

    # -- what is opened -----------------------------------------------------------------------------------

    @told()
    def records(self, finding: Found) -> dict[str, str]:
        """The first records of a finding, as many as fit on a screen, each with which laptop made it and when, so that people
        can be asked; by id.
        """
        self._desk.need(Act.DECIDE)
        called = self.words.called([finding])
        found = {}
        for record in finding.records[:_MOST_RECORDS]:
            revisions = self._desk.office.archive.revisions(record)
            first = min(revisions, key=lambda each: (each.envelope.hlc, each.id)).envelope
            at = first.wall[5:16].replace("T", " ")
            found[record] = "  ".join((called.get(record, record), self._desk.words.laptop(first.device), at))
        return found

    @told()
    def why(self, finding: Found) -> str:
        """The reason that was given when it was settled, "" while it is open."""
        self._desk.need(Act.DECIDE)
        if finding.is_open:
            return ""
        if not finding.records:
            return why_of_question(self._desk.office, finding.decided)
        said = settlements(self._desk.office.archive.revisions(finding.records[0])).get(finding.key)
        return masked(said.why) if said is not None else ""

    @told()
    def texts(self, finding: Found) -> dict[str, int]:
        """What was written where Other was chosen, the latest first, and how often: numbers of cards and telephones are masked,
        and the names of the people registered in the household.
        """
        self._desk.need(Act.DECIDE)
        form = self._desk.office.library.known(finding.form)
        if form is None or finding.check.kind != "other":
            return {}
        with self._desk.office.archive.database.reading() as connection:
            texts = texts_of_other(connection, form, finding.path, _MOST_TEXTS)
        names = self._names([record for record, _text in texts])
        return Counter(_without(masked(text), names.get(record, ())) for record, text in texts)

    def _names(self, records: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """The names of the people in the households that records name, by record."""
        office = self._desk.office
        numbers = {record: as_record(view).household for record in records if (view := office.view(record))}
        with office.archive.database.reading() as connection:
            households = records_with(connection, HOUSEHOLD, "hh_id", set(filter(None, numbers.values())))
        registered = {
            number: [name for record in found for name in _people(office.view(record))]
            for number, found in households.items()
        }
        return {record: registered.get(number, ()) for record, number in numbers.items()}

    def _place(self, finding: Found, record: str) -> str:
        """The path of the question in a record of a finding."""
        view = self._desk.office.view(record)
        form = self._desk.office.library.known(view.form) if view is not None else None
        names = [name for of, name in finding.check.of if form is not None and of == form.id]
        for name in (finding.path, *names):
            try:
                return name if form is None or "/" in name else below_root(question_in(form, name).path)
            except LookupError:
                continue
        return finding.path

    def _see_again(self, finding: Found) -> None:
        self._desk.office.lists.up_to_date()
        same = (each.basis for each in waiting(found(self._desk.office)) if each.id == finding.id)
        if next(same, None) != finding.basis:
            raise FieldkitError("finding.overtaken")

    def _review(self, record: str, note: dict[str, Any]) -> Done:
        return self._decided(record, Operation.REVIEW, note)

    def _decided(self, record: str, operation: Operation, note: dict[str, Any]) -> Done:
        seen = self._desk.office.view(record)
        if seen is None:
            raise FieldkitError("record.unknown", id=record)
        view = self._desk.decide(seen, operation, note={**note, "by": self._desk.name})
        return Done(record, view.heads[-1])


def _people(view: RecordView | None) -> list[str]:
    return [
        text
        for path, text in (view.fields if view is not None else {}).items()
        if path.startswith("home/members/") and path.endswith("/name") and isinstance(text, str) and text
    ]


def _without(text: str, names: Sequence[str]) -> str:
    """A text without names."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, name[0] + _MASK * (len(name) - 1) if len(name) > 1 else _MASK)
    return text
