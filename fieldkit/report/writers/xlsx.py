"""A report as a workbook that opens right in WPS and Excel, and prints on A4 (domain.md §3, §4)."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from fieldkit.cells import one_line
from fieldkit.report.document import Blanks, Chart, Document, Prose, Table
from fieldkit.report.writers.xlsx_names import sheet_names
from fieldkit.report.writers.xlsx_sheet import Formats, Paper
from fieldkit.report.writers.xlsx_tables import write_chart, write_table


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
            write_table(paper, document, part)
        else:
            write_chart(book, paper, document, part)
    book.close()
    return buffer.getvalue()


def _write_read(paper: Paper, document: Document, parts: list[Prose | Blanks]) -> None:
    paper.begin(document, [1], upright=document.portrait)
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
