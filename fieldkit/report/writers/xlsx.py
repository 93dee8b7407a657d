"""A report as a workbook that opens right in WPS and Excel, and prints on A4 landscape (domain.md §3, §4)."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fieldkit.i18n import _
from fieldkit.report.table import Report

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_A4 = 9
_MARGIN = 2 / 2.54
_SHEET_NAME = 31
_TABLE = 3
"""The row of the headers: below the title, the lines above the table, and a blank row."""


def to_xlsx(report: Report) -> bytes:
    """The report as an .xlsx file; the same report gives the same bytes.

    Codes and names are cells of text whatever they begin with, so that none becomes a formula.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties(
        {"title": report.title, "created": datetime.fromisoformat(report.made_on).replace(tzinfo=UTC)}
    )
    font = {"font_name": "FangSong", "font_size": 11, "valign": "vcenter", "num_format": "@"}
    free = book.add_format(font)
    heading = book.add_format({**font, "font_size": 18, "bold": True, "align": "center"})
    head = book.add_format({**font, "bold": True, "border": 1, "align": "center", "text_wrap": True})
    text = book.add_format({**font, "border": 1})
    number = book.add_format({**font, "border": 1, "num_format": "0"})

    sheet = book.add_worksheet(report.name[:_SHEET_NAME])
    headers = (_("Code"), *report.headers)
    last = len(headers) - 1
    sheet.merge_range(0, 0, 0, last, "", heading)
    sheet.write_string(0, 0, report.title, heading)
    sheet.write_string(1, 0, "    ".join(report.above), free)
    for column, header in enumerate(headers):
        sheet.write_string(_TABLE, column, header, head)
    lines = zip((*report.codes, ""), (*report.rows, report.total), strict=True)
    for row, (code, (name, counts)) in enumerate(lines, _TABLE + 1):
        sheet.write_string(row, 0, code, text)
        sheet.write_string(row, 1, name, text)
        for column, count in enumerate(counts, 2):
            sheet.write_number(row, column, count, number)
    below = (*map(str, report.checks), *report.notes, "", "    ".join(report.footer))
    for row, line in enumerate(below, _TABLE + len(report.rows) + 3):
        sheet.write_string(row, 0, line, free)
    sheet.set_column(0, 0, 15)
    sheet.set_column(1, 1, 18)
    sheet.set_column(2, last, 9)
    sheet.freeze_panes(_TABLE + 1, 2)
    _set_print(sheet)
    book.close()
    return buffer.getvalue()


def _set_print(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=_MARGIN, right=_MARGIN, top=_MARGIN, bottom=_MARGIN)
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.repeat_rows(_TABLE)
    sheet.set_footer("&C&P / &N")
