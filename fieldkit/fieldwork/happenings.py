"""What was recorded beside households and visits: events, issues, meetings, and whatever else names a
household. Made in memory from records, never stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fieldkit.fieldwork.contact import Said, said_by
from fieldkit.records import Record

SCREENING_EVENT = "scr_event"
EDUCATION_EVENT = "edu_event"
ISSUE = "issue"
LOG = "log"
_EVENTS = {SCREENING_EVENT: "place_kind", EDUCATION_EVENT: "kind"}
_NOT_READ = frozenset(
    {
        "household",
        "visit",
        "same_person",
        "scr_participant",
        "scr_cervix",
        "scr_breast",
        "scr_follow",
        "quiz",
        "target",
        "assignment",
        "backcheck",
        "sample",
        "three_day",
    }
)
_LETTERS = frozenset({"liaison_up", "liaison_across"})
_OUTCOMES = ("decision", "status", "outcome")
_DECLINED = frozenset({("outcome", "declined"), ("basic", "declined"), ("basic", "no")})


@dataclass(frozen=True, slots=True)
class Event:
    """A screening day or an education event. `kind`: the code of its kind in its form; `place`: where exactly, or ""."""

    record: str
    form: str
    kind: str
    on: str
    village: str
    place: str


@dataclass(frozen=True, slots=True)
class Issue:
    """A problem found in a village. `owner`: the role that takes care of it; `closed`: the day, "" while it is open."""

    record: str
    village: str
    text: str
    owner: str
    due: str
    closed: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """A line of the log: a meeting, a training, a liaison, a self-check."""

    record: str
    kind: str
    on: str
    topic: str


@dataclass(frozen=True, slots=True)
class Deed:
    """A record of another form that names a household. `question` is the one whose answer `outcome` is; "" for none."""

    record: str
    form: str
    on: str
    question: str
    outcome: str


def read_beside(forms: Iterable[str]) -> list[str]:
    """Which of these forms' records are read beside households and visits; of screening only the days themselves, as what
    is known of those who came is for its own screens.
    """
    return sorted(form for form in forms if form == SCREENING_EVENT or form not in _NOT_READ)


class Happenings:
    """Everything of this kind, each under the id of its record; deeds under the household's number first."""

    def __init__(self) -> None:
        self.events: dict[str, Event] = {}
        self.issues: dict[str, Issue] = {}
        self.meetings: dict[str, Meeting] = {}
        self.deeds: dict[str, dict[str, Deed]] = {}
        self._household_of: dict[str, str] = {}
        self._said: dict[str, dict[str, Said]] = {}
        self._spoke_of: dict[str, str] = {}

    def take(self, record: Record) -> None:
        """Bring in a record, or its newer state; one that is no longer live goes."""
        self._forget(record.id)
        if record.state != "live":
            return
        if record.form in _EVENTS:
            self.events[record.id] = Event(
                record.id, record.form, record.text(_EVENTS[record.form]), record.text("date"),
                record.text("village"), record.text("place"),
            )  # fmt: skip
        elif record.form == ISSUE:
            self.issues[record.id] = Issue(
                record.id, record.text("village"), record.text("text"), record.text("owner"),
                record.text("due"), record.text("closed_on"),
            )  # fmt: skip
        elif record.form == LOG:
            self.meetings[record.id] = Meeting(
                record.id, record.text("kind"), record.text("date"), record.text("topic")
            )
        said = said_by(record)
        if said is not None:
            self._said.setdefault(record.household, {})[record.id] = said
            self._spoke_of[record.id] = record.household
        self._take_deed(record)

    def said(self, number: str) -> Iterable[Said]:
        """What these records say of a household being contacted."""
        return self._said.get(number, {}).values()

    def coming(self, day: str) -> list[Event]:
        """The events on a day (ISO 8601) or after it, in the order of their days and places."""
        found = [event for event in self.events.values() if event.on >= day]
        return sorted(found, key=lambda each: (each.on, each.village, each.form, each.record))

    def open_issues(self) -> list[Issue]:
        """The issues that nobody has closed, in the order of the days they are due, then of the villages."""
        found = [issue for issue in self.issues.values() if not issue.closed]
        return sorted(found, key=lambda each: (each.due, each.village, each.record))

    def latest_meetings(self, count: int) -> list[Meeting]:
        """The last meetings and trainings of the log, newest first; what was written to other offices is none."""
        found = [each for each in self.meetings.values() if each.kind not in _LETTERS]
        return sorted(found, key=lambda each: (each.on, each.record), reverse=True)[:count]

    def _forget(self, record: str) -> None:
        """Let go what a record said before."""
        self.events.pop(record, None)
        self.issues.pop(record, None)
        self.meetings.pop(record, None)
        before = self._household_of.pop(record, "")
        if before:
            del self.deeds[before][record]
        self._said.get(self._spoke_of.pop(record, ""), {}).pop(record, None)

    def _take_deed(self, record: Record) -> None:
        """Declines are nobody's deed: what they leave belongs to no household."""
        number = record.text("hh_id")
        if not number or any(record.text(name) == answer for name, answer in _DECLINED):
            return
        question = next((each for each in _OUTCOMES if record.text(each)), "")
        deed = Deed(
            record.id, record.form, record.text("date") or record.made_on.isoformat(), question,
            record.text(question) if question else "",
        )  # fmt: skip
        self._household_of[record.id] = number
        self.deeds.setdefault(number, {})[record.id] = deed
