"""Reports as files: a workbook that opens right in WPS and Excel, a page that prints, plain text."""

from __future__ import annotations

import errno
import html
import io
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from fieldkit.errors import FieldkitError
from fieldkit.i18n import _, language
from fieldkit.report.table import Report, to_text

_FONT = "FangSong"
_REASONS = {errno.ENOSPC: "medium.full", errno.EDQUOT: "medium.full", errno.ENOENT: "medium.gone"}


def write_report(report: Report, path: Path) -> None:
    """Write a report as `.xlsx`, `.html` or `.txt`; the same report gives the same bytes.

    Raises FieldkitError("report.unknown-format"), ("medium.…"); nothing half-written is left.
    """
    writers: dict[str, Callable[[Report], bytes]] = {".xlsx": _workbook, ".html": _page, ".txt": _plain}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise FieldkitError("report.unknown-format", path=str(path), known=" ".join(writers))
    content = writer(report)
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        if beside.exists():
            beside.unlink()
        code = _REASONS.get(error.errno or 0, "medium.read-only")
        raise FieldkitError(code, path=str(path), reason=error.strerror or "") from error


def _plain(report: Report) -> bytes:
    return (to_text(report) + "\n").encode("utf-8")


def _signatures(report: Report) -> list[str]:
    blank = "________"
    return [
        f"{_('Head of unit (signature)')} {blank}",
        f"{_('Head of statistics')} {blank}",
        f"{_('Filled in by')} {blank}",
        f"{_('Reported on')} {report.made_on}",
    ]


def _workbook(report: Report) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": report.title, "created": datetime.fromisoformat(report.made_on)})
    sheet = book.add_worksheet(report.name[:31])
    base = {"font_name": _FONT, "font_size": 11, "valign": "vcenter"}
    plain = book.add_format(base)
    title = book.add_format({**base, "font_size": 16, "bold": True, "align": "center"})
    head = book.add_format({**base, "bold": True, "border": 1, "align": "center", "text_wrap": True})
    name = book.add_format({**base, "border": 1, "num_format": "@"})
    count = book.add_format({**base, "border": 1, "num_format": "0", "align": "right"})
    last = len(report.headers) - 1
    sheet.merge_range(0, 0, 0, last, report.title, title)
    sheet.write_string(1, 0, f"{_('Unit (seal)')}: {report.unit}", plain)
    sheet.write_string(1, max(1, last - 2), f"{_('Period')}: {report.period}", plain)
    for column, text in enumerate(report.headers):
        sheet.write_string(3, column, text, head)
    row = 4
    for label, numbers in (*report.rows, report.total):
        sheet.write_string(row, 0, label, name)
        for column, number in enumerate(numbers, 1):
            sheet.write_number(row, column, number, count)
        row += 1
    for text in [*(str(check) for check in report.checks), *report.notes, "   ".join(_signatures(report))]:
        row += 1
        sheet.write_string(row, 0, text, plain)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, last, 10)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.79, right=0.79, top=0.79, bottom=0.79)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(3)
    book.close()
    return buffer.getvalue()


def _page(report: Report) -> bytes:
    def cells(tag: str, texts: tuple[str, ...]) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(text)}</{tag}>" for text in texts) + "</tr>"

    body = "\n".join(cells("td", line) for line in report.lines)
    below = [*(str(check) for check in report.checks), *report.notes, "   ".join(_signatures(report))]
    notes = "\n".join(f"<p>{html.escape(text)}</p>" for text in below)
    return f"""<!doctype html>
<html lang="{language()}"><head><meta charset="utf-8"><title>{html.escape(report.title)}</title><style>
@page {{ size: A4 landscape; margin: 2cm }}
body {{ font-family: "FangSong", "仿宋_GB2312", "Noto Serif CJK SC", serif }}
h1 {{ text-align: center; font-size: 1.4em }}
table {{ border-collapse: collapse; width: 100% }}
thead {{ display: table-header-group }}
th, td {{ border: 1px solid #000; padding: 2px 6px; text-align: right }}
th:first-child, td:first-child {{ text-align: left }}
</style></head><body>
<h1>{html.escape(report.title)}</h1>
<p>{html.escape(_("Unit (seal)"))}: {html.escape(report.unit)}　{html.escape(_("Period"))}: {html.escape(report.period)}</p>
<table><thead>{cells("th", report.headers)}</thead><tbody>
{body}
</tbody></table>
{notes}
</body></html>
""".encode()
