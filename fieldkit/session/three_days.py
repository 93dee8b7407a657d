"""The three-day report of a laptop: what its records count in the window, and a sentence about what is needed, kept once a village."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from fieldkit.i18n import _
from fieldkit.places import Place
from fieldkit.report.document import Document, Table
from fieldkit.report.due import period_of
from fieldkit.report.obligations import Kind, Obligation, obligation

if TYPE_CHECKING:
    from fieldkit.exchange import Exchange
    from fieldkit.fieldwork.registry import Registry
    from fieldkit.records import Record
    from fieldkit.session.interviews import Interviews

FORM = "three_day"
REPORT = "three-days"


class ThreeDays:
    """The window that a day lies in. make: a report by its name and period. correct: writes answers into a record, for a
    reason, by every rule of its form. places: the villages, in the order of their codes.
    """

    def __init__(
        self,
        exchange: Exchange,
        interviews: Interviews,
        registry: Callable[[], Registry],
        make: Callable[[str, str], Document],
        correct: Callable[[str, Mapping[str, Any], str], object],
        places: Sequence[Place],
        day: date,
    ) -> None:
        self.window: Obligation = obligation(Kind.THREE_DAYS, day)
        self._exchange = exchange
        self._interviews = interviews
        self._registry = registry
        self._make = make
        self._correct = correct
        self._places = places

    def villages(self) -> list[Place]:
        """Those that were visited in the window, else those with households here, and those with a sentence; else all."""
        first, last = self.window.first.isoformat(), self.window.last.isoformat()
        households, visits = self._registry().households, self._registry().visits
        at_work = {
            households[number].village
            for number, some in visits.items()
            if number in households and any(first <= each.on <= last for each in some)
        }
        known = at_work or {each.village for each in households.values()}
        known |= {each.text("village") for each in self._sentences()}
        return [each for each in self._places if each.code in known] or list(self._places)

    def counters(self) -> Document:
        """The twelve counters alone, as the report has them. Raises FieldkitError."""
        whole = self._make(REPORT, period_of(self.window).name)
        tables = [part for part in whole.parts if isinstance(part, Table)]
        return replace(whole, above=(), parts=(replace(tables[0], heading=""),), notes=(), footer=())

    def need(self, village: str) -> str:
        """The sentence of a village, "" while there is none."""
        kept = self._kept(village)
        return kept.text("need") if kept else ""

    def keep(self, village: str, text: str) -> bool:
        """Keep the sentence of a village; the one that the window has already is amended. Whether anything was written.

        Raises FieldkitError("interview.unfinished") where the form's rules are against it, StoreError.
        """
        kept, said = self._kept(village), " ".join(text.split())
        if said == (kept.text("need") if kept else ""):
            return False
        if kept is not None:
            self._correct(kept.id, {"need": said}, _("said anew"))
            return True
        answers = {
            "village": village,
            "first_day": self.window.first.isoformat(),
            "last_day": self.window.last.isoformat(),
            "need": said,
        }
        interviews = self._interviews
        interviews.record(FORM, answers, interviews.lists_for(interviews.form(FORM)))
        return True

    def _kept(self, village: str) -> Record | None:
        return next((each for each in self._sentences() if each.text("village") == village), None)

    def _sentences(self) -> list[Record]:
        first = self.window.first.isoformat()
        return [each for each in self._exchange.records(FORM) if each.text("first_day") == first]
