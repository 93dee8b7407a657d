"""Looking records over: what waits, asking about an answer, approving, closing, opening again, and taking that back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Operation
from fieldkit.i18n import _
from fieldkit.office.review_lists import Page, Place, forms, received, undecided
from fieldkit.office.reviews import KIND, Review, State, review_of
from fieldkit.office.roles import Act
from fieldkit.office.titles import titles
from fieldkit.privacy.declines import is_declined
from fieldkit.session.desk.told import told
from sync import Device, Revision
from sync.devices import lineage

if TYPE_CHECKING:
    from fieldkit.office.looks import Look
    from fieldkit.session.desk.desk import Desk

WAITS = timedelta(days=7)
"""How long an answer may take where nobody says otherwise."""
SHOWN = 50
"""How many received records are shown at a time."""
_LATEST = 200
"""How many of the approved or closed ones are listed."""
_WHY = "review"


@dataclass(frozen=True, slots=True)
class Listed:
    """A record as a list has it. day: by when an answer is wished for, or since when it stands so; ISO 8601 or "". open:
    questions without an answer. changed: what it was before somebody changed it, "" for nothing.
    """

    record: str
    day: str
    form: str
    open: int
    changed: str


@dataclass(frozen=True, slots=True)
class Case:
    """A record before whoever looks it over. revisions: oldest first. laptops: those that a question about it goes back to."""

    look: Look
    review: Review
    revisions: tuple[Revision, ...]
    laptops: tuple[Device, ...]

    @property
    def record(self) -> str:
        """Its id."""
        return self.look.view.record


class Reviews:
    """The reviews at one desk. Everything raises FieldkitError, of "role.may-not" for whoever may not look records over."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # -- lists --------------------------------------------------------------------------------------------

    def line(self) -> str:
        """How much waits, in words; "" for nothing."""
        counts = self.counts()
        parts = []
        if counts.get(State.ANSWERED):
            parts.append(_("{count} answered", count=counts[State.ANSWERED]))
        if counts.get(State.QUERIED):
            parts.append(_("{count} queried", count=counts[State.QUERIED]))
        return _(", ").join(parts)

    @told()
    def counts(self) -> dict[str, int]:
        """How many records there are, by state; of the received those alone that were approved or closed before."""
        self._desk.need(Act.REVIEW)
        return self._desk.office.lists.counts(KIND)

    @told()
    def listed(self, state: State) -> list[Listed]:
        """The records in a state: those that wait in the order of their days, of the others the latest, latest first."""
        self._desk.need(Act.REVIEW)
        lists = self._desk.office.lists
        lists.up_to_date()
        if state in {State.ANSWERED, State.QUERIED}:
            rows = lists.rows(KIND, [state.value])
        else:
            rows = lists.rows(KIND, [state.value], last=_LATEST)[::-1]
        return [
            Listed(row.record, row.at[:10], row.facts["form"], row.facts["open"], row.facts["changed"])
            for row in rows
        ]

    @told()
    def received(self, form: str, behind: Place | None = None, length: int = SHOWN) -> Page:
        """Records of a form that nobody has looked over, or that were changed since, the latest first, `behind` a place."""
        self._desk.need(Act.REVIEW)
        self._desk.office.lists.up_to_date()
        return received(self._desk.office, form, behind, length)

    @told()
    def forms(self) -> list[str]:
        """The ids of the forms that there are records of."""
        self._desk.need(Act.REVIEW)
        return forms(self._desk.office)

    def called(self, records: Sequence[str]) -> Callable[[str], str]:
        """What gives the title of each of these records; some are read at a time, when one of them is asked for."""
        self._desk.need(Act.REVIEW)
        places = {record: number for number, record in enumerate(records)}
        known: dict[str, str] = {}

        def title(record: str) -> str:
            if record not in known:
                some = records[places[record] : places[record] + SHOWN]
                known.update(dict.fromkeys(some, record) | self._titles(some))
            return known[record]

        return title

    # -- one record ---------------------------------------------------------------------------------------

    @told()
    def open(self, record: str) -> Case:
        """Look at a record; the look is written down. Raises FieldkitError("record.unknown") too."""
        self._desk.need(Act.REVIEW)
        look = self._desk.look(record, _WHY)
        if look is None:
            raise FieldkitError("record.unknown", id=record)
        found = {each.id: each for each in self._desk.office.archive.revisions(record)}
        revisions = tuple(found[each] for each in look.view.revisions if each in found)
        return Case(look, review_of(revisions, look.view), revisions, self._laptops(revisions))

    def query(self, case: Case, comments: Mapping[str, str], deadline: date | None = None) -> None:
        """Ask about answers of a record: text by path, "" for the record as a whole. It goes back to the laptops that recorded
        it. deadline: by when; in seven days where none is named.

        Raises FieldkitError("review.nothing-asked"), ("review.path"), ("review.deadline"), ("review.declined"),
        ("review.nobody"), and as `settle`.
        """
        self._desk.need(Act.REVIEW)
        asked = {path: " ".join(text.split()) for path, text in comments.items()}
        today = self._desk.session.today()
        by = deadline or today + WAITS
        if not asked or not all(asked.values()):
            raise FieldkitError("review.nothing-asked")
        view = case.look.view
        for path in asked:
            if path and path not in view.fields and path not in view.conflicts:
                raise FieldkitError("review.path", path=path, record=case.record)
        if by < today:
            raise FieldkitError("review.deadline", day=by.isoformat())
        self._refuse_a_decline(case)
        if not case.laptops:
            raise FieldkitError("review.nobody", record=case.record)
        self._decide(case, {"state": State.QUERIED.value, "comments": asked, "deadline": by.isoformat()})

    def settle(self, case: Case, state: State) -> None:
        """Approve a record, close it, or open it again ("received").

        Raises FieldkitError("review.conflict") for approving one in conflict, ("review.gone") for one that shows nothing any
        more, ("decision.overtaken").
        """
        self._desk.need(Act.REVIEW)
        if state is State.APPROVED and case.look.view.conflicts:
            raise FieldkitError("review.conflict", record=case.record)
        self._decide(case, {"state": state.value})

    def undo(self, case: Case) -> None:
        """Take the last step of the review back. Raises FieldkitError("review.nothing-done"), ("decision.overtaken")."""
        self._desk.need(Act.REVIEW)
        if not case.review.last:
            raise FieldkitError("review.nothing-done", record=case.record)
        self._desk.undo(case.record, case.review.last)

    def approvable(self, records: Sequence[str]) -> list[str]:
        """Those of some received records that are not in conflict, and of which no check found anything that is not settled."""
        self._desk.need(Act.REVIEW)
        doubtful = self._undecided(records)
        return [each for each in records if each not in doubtful]

    @told()
    def approve_all(self, records: Sequence[str]) -> list[str]:
        """Approve the `approvable` among received records; give which. Raises FieldkitError("decision.overtaken")."""
        done = []
        for record in self.approvable(records):
            view = self._desk.office.view(record)
            state = review_of(self._revisions(record), view).state
            if view is not None and view.state == "live" and state is State.RECEIVED:
                note = {"state": State.APPROVED.value, "by": self._desk.name}
                self._desk.decide(view, Operation.REVIEW, note=note)
                done.append(record)
        return done

    def take_back(self, records: Sequence[str]) -> None:
        """Take the last step of the review of each record back. Raises FieldkitError("decision.overtaken")."""
        self._desk.need(Act.REVIEW)
        for record in records:
            review = review_of(self._revisions(record))
            if review.last:
                self._desk.undo(record, review.last)

    # -- inside -------------------------------------------------------------------------------------------

    def _decide(self, case: Case, note: Mapping[str, object]) -> None:
        if case.look.view.state != "live":
            raise FieldkitError("review.gone", record=case.record)
        self._desk.decide(case.look.view, Operation.REVIEW, note={**note, "by": self._desk.name})

    @told()
    def _titles(self, records: Sequence[str]) -> dict[str, str]:
        words = self._desk.words
        return {record: words.title(each) for record, each in titles(self._desk.office, records).items()}

    @told()
    def _revisions(self, record: str) -> list[Revision]:
        return self._desk.office.archive.revisions(record)

    @told()
    def _undecided(self, records: Sequence[str]) -> set[str]:
        return undecided(self._desk.office, records)

    def _refuse_a_decline(self, case: Case) -> None:
        """Nobody is asked about a decline: it holds nothing that could be asked about. Raises FieldkitError("review.declined")."""
        form, view = case.look.form, case.look.view
        if form is not None and is_declined(self._desk.session.interviews.continued(form, view.fields)):
            raise FieldkitError("review.declined", record=case.record)

    def _laptops(self, revisions: Sequence[Revision]) -> tuple[Device, ...]:
        """The laptops in use that recorded something of a record, or took the place of one that did."""
        office = self._desk.office
        made = {each.envelope.device for each in revisions}
        used = [each for each in office.devices() if not each.revoked]
        with office.archive.database.reading() as connection:
            return tuple(each for each in used if made.intersection(lineage(connection, each.id)))
