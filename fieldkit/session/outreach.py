"""A screening day at one laptop: which event, which station, who comes next, and what is asked of her here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from textwrap import wrap
from typing import Any

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Exchange
from fieldkit.fieldwork.households import Household, Person
from fieldkit.fieldwork.registry import Registry
from fieldkit.fieldwork.screening import ScreeningDay
from fieldkit.fieldwork.search import How
from fieldkit.session.interview import Interview
from fieldkit.session.interviews import Interviews
from fieldkit.session.labels import Label, sheets, tspl
from fieldkit.session.leaving import Leaving
from fieldkit.session.pace import Pace
from fieldkit.session.screening_days import ScreeningDays

EVENT, PARTICIPANT, CERVIX, BREAST = "scr_event", "scr_participant", "scr_cervix", "scr_breast"
_STATE = "outreach"
_OTHER = "other_adult"
_MOST = 200
"""People found that are shown."""


class Station(StrEnum):
    """Where a laptop stands, in the order in which women pass."""

    REGISTRATION = "registration"
    BREAST = "breast"
    CERVIX = "cervix"


@dataclass(frozen=True, slots=True)
class Post:
    """What a station asks. letter: on labels. also, confirmed: as `Pace` has them. sticky: questions that begin with the
    answer of the woman before, where it says nothing of her: how she was told, who examines, how samples are taken.
    """

    form: str
    letter: str
    also: tuple[str, ...]
    confirmed: tuple[str, ...]
    sticky: tuple[str, ...]


POSTS: Mapping[Station, Post] = {
    Station.REGISTRATION: Post(
        PARTICIPANT, "A", ("private_now", "health", "eligible_pelvic", "result_phone"), (),
        ("notice_read", "given_by", "private_now", "station"),
    ),
    Station.BREAST: Post(BREAST, "B", ("cbe", "bus_l", "bus_r"), ("br_final",), ()),
    Station.CERVIX: Post(
        CERVIX, "C", ("sampler", "sample_kind", "via", "visual"), ("triage_final",), ("sampler", "sample_kind")
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenEvent:
    """A screening day that is not closed. record: its own."""

    id: str
    record: str
    on: str
    village: str


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who may come: a member of a household here; pid: her number, where she is registered for the event."""

    person: Person
    household: Household
    pid: str = ""


class Outreach:
    """The screening days of one workspace. printer: where labels are sent, "" for nowhere; size: of its labels.

    last, last_record: the number given last since somebody stands here, and the registration it is of; "" for none.
    """

    def __init__(
        self,
        exchange: Exchange,
        interviews: Interviews,
        registry: Callable[[], Registry],
        days: ScreeningDays,
        leaving: Leaving,
        *,
        printer: str,
        size: str,
        watermark: str,
    ) -> None:
        self._exchange = exchange
        self._interviews = interviews
        self._registry = registry
        self._days = days
        self._leaving = leaving
        self._printer = printer
        self._size = size
        self._watermark = watermark
        self.last = self.last_record = ""

    # -- where this laptop stands -------------------------------------------------------------------------

    def events(self) -> list[OpenEvent]:
        """The days that are not closed, the latest first; of a day that is over the books may still be open."""
        found = [
            OpenEvent(each.text("event_id"), each.id, each.text("date"), each.text("village"))
            for each in self._days.events()
            if each.text("closing") != "yes" and each.text("event_id")
        ]
        return sorted(found, key=lambda each: (each.on, each.id), reverse=True)

    @property
    def event(self) -> OpenEvent | None:
        """The event that this laptop is at, None for none, or once that is closed."""
        return next((each for each in self.events() if each.id == self._chosen), None)

    @property
    def _chosen(self) -> str:
        return str(self._exchange.device.state.get(_STATE, {}).get("event", ""))

    @property
    def station(self) -> Station:
        """The station that this laptop is."""
        return Station(self._exchange.device.state.get(_STATE, {}).get("station", Station.REGISTRATION))

    def stand_at(self, event: str, station: Station) -> None:
        """Be a station of an event from now on, also after a restart. Raises StoreError."""
        self._exchange.device.remember(**{_STATE: {"event": event, "station": station.value}})
        self.last = self.last_record = ""

    def warm(self) -> None:
        """Where this laptop stands at an event, read what the first code that is scanned needs, before it is."""
        if self._chosen and self.event is not None:
            self.day()
            self._interviews.trial(POSTS[self.station].form, {})

    def day(self) -> ScreeningDay:
        """The event as all records here tell it."""
        event = self.event
        return self._days.day(event.id if event else "")

    # -- who comes ----------------------------------------------------------------------------------------

    def find(self, text: str) -> list[Known]:
        """Who may be meant by a name, its sound, initials, or a household's number, as the search of households finds them."""
        pids = self._pids()
        found: list[Known] = []
        for each in self._registry().find(text):
            people = [p for p in each.household.members if not each.member or p.name == each.member]
            if each.how in {How.HEAD, How.NEAR_HEAD}:
                people = [p for p in people if p.name == each.household.head]
            found += [Known(p, each.household, pids.get(p.id, "")) for p in people]
            if len(found) >= _MOST:
                break
        return found

    def of_household(self, number: str) -> list[Known]:
        """The members of a household."""
        household = self._registry().households.get(number)
        pids = self._pids()
        return [Known(p, household, pids.get(p.id, "")) for p in household.members] if household else []

    # -- what is asked ------------------------------------------------------------------------------------

    def register(self, known: Known | None, language: str) -> Interview:
        """Begin a registration: of somebody known here, whose year of birth and village are, or of a woman who walked in.

        Raises FieldkitError("outreach.no-event"), as beginning an interview does.
        """
        event = self._at_event()
        answers: dict[str, Any] = {"outcome": "registered", "event": event.id}
        if known is None:
            answers["person"] = _OTHER
        else:
            answers |= {"person": known.person.id, "village": known.household.village}
            if known.person.birth_year:
                answers |= {"id_seen": "no", "birth_year": known.person.birth_year}
        post = POSTS[Station.REGISTRATION]
        interview = self._begin(post if known else replace(post, confirmed=("village",)), answers, language)
        interview.about = known.person.name if known else ""
        return interview

    def examine(self, pid: str, language: str) -> Interview:
        """Begin this station's record of a participant, go on with it, or open the one there is to correct it.

        Raises FieldkitError("outreach.no-event"), ("outreach.other-day") for a number that was given on another day,
        ("outreach.not-registered") at the registration; as beginning an interview does.
        """
        event = self._at_event()
        if pid[:6] != event.id[:6]:
            raise FieldkitError("outreach.other-day", number=pid, event=event.id)
        post = POSTS[self.station]
        woman = self.day().women.get(pid)
        made = {PARTICIPANT: woman.record, CERVIX: woman.cervix, BREAST: woman.breast} if woman else {}
        begun = self._interviews.begun(post.form, "pid", pid)
        if begun:
            interview = self.resume(begun)
        elif made.get(post.form):
            interview = self._interviews.amend(made[post.form], language)
        elif post.form == PARTICIPANT:
            raise FieldkitError("outreach.not-registered", number=pid)
        else:
            interview = self._begin(post, {"pid": pid}, language)
        interview.about = " ".join(wrap(pid, 4))
        return interview

    def resume(self, draft: str) -> Interview:
        """Go on with an interview that was left. Raises as `Interviews.resume`."""
        interview = self._interviews.resume(draft)
        post = next(each for each in POSTS.values() if each.form == interview.form.id)
        return self._paced(interview, post)

    def remember(self, record: str) -> None:
        """Somebody was registered here just now."""
        found = self._exchange.record(record)
        self.last_record, self.last = record, found.text("pid") if found else ""

    def decline(self) -> None:
        """Somebody came, heard what it is about, and left: she is counted, and nothing says who she was.

        Raises FieldkitError("outreach.no-event"), StoreError.
        """
        event = self._at_event()
        self._leaving.one_more(event.village, event.on)

    def _begin(self, post: Post, answers: Mapping[str, Any], language: str) -> Interview:
        sticky = {name: said for name in post.sticky if (said := self._said_last(post.form, name))}
        interview = self._interviews.start(post.form, language=language, answers={**sticky, **answers})
        return self._paced(interview, post)

    @staticmethod
    def _paced(interview: Interview, post: Post) -> Interview:
        interview.pace = Pace(post.also, post.confirmed)
        stop = interview.pace.next_stop(interview)
        if stop is not None:
            interview.jump(stop)
        return interview

    def _said_last(self, form: str, name: str) -> str:
        """What this laptop's last record of a form at this event says."""
        event, last = self.event, self._exchange.last_made(form, self._exchange.device.key.id)
        return last.text(name) if event and last and last.text("event") == event.id else ""

    # -- labels -------------------------------------------------------------------------------------------

    def labels(self, record: str) -> list[Label]:
        """The labels of a registration: for her card, and for each examination she agreed to. Number, year of birth and the
        station's letter stand on them, and no name.
        """
        found = self._exchange.record(record)
        pid = found.text("pid") if found else ""
        if found is None or not pid:
            return []
        letters = ["A"]
        letters += ["B"] if found.text("c_breast") == "yes" else []
        letters += ["C"] if found.text("c_cervix") == "yes" else []
        return [Label(pid, f"{found.text('born')}   {letter}") for letter in letters]

    @property
    def has_printer(self) -> bool:
        """Whether a label printer is set up."""
        return bool(self._printer)

    def print_labels(self, record: str) -> None:
        """Send the labels of a registration to the label printer. Raises FieldkitError("labels.unwritable")."""
        try:
            Path(self._printer).write_bytes(tspl(self.labels(record), self._size))
        except OSError as error:
            raise FieldkitError(
                "labels.unwritable", path=self._printer, reason=error.strerror or str(error)
            ) from error

    def label_page(self, record: str) -> str:
        """The same as a page to print."""
        return sheets(self.labels(record), self._watermark)

    # -- inside -------------------------------------------------------------------------------------------

    def _at_event(self) -> OpenEvent:
        event = self.event
        if event is None:
            raise FieldkitError("outreach.no-event")
        return event

    def _pids(self) -> dict[str, str]:
        """Who is registered for the event: the row of a household's member, and her number."""
        came = (each for each in self._days.of(self._chosen) if each.form == PARTICIPANT)
        return {each.text("person"): each.text("pid") for each in came if each.text("event") == self._chosen}
