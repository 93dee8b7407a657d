"""The reference table: every indicator with its definition, for the township and, where it is told of them, each village."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fieldkit.i18n import N_, _
from fieldkit.report.counts import Indicator, Measure
from fieldkit.report.document import Column, Document, Part, Prose, Table
from fieldkit.report.facts import Wanted
from fieldkit.report.figures import TOWN
from fieldkit.report.indicators import INDICATORS
from fieldkit.report.indicators import reads as reads_of_indicators
from fieldkit.report.labels import place_names
from fieldkit.report.making import ReportKind, Request, closing_notes, forms_of, head, signatures
from fieldkit.report.targets import KINDS, kinds
from fieldkit.report.wording import hidden_note, number, printed, unit_word

NAME = "indicators"
ACROSS = 6
"""How many measures stand beside each other in a table of the villages."""


def reads() -> Wanted:
    """What all indicators are counted from."""
    return reads_of_indicators()


def make(request: Request) -> Document:
    """Every indicator of a period, in the order of their numbers."""
    period = request.period
    return Document(
        name=NAME,
        title=_("{unit}: indicators and how they are counted ({period})", unit=request.unit, period=period),
        unit=request.unit,
        period=f"{period.first}..{period.last}",
        made_on=request.made_on.isoformat(),
        above=head(request),
        parts=tuple(part for each in INDICATORS.values() for part in _parts(request, each)),
        notes=(
            _("Villages stand in the order of their codes; no figure is for comparing them."),
            _("Blank where there is nothing to count or to divide by."),
            hidden_note(),
            *closing_notes(request, forms_of(request, reads())),
        ),
        footer=signatures(request.made_on),
    )


def _parts(request: Request, indicator: Indicator) -> Iterator[Part]:
    yield Prose(f"{indicator.id} {_(indicator.label)}", tuple(_defined(indicator)))
    yield _of_township(request, indicator)
    told = [each for each in indicator.measures if each.by_village]
    for start in range(0, len(told), ACROSS):
        yield _of_villages(request, indicator, told[start : start + ACROSS])


def _defined(indicator: Indicator) -> Iterator[str]:
    yield _("Counted: {numerator}", numerator=_(indicator.numerator))
    yield _("Of: {denominator}", denominator=_(indicator.denominator))
    yield _(
        "About: {population}. Which day decides: {day}.",
        population=_(indicator.population),
        day=_(indicator.period),
    )
    yield _("Source: {source}. Tier {tier}.", source=indicator.source, tier=indicator.tier)
    if indicator.suppressed:
        yield _("Counts from 1 to 4 are hidden.")
    if kinds()[indicator.id] not in KINDS:
        yield _("It is watched; no target is set for it.")


def _of_township(request: Request, indicator: Indicator) -> Table:
    rows = []
    for measure in indicator.measures:
        figure = request.figures.shown(indicator, measure, request.period)[TOWN]
        n, of = ("", "") if figure.is_hidden else (number(figure.n), number(figure.of))
        rows.append((measure.id, _(measure.label), unit_word(measure), n, of, printed(figure, measure.unit)))
    return Table(
        _("{indicator}: the township", indicator=indicator.id),
        (
            Column(_("Measure"), is_text=True),
            Column(_("What it is"), is_text=True),
            Column(_("Unit"), is_text=True),
            Column(_("Numerator")),
            Column(_("Denominator")),
            Column(_("Figure")),
        ),
        tuple(rows),
    )


def _of_villages(request: Request, indicator: Indicator, measures: Sequence[Measure]) -> Table:
    figures = [request.figures.shown(indicator, each, request.period) for each in measures]
    rows = tuple(
        (
            code,
            name,
            *(printed(found[code], each.unit) for each, found in zip(measures, figures, strict=True)),
        )
        for code, name in place_names(request.figures).items()
        if code != TOWN
    )
    return Table(
        _("{indicator}: the villages", indicator=indicator.id),
        (
            Column(_("Code"), is_text=True, is_code=True),
            Column(_("Village"), is_text=True),
            *(Column(_(each.label), each.id) for each in measures),
        ),
        rows,
    )


KIND = ReportKind(NAME, N_("every indicator, with its definition"), reads, make)
