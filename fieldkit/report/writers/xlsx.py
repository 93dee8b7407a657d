"""A report as a workbook that opens right in WPS and Excel, and prints on A4 (domain.md §3, §4)."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fieldkit.i18n import _
from fieldkit.report.cells import one_line, width
from fieldkit.report.document import Blanks, Cell, Chart, Column, Document, Prose, Table, cell_text
from fieldkit.report.writers.xlsx_names import sheet_names
from fieldkit.report.writers.xlsx_sheet import Formats, Paper

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_WIDEST, _SLIMMEST, _HEADER = 60, 8, 12
"""How wide a column may be and must be, and how much of that a header asks for before it is wrapped."""
_PAGE = {False: 120, True: 78}
"""Cells between the margins of A4, upright or not."""
_BAR, _AROUND, _ROW = 26, 90, 20
"""Pixels of a bar of a chart, of what is around the bars, and of a row of a sheet."""


def to_xlsx(document: Document) -> bytes:
    """The report as an .xlsx file: what is to be read on a first sheet, then a sheet for each table and chart.

    The same report gives the same bytes. Text is written as text whatever it begins with, so that none becomes a formula.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties(
        {
            "title": one_line(document.title),
            "created": datetime.fromisoformat(document.made_on).replace(tzinfo=UTC),
        }
    )
    read = [part for part in document.parts if isinstance(part, Prose | Blanks)]
    counted = [part for part in document.parts if isinstance(part, Table | Chart)]
    first = [document.name] if read or not counted else []
    names = iter(sheet_names([*first, *(part.heading or document.name for part in counted)]))
    formats = Formats(book)
    if first:
        _write_read(Paper(book, next(names), formats), document, read)
    for part, name in zip(counted, names, strict=True):
        paper = Paper(book, name, formats)
        if isinstance(part, Table):
            _write_table(paper, document, part)
        else:
            _write_chart(book, paper, document, part)
    book.close()
    return buffer.getvalue()


def _write_read(paper: Paper, document: Document, parts: list[Prose | Blanks]) -> None:
    paper.begin(document, [_PAGE[document.portrait]], upright=document.portrait)
    for part in parts:
        if part.heading:
            paper.line(part.heading, "heading")
        if isinstance(part, Prose):
            for text in part.paragraphs:
                paper.line("\u3000\u3000" + text, "prose")
        else:
            for _number in range(part.lines):
                paper.line("", "blank")
    paper.end(document)


def _write_table(paper: Paper, document: Document, table: Table) -> None:
    widths = [_wide(column, [row[place] for row in table.rows]) for place, column in enumerate(table.columns)]
    paper.begin(document, widths, heading=table.heading)
    _write_rows(paper, table)
    for text in (*map(str, table.checks), *table.notes):
        paper.line(text)
    paper.end(document)


def _write_rows(paper: Paper, table: Table) -> None:
    are_text = [column.is_text or column.is_code for column in table.columns]
    paper.header([column.header for column in table.columns], are_text)
    for number, row in enumerate(table.rows):
        paper.row(row, are_text, is_sum=number in table.sums)
    paper.skip()


def _write_chart(book: Workbook, paper: Paper, document: Document, chart: Chart) -> None:
    """The numbers of a chart as a table, and the chart below, black and grey."""
    is_marked = any(bar.mark is not None for bar in chart.bars)
    columns = [Column(_("What"), is_text=True), Column(_("Value")), Column(_("In words"), is_text=True)]
    if is_marked:
        columns.append(Column(_("Expected by today")))
    rows = [
        (bar.label, bar.value, bar.text, "" if bar.mark is None else bar.mark)[: len(columns)]
        for bar in chart.bars
    ]
    table = Table("", tuple(columns), tuple(rows))
    widths = [_wide(column, [row[place] for row in rows]) for place, column in enumerate(columns)]
    paper.begin(document, widths, heading=chart.heading)
    first = paper.at + 1
    _write_rows(paper, table)
    if rows:
        drawn = book.add_chart({"type": "bar"})
        last = first + len(rows) - 1
        series = [(1, "dark_upward_diagonal"), (3, "percent_20")][: 1 + is_marked]
        for column, pattern in series:
            drawn.add_series(
                {
                    "name": [paper.name, first - 1, column],
                    "categories": [paper.name, first, 0, last, 0],
                    "values": [paper.name, first, column, last, column],
                    "pattern": {"pattern": pattern, "fg_color": "black", "bg_color": "white"},
                    "border": {"color": "black"},
                }
            )
        drawn.set_y_axis({"reverse": True})
        drawn.set_x_axis({"min": 0, "num_format": "General", "major_gridlines": {"visible": False}})
        drawn.set_legend({"position": "bottom"} if is_marked else {"none": True})
        high = _BAR * len(rows) + _AROUND
        drawn.set_size({"width": 880, "height": high})
        paper.sheet.insert_chart(paper.at, 0, drawn)
        paper.skip(high // _ROW + 1)
    paper.end(document)


def _wide(column: Column, cells: list[Cell]) -> int:
    lines = [line for cell in cells for line in cell_text(cell).split("\n")]
    most = max(map(width, lines), default=0)
    return max(_SLIMMEST, min(_WIDEST, max(most, min(width(column.header), _HEADER)) + 2))
