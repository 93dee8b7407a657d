"""The records behind a figure of an indicator: their ids, for those who may see what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.i18n import _, language
from fieldkit.office.looks import SENSITIVE, note_listed
from fieldkit.office.roles import Act
from fieldkit.office.titles import titles
from fieldkit.privacy.tiers import CONTACT
from fieldkit.report.facts import gather
from fieldkit.report.figures import Figures
from fieldkit.report.indicators import INDICATORS, MADE, MEASURES, reads
from fieldkit.report.periods import Period
from fieldkit.session.desk.told import told
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk

WHY = "indicator"
"""What the log of looks says why."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A record that was counted. title: what it is of, without names."""

    record: str
    title: str


class Behind:
    """Which records a figure was counted from, for whoever may see reports; of an indicator that reads contact or restricted
    answers for whoever may see those, and then every record that is listed is written down as looked at.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @told()
    def records(
        self,
        measure: str,
        period: Period,
        village: str = "",
        *,
        whole: bool = False,
        figures: Figures | None = None,
    ) -> list[Counted]:
        """The records behind a measure in a period, in the order of their ids; of one village (code), or of all.

        whole: those of what the figure is a share of. figures: where the records were read already. Raises
        FieldkitError("report.measure"), ("report.no-whole"), ("report.of-the-township"), ("report.village"), ("role.may-not").
        """
        self._desk.need(Act.REPORT)
        found = MEASURES.get(measure)
        if found is None:
            raise FieldkitError("report.measure", name=measure, known=", ".join(_like(measure)))
        tier = INDICATORS[found.indicator].tier
        self._desk.need(_needed(tier))
        if whole and found.denominator is None:
            raise FieldkitError("report.no-whole", name=measure)
        self._see_village(village)
        if village and not found.by_village:
            raise FieldkitError("report.of-the-township", name=measure)
        office = self._desk.office
        if figures is None:
            figures = Figures(gather(office, reads(measure)), MADE, office.places())
        count = found.denominator if whole and found.denominator else found.numerator
        ids = figures.behind(count, period, village)
        known = titles(office, set(ids))
        if tier in SENSITIVE:
            forms = {each: known[each].form for each in ids if each in known}
            note_listed(office, forms, tier, by=self._desk.name, device=self._desk.device, why=WHY)
        words = self._desk.words
        return [Counted(each, words.title(known[each])) for each in ids if each in known]

    def measures(self) -> list[tuple[str, str]]:
        """The measures whose records may be listed here, each with what it is called; by their ids."""
        self._desk.need(Act.REPORT)
        return [
            (each.id, f"{each.indicator}  {_(each.label)}")
            for each in MEASURES.values()
            if self._desk.may(_needed(INDICATORS[each.indicator].tier))
        ]

    def villages(self, measure: str) -> list[tuple[str, str]]:
        """Where the records of a measure may be from: everywhere (""), or one village, by their codes."""
        self._desk.need(Act.REPORT)
        places = self._desk.office.places() if MEASURES[measure].by_village else ()
        return [("", _("All villages")), *((each.code, each.name(language())) for each in places)]

    @staticmethod
    def wholes(measure: str) -> list[tuple[bool, str]]:
        """The counts of a measure, in words: what was counted, and what it is a share of."""
        indicator = INDICATORS[MEASURES[measure].indicator]
        found = [(False, _(indicator.numerator))]
        return [*found, (True, _(indicator.denominator))] if MEASURES[measure].denominator else found

    @told()
    def lines(self, record: str) -> list[str]:
        """What a record says to whoever sits here; a look at contact or restricted answers is written down.

        Raises FieldkitError("record.unknown").
        """
        self._desk.need(Act.REPORT)
        look = self._desk.look(record, WHY)
        if look is None:
            raise FieldkitError("record.unknown", id=record)
        words, form = self._desk.words, look.view.form
        said = [words.record(look.view), ""]
        said += [
            labelled(words.label(form, path, look.fields), words.answer(look.view, path, answer))
            for path, answer in look.fields.items()
            if not words.is_worked_out(form, path) and not words.is_hidden(look.view, path)
        ]
        if look.hidden:
            said.append(_("Not shown here: {count} {count:answer|answers}.", count=len(look.hidden)))
        return said

    def _see_village(self, village: str) -> None:
        codes = [place.code for place in self._desk.office.places()]
        if village and village not in codes:
            raise FieldkitError("report.village", village=village, known=", ".join(codes))


def _needed(tier: str) -> Act:
    """What somebody must be allowed to see the records behind an indicator of a tier."""
    if tier not in SENSITIVE:
        return Act.REPORT
    return Act.CONTACT if tier in CONTACT else Act.RESTRICTED


def _like(measure: str) -> list[str]:
    """The measures of an indicator that there is, else the indicators."""
    found = [each.id for each in MEASURES.values() if each.indicator == measure.partition(".")[0]]
    return found or list(INDICATORS)
