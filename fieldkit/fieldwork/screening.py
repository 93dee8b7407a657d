"""A screening day as its records tell it: who came, what was done, what does not add up. Pure, and never stored.

The same comes out for any order of the records, on whatever laptop; what is not known here yet is missing from it,
and examinations of numbers that are registered elsewhere wait for their registrations.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from fieldkit.datatypes.damm import check_digit
from fieldkit.fieldwork.screening_rows import BREAST, CERVIX, Came, Examined, Held, Left, Row, row_of
from fieldkit.records import Record

_STATION = {CERVIX: "cervix", BREAST: "breast"}
_DIGITS = 11
"""Of a participant number: day, station digit, running number, check digit."""


@dataclass(frozen=True, slots=True)
class Woman:
    """One participant as all her records say; `pid` is her number.

    record: her registration, "" where it is not known here. event: the number of the event. born: year of birth. consents: of
    "cervix", "breast", "hpv", "share". status: "eligible", "deferred", "ineligible" or "" where nobody said. cervix, breast:
    the records of her examinations, "" for none. sampled: a tube was filled; void: it cannot be sent. unasked: the
    questions that her status follows from were not put. prefers_not: would rather not have the pelvic examination.
    refused: the stations where she did not agree after all.
    """

    pid: str
    record: str
    event: str
    born: str
    village: str
    consents: frozenset[str]
    status: str
    cervix: str
    breast: str
    sampled: bool
    void: bool
    unasked: bool = False
    prefers_not: bool = False
    refused: frozenset[str] = frozenset()

    @property
    def counts_as(self) -> str:
        """The status she is counted with, "" while the questions wait; who does not answer counts as eligible."""
        return self.status or ("" if self.unasked else "eligible")


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures of a day, as the event's form names them."""

    arrived: int
    registered: int
    left: int
    eligible: int
    deferred: int
    ineligible: int
    sampled: int
    void: int
    sent: int
    breast: int


class Kind(StrEnum):
    """What keeps a day from adding up; the words are elsewhere."""

    NUMBER_TWICE = "number_twice"
    NO_NUMBER = "no_number"
    NOT_REGISTERED = "not_registered"
    NO_CONSENT = "no_consent"
    NOT_ELIGIBLE = "not_eligible"
    NO_STATUS = "no_status"
    EXAMINED_TWICE = "examined_twice"
    VOID_WITHOUT_SAMPLE = "void_without_sample"
    IN_CONFLICT = "in_conflict"
    ARRIVED = "arrived"
    REGISTERED = "registered"
    SENT = "sent"
    FIGURE = "figure"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not add up. pids: the participant numbers concerned, or worth looking at, in order.

    For Kind.FIGURE, `figure` is a field of `Counts`, with what the records count and what people typed.
    """

    kind: Kind
    pids: tuple[str, ...] = ()
    figure: str = ""
    counted: int = 0
    typed: int = 0


@dataclass(frozen=True, slots=True)
class ScreeningDay:
    """One event. women: by number, also those of whom only an examination is known here. left: who came and did not
    register. held: the event's own record, None where it is not here; ledger: SHA-256 over registrations and examinations.
    """

    event: str
    held: Held | None
    women: Mapping[str, Woman]
    left: int
    counts: Counts
    ledger: str
    _came: tuple[Came, ...] = field(repr=False)
    _examined: tuple[Examined, ...] = field(repr=False)

    def waiting(self, station: str) -> list[Woman]:
        """Who agreed to an examination, is suitable and was not there yet, by running number.

        station: "cervix" or "breast". Who would rather not be examined waits for nothing.
        """
        if station == "cervix":
            found = [
                each
                for each in self.women.values()
                if not each.cervix and each.counts_as in {"eligible", ""} and not each.prefers_not
            ]
        else:
            found = [each for each in self.women.values() if not each.breast]
        agreed = [each for each in found if station in each.consents and station not in each.refused]
        return sorted(agreed, key=lambda each: (each.pid[7:10], each.pid))

    def findings(self, typed: Mapping[str, int] | None = None) -> list[Finding]:
        """What does not add up, in the order of `Kind`. typed: figures that people counted, by the fields of `Counts`."""
        found = [Finding(kind, tuple(sorted(pids))) for kind, pids in self._by_kind().items() if pids]
        without = sum(not each.pid for each in self._came)
        if without:
            found.append(Finding(Kind.NO_NUMBER, counted=without))
        found += self._typed(typed or {})
        order = list(Kind)
        return sorted(found, key=lambda each: order.index(each.kind))

    def _by_kind(self) -> dict[Kind, set[str]]:
        women = self.women.values()
        registered = [each for each in women if each.record]
        agreed = {each.pid: each.consents for each in registered}
        numbers = Counter(each.pid for each in self._came if each.pid)
        exams = Counter((each.form, each.pid) for each in self._examined if not each.refused)
        return {
            Kind.NUMBER_TWICE: {pid for pid, times in numbers.items() if times > 1},
            Kind.NOT_REGISTERED: {each.pid for each in women if not each.record},
            Kind.NO_CONSENT: {
                exam.pid
                for exam in self._examined
                if exam.pid in agreed
                and not (exam.agreed_here or exam.refused)
                and _STATION[exam.form] not in agreed[exam.pid]
            },
            Kind.NOT_ELIGIBLE: {
                each.pid for each in registered if each.sampled and each.status in {"deferred", "ineligible"}
            },
            Kind.NO_STATUS: {each.pid for each in self._came if each.unasked and each.pid},
            Kind.EXAMINED_TWICE: {pid for (_form, pid), times in exams.items() if times > 1},
            Kind.VOID_WITHOUT_SAMPLE: {each.pid for each in self._examined if each.void and not each.sampled},
            Kind.IN_CONFLICT: {each.pid for each in self._rows() if each.in_conflict and each.pid},
        }

    def _rows(self) -> Iterator[Came | Examined]:
        yield from self._came
        yield from self._examined

    def _typed(self, typed: Mapping[str, int]) -> Iterator[Finding]:
        def given(*names: str) -> bool:
            return all(name in typed for name in names)

        if given("arrived", "registered", "left") and typed["arrived"] != typed["registered"] + typed["left"]:
            yield Finding(Kind.ARRIVED)
        parts = ("eligible", "deferred", "ineligible")
        if given("registered", *parts) and typed["registered"] != sum(typed[each] for each in parts):
            yield Finding(Kind.REGISTERED)
        if given("sampled", "void", "sent") and typed["sent"] != typed["sampled"] - typed["void"]:
            yield Finding(Kind.SENT)
        for figure, number in typed.items():
            counted = getattr(self.counts, figure)
            if counted != number:
                yield Finding(Kind.FIGURE, self._worth_a_look(figure), figure, counted, number)

    def _worth_a_look(self, figure: str) -> tuple[str, ...]:
        """The numbers among which people find what a figure has too many or too few of."""
        if figure in {"arrived", "registered", "left"}:
            return self.gaps()
        registered = (each for each in self.women.values() if each.record)
        return tuple(sorted(each.pid for each in registered if _is_worth_a_look(each, figure)))

    def gaps(self) -> tuple[str, ...]:
        """The numbers that no record has between the first and the last of each station.

        A woman who declines leaves one too: it says where to look, not that anything is wrong.
        """
        used: dict[str, set[int]] = {}
        for pid in self.women:
            if len(pid) == _DIGITS and pid.isdecimal():
                used.setdefault(pid[:7], set()).add(int(pid[7:10]))
        missing = (
            f"{station}{running:03d}"
            for station, taken in used.items()
            for running in range(min(taken), max(taken))
            if running not in taken
        )
        return tuple(sorted(f"{base}{check_digit(base)}" for base in missing))


def screening_day(
    event: str,
    records: Iterable[Record],
    seen: dict[tuple[str, ...], Row | None] | None = None,
    elsewhere: Callable[[str, str], int] | None = None,
) -> ScreeningDay:
    """The day of an event as these records tell it; those of other forms and other events are left out.

    seen: what earlier calls read, by the heads of the records; it is added to, so that no record is read twice.
    elsewhere: how many left at other laptops, of a village ("" for all) and a day, as their sticks told.
    """
    rows = [*_rows(records, {} if seen is None else seen)]
    held = sorted((each for each in rows if isinstance(each, Held)), key=lambda each: each.record)
    here = next((each for each in held if each.event == event), None)
    came = [each for each in rows if isinstance(each, Came)]
    event_of: dict[str, str] = {}
    for each in sorted(came, key=lambda each: (each.event != event, each.record)):
        event_of.setdefault(each.pid, each.event)
    ours = tuple(sorted((each for each in came if each.event == event), key=lambda each: each.record))
    exams = [each for each in rows if isinstance(each, Examined) and each.pid]
    examined = tuple(
        sorted((each for each in exams if _is_of(each, event, event_of)), key=lambda each: each.record)
    )
    left = sum(
        _is_left_of(each.on, each.village, event, here, held) for each in rows if isinstance(each, Left)
    )
    if elsewhere is not None:
        left += _told(elsewhere, event, here, held)
    women = _women(event, ours, examined)
    return ScreeningDay(
        event, here, women, left, _counts(ours, women, left), _ledger(ours, examined), ours, examined
    )


def _is_worth_a_look(who: Woman, figure: str) -> bool:
    match figure:
        case "eligible":
            return who.counts_as == ""
        case "deferred" | "ineligible":
            return who.status == figure
        case "void":
            return who.void
        case "breast":
            return "breast" in who.consents and not who.breast
        case _:
            return (figure == "sent" and who.void) or (who.counts_as == "eligible" and not who.sampled)


def _rows(records: Iterable[Record], seen: dict[tuple[str, ...], Row | None]) -> Iterator[Row]:
    for record in records:
        if not record.heads:
            row = row_of(record)
        elif record.heads in seen:
            row = seen[record.heads]
        else:
            row = seen[record.heads] = row_of(record)
        if row is not None:
            yield row


def _is_of(exam: Examined, event: str, event_of: Mapping[str, str]) -> bool:
    """Where her registration is not known, what the examination says of the event holds, else the day in the number."""
    return (event_of.get(exam.pid) or exam.event or (event if exam.pid[:6] == event[:6] else "")) == event


def _is_left_of(on: str, village: str, event: str, here: Held | None, held: Iterable[Held]) -> bool:
    """A decline names day and village, not the event: it is of the event of that day that invited the village, and of
    any of that day where none did.
    """
    return on == _day_of(event) and village not in _invited_by_others(event, here, held)


def _told(elsewhere: Callable[[str, str], int], event: str, here: Held | None, held: Iterable[Held]) -> int:
    """How many of those who left elsewhere are of this event."""
    on = _day_of(event)
    return elsewhere("", on) - sum(elsewhere(each, on) for each in _invited_by_others(event, here, held))


def _invited_by_others(event: str, here: Held | None, held: Iterable[Held]) -> frozenset[str]:
    """The villages that other events of that day invited, and this one did not."""
    others = (each.villages for each in held if each.event != event and each.on == _day_of(event))
    return frozenset[str]().union(*others) - (here.villages if here else frozenset())


def _day_of(event: str) -> str:
    """The day in the number of an event, ISO 8601."""
    return f"20{event[:2]}-{event[2:4]}-{event[4:6]}"


def _women(event: str, came: Iterable[Came], examined: Iterable[Examined]) -> dict[str, Woman]:
    registered: dict[str, Came] = {}
    for each in came:
        if each.pid:
            registered.setdefault(each.pid, each)
    exams: dict[str, list[Examined]] = {}
    for exam in examined:
        exams.setdefault(exam.pid, []).append(exam)
    return {
        pid: _woman(event, pid, registered.get(pid), exams.get(pid, ()))
        for pid in sorted({*registered, *exams})
    }


def _woman(event: str, pid: str, came: Came | None, exams: Sequence[Examined]) -> Woman:
    first: dict[str, str] = {}
    for exam in exams:
        if not exam.refused:
            first.setdefault(exam.form, exam.record)
    tubes = [exam for exam in exams if exam.sampled]
    return Woman(
        pid=pid,
        record=came.record if came else "",
        event=event,
        born=came.born if came else "",
        village=came.village if came else "",
        consents=came.consents if came else frozenset(),
        status=came.status if came else "",
        cervix=first.get(CERVIX, ""),
        breast=first.get(BREAST, ""),
        sampled=bool(tubes),
        void=bool(tubes) and all(tube.void for tube in tubes),
        unasked=came.unasked if came else False,
        prefers_not=came.prefers_not if came else False,
        refused=frozenset(_STATION[exam.form] for exam in exams if exam.refused),
    )


def _counts(came: tuple[Came, ...], women: Mapping[str, Woman], left: int) -> Counts:
    """Registrations are counted by records, as a number may stand on two; examinations by numbers."""
    status = Counter(each.status or ("" if each.unasked else "eligible") for each in came)
    sampled = sum(each.sampled for each in women.values())
    void = sum(each.void for each in women.values())
    return Counts(
        arrived=len(came) + left,
        registered=len(came),
        left=left,
        eligible=status["eligible"],
        deferred=status["deferred"],
        ineligible=status["ineligible"],
        sampled=sampled,
        void=void,
        sent=sampled - void,
        breast=sum(each.breast != "" for each in women.values()),
    )


def _ledger(came: tuple[Came, ...], examined: tuple[Examined, ...]) -> str:
    """Over ids and heads. Without the event's own record, which closing changes, and without declines, which travel apart
    and name nobody.
    """
    heads = [(each.record, each.heads) for each in came] + [(each.record, each.heads) for each in examined]
    lines = (f"{record} {' '.join(sorted(each))}\n" for record, each in sorted(heads))
    return hashlib.sha256("".join(lines).encode()).hexdigest()
