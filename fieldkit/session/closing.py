"""Closing a screening day: what the records count beside what people typed, and the correction of the event that closes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fieldkit.errors import FieldkitError
from fieldkit.fieldwork.screening import Finding, Kind, ScreeningDay
from fieldkit.fieldwork.screening_rows import FIGURES
from fieldkit.i18n import N_, _, language
from fieldkit.session.interview import Finished
from fieldkit.session.interviews import Interviews
from fieldkit.session.leaving import Leaving
from fieldkit.session.reading import read, shown
from fieldkit.session.screening_days import ScreeningDays
from fieldkit.wording import problem_text
from fieldkit.xforms import FormEntry, Question
from sync import spoken_code

FIGURE_WORDS: Mapping[str, str] = {
    "arrived": N_("Arrived"),
    "left": N_("Left without registering"),
    "registered": N_("Registered"),
    "eligible": N_("Eligible for the cervical examination"),
    "deferred": N_("Deferred"),
    "ineligible": N_("Not eligible"),
    "sampled": N_("Samples taken"),
    "void": N_("Void samples"),
    "sent": N_("Samples sent"),
    "breast": N_("Breast examinations"),
}
_KINDS: Mapping[Kind, str] = {
    Kind.NUMBER_TWICE: N_("One number on two registrations. Compare both records and correct one: {pids}"),
    Kind.NO_NUMBER: N_("Registered without a number: {counted}. Open these registrations and give them one."),
    Kind.NOT_REGISTERED: N_("Examined, but not registered here. Bring the records of all laptops together first: {pids}"),
    Kind.NO_CONSENT: N_("Examined without her consent to it. Ask her, then correct the registration or take the examination back: {pids}"),
    Kind.NOT_ELIGIBLE: N_("Sampled, but deferred or not eligible. Correct what is wrong of the two: {pids}"),
    Kind.NO_STATUS: N_("Registered, but the questions before the examination are not filled in; a refusal is an answer too: {pids}"),
    Kind.EXAMINED_TWICE: N_("Two records of one examination. Keep the right one: {pids}"),
    Kind.VOID_WITHOUT_SAMPLE: N_("A void sample, but none was taken. Correct the examination: {pids}"),
    Kind.IN_CONFLICT: N_("Corrected differently on two laptops. Decide which holds: {pids}"),
    Kind.ARRIVED: N_("Typed: arrived is not registered plus left."),
    Kind.REGISTERED: N_("Typed: registered is not eligible plus deferred plus not eligible."),
    Kind.SENT: N_("Typed: sent is not taken less void."),
    Kind.FIGURE: N_("{figure}: the records count {counted}, typed is {typed}. Look at: {pids}"),
}  # fmt: skip
_BARE = N_("{figure}: the records count {counted}, typed is {typed}.")
_WAITING = N_(
    "Agreed and not examined by the records here: cervix {cervix}, breast {breast}. If they were, bring those records first."
)
_TRANSPORT = "transport"


def finding_text(finding: Finding) -> str:
    """What does not add up, in words, with the numbers concerned and the way on."""
    words = _BARE if finding.kind is Kind.FIGURE and not finding.pids else _KINDS[finding.kind]
    return _(
        words,
        pids=_(", ").join(finding.pids),
        figure=_(FIGURE_WORDS[finding.figure]) if finding.figure else "",
        counted=finding.counted,
        typed=finding.typed,
    )


@dataclass(frozen=True, slots=True)
class Line:
    """What is typed on closing. figure: the field of `Counts` it is, "" for the transport of the samples; path: its question;
    typed: as a person would type it, "" for nothing. counted: what the records say, None where they say nothing of it.
    """

    figure: str
    path: str
    label: str
    typed: str
    counted: int | None


class Closing:
    """The closing of one event, while somebody types it. Nothing is kept before `close`."""

    def __init__(
        self,
        entry: FormEntry,
        record: str,
        count: Callable[[], ScreeningDay],
        write: Callable[[str, Mapping[str, Any], str], Finished],
        leaving: Leaving,
        now: Callable[[], datetime],
    ) -> None:
        self._entry = entry
        self._record = record
        self._count = count
        self._write = write
        self._leaving = leaving
        self._now = now
        self.day = count()
        for figure, path in self._figures():
            if not entry.value(path):
                entry.set(path, str(getattr(self.day.counts, figure)))

    @property
    def is_closed(self) -> bool:
        """Whether the event has been closed before."""
        return self.day.held is not None and self.day.held.closed

    @property
    def code(self) -> str:
        """The ledger of the day in six digits, to be read aloud: the same on laptops that hold the same."""
        return ledger_code(self.day)

    def recount(self) -> None:
        """Count the records anew, as others may have come; what was typed stays."""
        self.day = self._count()

    def one_more_left(self) -> None:
        """Count one more who left without registering; nothing says who. Raises StoreError."""
        self._leave(self._leaving.one_more)

    def one_less_left(self) -> None:
        """Take back one who was counted as left on this laptop. Raises FieldkitError("outreach.none-left"), StoreError."""
        self._leave(self._leaving.one_less)

    def lines(self) -> list[Line]:
        """What is asked on closing, figures first, in the language in use."""
        self._entry.language = language()
        found = [
            Line(figure, path, _(FIGURE_WORDS[figure]), self._typed(path), getattr(self.day.counts, figure))
            for figure, path in self._figures()
        ]
        return found + [
            Line("", path, self._entry.label(path), self._typed(path), None) for path in self._transport()
        ]

    def take(self, line: Line, text: str) -> None:
        """Take what was typed for a line; nothing typed leaves it as it is. A figure is taken though it does not add up,
        as the others may be wrong. Raises FieldkitError("closing.refused", problems=…), ReadingError.
        """
        if not text.strip():
            return
        value = read(self._entry.item(line.path), text, self._now())
        before = self._entry.value(line.path)
        self._entry.set(line.path, value)
        wrong = [problem_text(each) for each in self._entry.problems(line.path) if each.kind != "warning"]
        if wrong and not line.figure:
            self._entry.set(line.path, before)
            raise FieldkitError("closing.refused", problems=wrong)

    def findings(self) -> list[Finding]:
        """What does not add up, among the records and between them and what was typed."""
        values = {figure: self._entry.value(path) for figure, path in self._figures()}
        return self.day.findings(
            {figure: int(value) for figure, value in values.items() if value.isdecimal()}
        )

    def notes(self) -> list[str]:
        """What keeps nobody from closing, but is worth a look before: who may go at any time is in it too."""
        cervix, breast = (len(self.day.waiting(station)) for station in ("cervix", "breast"))
        return [_(_WAITING, cervix=cervix, breast=breast)] if cervix or breast else []

    def close(self) -> Finished:
        """Write the correction of the event that closes it.

        Raises FieldkitError("closing.open", problems=…) while something does not add up; as `filling.correct` where the
        form or another correction is in the way.
        """
        self.recount()
        found = self.findings()
        if found:
            raise FieldkitError("closing.open", problems=[finding_text(each) for each in found])
        answers: dict[str, Any] = {"closing": "yes"}
        answers |= {path: self._entry.value(path) for _figure, path in self._figures()}
        answers |= {path: value for path in self._transport() if (value := self._entry.value(path))}
        done = self._write(self._record, answers, _("the day was closed"))
        self.recount()
        return done

    def _leave(self, count: Callable[[str, str], None]) -> None:
        """Change the count of those who left; what is typed goes with it where it was what the records had."""
        form, before = self._entry.form, self.day.counts
        village, on = (self._entry.value(form.find(name).path) for name in ("village", "date"))
        count(village, on)
        self.recount()
        for figure, path in self._figures():
            if self._entry.value(path) == str(getattr(before, figure)):
                self._entry.set(path, str(getattr(self.day.counts, figure)))

    def _typed(self, path: str) -> str:
        return shown(self._entry.item(path), self._entry.value(path))

    def _figures(self) -> Iterator[tuple[str, str]]:
        """The figures that the event asks for, each with its path: no samples where none are taken."""
        for figure, name in FIGURES.items():
            path = self._entry.form.find(name).path
            if self._entry.is_relevant(path):
                yield figure, path

    def _transport(self) -> Iterator[str]:
        for path, item in self._entry.form.items.items():
            if f"/{_TRANSPORT}/" in path and isinstance(item, Question) and self._entry.is_relevant(path):
                yield path


class Closings:
    """Closing the screening days of one workspace.

    write: corrects a record with answers and a reason, by every rule of its form.
    """

    def __init__(
        self,
        days: ScreeningDays,
        interviews: Interviews,
        write: Callable[[str, Mapping[str, Any], str], Finished],
        leaving: Leaving,
        now: Callable[[], datetime],
    ) -> None:
        self._days = days
        self._interviews = interviews
        self._write = write
        self._leaving = leaving
        self._now = now

    def day(self, event: str) -> ScreeningDay:
        """The day of an event, as `ScreeningDays.day`."""
        return self._days.day(event)

    def latest(self) -> str:
        """The number of the latest event that is not still to come, "" for none."""
        today = self._now().date().isoformat()
        held = self._days.events()
        days = [(each.text("date"), each.text("event_id")) for each in held]
        return max((each for each in days if each[0] <= today), default=("", ""))[1]

    def begin(self, event: str) -> Closing:
        """Begin the closing of an event with what the records count. Raises FieldkitError("closing.no-event"), and as
        `Interviews.correction`.
        """
        held = self.day(event).held
        if held is None:
            raise FieldkitError("closing.no-event", event=event)
        entry = self._interviews.correction(held.record, {"closing": "yes"}, language())
        return Closing(entry, held.record, lambda: self.day(event), self._write, self._leaving, self._now)


def ledger_code(day: ScreeningDay) -> str:
    """The ledger of a day in six digits, in two groups."""
    return spoken_code(day.ledger)
