"""Tables and charts on sheets of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.cells import width
from fieldkit.i18n import _
from fieldkit.report.document import Cell, Chart, Column, Document, Table, cell_text
from fieldkit.report.writers.xlsx_sheet import HIGH, Paper

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.chart import Chart as WorkbookChart

_WIDEST, _SLIMMEST, _HEADER = 60, 8, 12
"""How wide a column may be and must be, and how much of that a header asks for before it is wrapped."""
_DRAWN = 76
"""Cells beside the numbers of a chart that it is drawn in."""
_LEAST, _GAP = 200, 8
"""Pixels of the height of a chart, and beside it."""
_PATTERNS = ("dark_upward_diagonal", "percent_20")
"""How bars are filled, and what is expected: black and grey."""


def write_table(paper: Paper, document: Document, table: Table) -> None:
    """Write a table, and what stands below it."""
    paper.begin(document, _widths(table), heading=table.heading)
    _write_rows(paper, table)
    paper.skip()
    for text in table.below:
        paper.line(text)
    paper.end(document)


def write_chart(book: Workbook, paper: Paper, document: Document, chart: Chart) -> None:
    """Write the numbers of a chart as a table, and the chart beside it."""
    table = _numbers(chart)
    places = len(table.columns)
    paper.begin(document, [*_widths(table), _DRAWN], heading=chart.heading)
    top = paper.at
    _write_rows(paper, table)
    if chart.bars:
        high = max(_LEAST, (len(chart.bars) + 1) * HIGH)
        drawn = _drawn(book, paper.name, top, table, chart)
        drawn.set_size({"width": paper.pixels(places) - _GAP, "height": high})
        paper.sheet.insert_chart(top, places, drawn, {"x_offset": _GAP})
        paper.skip(top + high // HIGH + 1 - paper.at)
    paper.skip()
    paper.end(document)


def _numbers(chart: Chart) -> Table:
    """What a chart shows: each bar's label and value, its text where that says more, and what is expected where anything is."""
    columns = [Column(_("What"), is_text=True), Column(_("Value"))]
    rows: list[tuple[Cell, ...]] = [(bar.label, bar.value) for bar in chart.bars]
    if any(bar.text != cell_text(bar.value) for bar in chart.bars):
        columns.append(Column(_("In words"), is_text=True))
        rows = [(*row, bar.text) for row, bar in zip(rows, chart.bars, strict=True)]
    if chart.has_marks:
        columns.append(Column(chart.marked))
        rows = [
            (*row, "" if bar.mark is None else bar.mark) for row, bar in zip(rows, chart.bars, strict=True)
        ]
    return Table("", tuple(columns), tuple(rows))


def _drawn(book: Workbook, sheet: str, top: int, table: Table, chart: Chart) -> WorkbookChart:
    """A chart of the numbers of a table, whose headers stand in the row `top` of a sheet."""
    is_within = chart.most is not None and all(bar.value <= chart.most for bar in chart.bars)
    drawn = book.add_chart({"type": "bar"})
    first, last = top + 1, top + len(table.rows)
    numbers = [place for place, column in enumerate(table.columns) if not column.is_text]
    for place, pattern in zip(numbers, _PATTERNS, strict=False):
        drawn.add_series(
            {
                "name": [sheet, top, place],
                "categories": [sheet, first, 0, last, 0],
                "values": [sheet, first, place, last, place],
                "pattern": {"pattern": pattern, "fg_color": "black", "bg_color": "white"},
                "border": {"color": "black"},
            }
        )
    drawn.set_title({"none": True})
    drawn.set_legend({"position": "bottom"} if len(numbers) > 1 else {"none": True})
    drawn.set_y_axis({"reverse": True})
    drawn.set_x_axis(
        {
            "min": 0,
            **({"max": float(chart.whole)} if is_within else {}),
            "num_format": "General",
            "major_gridlines": {"visible": False},
        }
    )
    return drawn


def _write_rows(paper: Paper, table: Table) -> None:
    are_text = [column.is_text or column.is_code for column in table.columns]
    paper.header([column.header for column in table.columns], are_text)
    for number, row in enumerate(table.rows):
        paper.row(row, are_text, is_sum=number in table.sums)


def _widths(table: Table) -> list[int]:
    """The width of each column, in cells."""
    return [_wide(column, [row[place] for row in table.rows]) for place, column in enumerate(table.columns)]


def _wide(column: Column, cells: list[Cell]) -> int:
    lines = [line for cell in cells for line in cell_text(cell).split("\n")]
    most = max(map(width, lines), default=0)
    return max(_SLIMMEST, min(_WIDEST, max(most, min(width(column.header), _HEADER)) + 2))
