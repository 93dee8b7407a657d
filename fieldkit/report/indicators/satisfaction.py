"""How satisfied people say they are, of those who answer (I-23)."""

from __future__ import annotations

from fieldkit.i18n import N_
from fieldkit.report.conditions import Has, Missed, either, is_
from fieldkit.report.counts import Count, Indicator, Made, Measure

_ANSWERED = Has("sat_all")
_NOT_ANSWERED = Missed("sat_all")

MADE: tuple[Made, ...] = ()

INDICATORS = (
    Indicator(
        id="I-23",
        label=N_("Satisfaction"),
        numerator=N_("Answers 4 or 5 of 5"),
        denominator=N_(
            "Answers from 1 to 5; who did not want to answer, or to whom it did not apply, is shown apart"
        ),
        population=N_("People asked on visits how satisfied they are overall"),
        period=N_("Day of the visit"),
        tier="P",
        source="domain.md §3 [D]",
        measures=(
            Measure(
                "I-23",
                N_("Satisfied or very satisfied"),
                Count("visit", is_("sat_all", "4", "5"), on="date"),
                Count("visit", _ANSWERED, on="date"),
                by_village=False,
            ),
            Measure(
                "I-23.na",
                N_("Did not want to answer, or not applicable (a neutral figure)"),
                Count("visit", _NOT_ANSWERED, on="date"),
                Count("visit", either(_ANSWERED, _NOT_ANSWERED), on="date"),
                by_village=False,
                neutral=True,
            ),
        ),
    ),
)
