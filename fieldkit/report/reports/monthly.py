"""RM, the monthly table (月报表) in the layout of domain.md §3: every indicator, then every village, then the logic relations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from fieldkit.i18n import N_, _
from fieldkit.report import relations
from fieldkit.report.counts import Indicator, Measure
from fieldkit.report.document import Cell, Chart, Check, Column, Document, Table
from fieldkit.report.facts import Wanted
from fieldkit.report.figures import TOWN, Figures
from fieldkit.report.indicators import INDICATORS
from fieldkit.report.indicators import reads as reads_of_indicators
from fieldkit.report.making import ReportKind, Request, closing_notes, forms_of, signatures, together
from fieldkit.report.periods import Period, reported_before, year_before, year_so_far
from fieldkit.report.reports import charts
from fieldkit.report.wording import hidden_note, place_name, printed, unit_word

TABLE_NO = "FK-RM-1"
"""The number of the table, as it stands at its head."""
ACROSS = 6
"""How many measures stand beside each other in a table of the villages: what A4 on its side takes."""
_STAR = "★"
STATEMENT = re.compile(r"I-03\.q([0-9]+)")
"""The measures of the quiz's statements, which have a table of their own."""


def reads() -> Wanted:
    """What the indicators and the relations look at."""
    return together(reads_of_indicators(), relations.reads())


def make(request: Request) -> Document:
    """This month, this year so far and the same month of the year before; the villages of this month."""
    figures, period = request.figures, request.period
    lines = list(enumerate((each for each in _measures() if not STATEMENT.match(each[1].id)), 1))
    numbers = {measure.id: number for number, (_indicator, measure) in lines}
    so_far = year_so_far(period)
    checks = relations.checks(figures, period, so_far, numbers, [measure for _n, (_i, measure) in lines])
    return Document(
        name=KIND.name,
        title=_(
            "{unit}: monthly table of family health services ({period})", unit=request.unit, period=period
        ),
        unit=request.unit,
        period=f"{period.first}..{period.last}",
        made_on=request.made_on.isoformat(),
        above=(
            _("Reporting unit (seal): {unit}", unit=request.unit),
            _("Days: {first} to {last}", first=period.first, last=period.last),
            _("Table {number}; by order of: ________; counted in: as each line says", number=TABLE_NO),
        ),
        parts=(
            _of_the_month(figures, period, so_far, lines, checks),
            _drawn(figures, period, lines),
            *_of_villages(figures, period, lines),
            _of_statements(figures, period),
        ),
        notes=(*_explained(), *closing_notes(request, forms_of(request, reads())), _archive(figures)),
        footer=signatures(request.made_on),
    )


def _measures() -> Iterator[tuple[Indicator, Measure]]:
    return ((indicator, measure) for indicator in INDICATORS.values() for measure in indicator.measures)


Lines = Sequence[tuple[int, tuple[Indicator, Measure]]]
"""The lines of the table, numbered."""


def _of_the_month(
    figures: Figures, period: Period, so_far: Period, lines: Lines, checks: tuple[Check, ...]
) -> Table:
    earlier, reported = year_before(period), reported_before(period)
    was_there = not figures.facts.is_after(earlier.last)
    rows = []
    for number, (indicator, measure) in lines:
        printable = (
            printed(figures.shown(indicator, measure, period)[TOWN], measure.unit),
            printed(figures.shown(indicator, measure, so_far, before=reported)[TOWN], measure.unit),
            printed(figures.shown(indicator, measure, earlier)[TOWN], measure.unit) if was_there else "",
        )
        rows.append((number, _(measure.label), unit_word(measure), *printable, _remark(indicator, measure)))
    return Table(
        heading=_("The township"),
        columns=(
            Column(_("No.")),
            Column(_("Indicator"), is_text=True),
            Column(_("Unit"), is_text=True),
            Column(_("This month")),
            Column(_("This year so far")),
            Column(_("Same month last year")),
            Column(_("Remarks"), is_text=True),
        ),
        rows=tuple(rows),
        checks=checks,
    )


def _drawn(figures: Figures, period: Period, lines: Lines) -> Chart:
    earlier = year_before(period)
    was_there = not figures.facts.is_after(earlier.last)
    measures = [measure for _number, measure in lines]
    return charts.shares(
        _("Shares of this month, the township, in percent"),
        figures,
        measures,
        period,
        earlier if was_there else None,
    )


def _of_villages(figures: Figures, period: Period, lines: Lines) -> Iterator[Table]:
    told = [line for line in lines if line[1][1].by_village]
    names = {TOWN: _("Total"), **{place.code: place_name(place) for place in figures.places}}
    for start in range(0, len(told), ACROSS):
        chosen = told[start : start + ACROSS]
        shown: list[Mapping[str, Cell]] = []
        for _number, (indicator, measure) in chosen:
            found = figures.shown(indicator, measure, period)
            shown.append({code: printed(each, measure.unit) for code, each in found.items()})
        yield Table(
            heading=_(
                "The villages, lines {first} to {last}: this month", first=chosen[0][0], last=chosen[-1][0]
            ),
            columns=(
                Column(_("Code"), is_text=True, is_code=True),
                Column(_("Village"), is_text=True),
                *(
                    Column(f"{number} {_(measure.label)}", str(number))
                    for number, (_indicator, measure) in chosen
                ),
            ),
            rows=tuple((code, name, *(cells[code] for cells in shown)) for code, name in names.items()),
            sums=frozenset({0}),
        )


def _of_statements(figures: Figures, period: Period) -> Table:
    """What was known of each statement of the quiz: of the last sheets, of those before a class, and of those after it."""
    rows: dict[int, list[Cell]] = {}
    for indicator, measure in _measures():
        statement = STATEMENT.match(measure.id)
        if statement:
            row = rows.setdefault(int(statement[1]), [int(statement[1]), _(measure.label)])
            row.append(printed(figures.shown(indicator, measure, period)[TOWN], measure.unit))
    return Table(
        heading=_("Statements of the quiz, the township: this month"),
        columns=(
            Column(_("No.")),
            Column(_("Statement"), is_text=True),
            Column(_("Right in the last sheet")),
            Column(_("before a class")),
            Column(_("after it")),
        ),
        rows=tuple(tuple(row) for row in rows.values()),
    )


def _remark(indicator: Indicator, measure: Measure) -> str:
    words = [indicator.id + (_STAR if indicator.suppressed else "")]
    if measure.neutral:
        words.append(_("neutral, no target"))
    return _(", ").join(words)


def _explained() -> tuple[str, ...]:
    return (
        _(
            "Percentages: the share, with what it is of in brackets; blank where there is nothing to divide by."
        ),
        _("{star}: small numbers are hidden.", star=_STAR) + " " + hidden_note(),
        _(
            "Villages stand in the order of their codes. Declining has no consequence, and there is no target for it."
        ),
    )


def _archive(figures: Figures) -> str:
    return _("Archive hash (SHA-256): {state}.", state=figures.facts.state)


KIND = ReportKind(
    "monthly",
    N_("monthly table: every indicator, every village, logic relations"),
    reads,
    make,
    frozenset({"month"}),
)
