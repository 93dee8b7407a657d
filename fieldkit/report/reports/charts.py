"""What reports draw beside their tables: shares of the township, and a counter of the villages in the order of their codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from fieldkit.i18n import _
from fieldkit.report.counts import Indicator, Measure, Unit
from fieldkit.report.document import Bar, Chart
from fieldkit.report.figures import TOWN, Figure, Figures
from fieldkit.report.periods import Period
from fieldkit.report.reports.tallies import Tallied, Tally
from fieldkit.report.wording import place_name, printed

_TENTH = Decimal("0.1")
_WHOLE = Decimal(100)


def shares(
    heading: str,
    figures: Figures,
    measures: Iterable[tuple[Indicator, Measure]],
    period: Period,
    earlier: Period | None = None,
) -> Chart:
    """A bar for each percentage of the township that may be shown; its mark is the one of `earlier`, if that is given.

    What people decide has no bar, since there is nothing it should be; nor has what is of nothing, or hidden.
    """
    return Chart(
        heading, tuple(_shares(figures, measures, period, earlier)), _WHOLE, _("Same month last year")
    )


def of_villages(heading: str, figures: Figures, tally: Tally, cells: Tallied) -> Chart:
    """A bar for each village of a counter that may be shown whole."""
    return Chart(
        heading,
        tuple(
            Bar(place_name(place), Decimal(cells[tally.id][place.code]), str(cells[tally.id][place.code]))
            for place in figures.places
        ),
    )


def _shares(
    figures: Figures, measures: Iterable[tuple[Indicator, Measure]], period: Period, earlier: Period | None
) -> Iterator[Bar]:
    for indicator, measure in measures:
        if measure.unit is not Unit.PERCENT or measure.neutral:
            continue
        figure = figures.shown(indicator, measure, period)[TOWN]
        share = _percent(figure)
        if share is None:
            continue
        before = None if earlier is None else _percent(figures.shown(indicator, measure, earlier)[TOWN])
        yield Bar(_(measure.label), share, str(printed(figure, measure.unit)), before)


def _percent(figure: Figure) -> Decimal | None:
    if figure.is_hidden or figure.share is None:
        return None
    return (figure.share * 100).quantize(_TENTH, ROUND_HALF_UP)
