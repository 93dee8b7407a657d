"""A report as a page that needs nothing else and prints on A4 landscape (domain.md §3)."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from fieldkit.i18n import _, language
from fieldkit.report.table import Report

_STYLE = """
@page { size: A4 landscape; margin: 2cm }
body { font-family: "FangSong", "仿宋_GB2312", "Noto Serif CJK SC", serif; color: #000; background: #fff }
h1 { text-align: center; font-size: 1.5em }
.line { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 2em }
table { border-collapse: collapse; width: 100%; margin: .5em 0 }
thead { display: table-header-group }
tr { break-inside: avoid }
th, td { border: 1px solid #000; padding: 2px 6px; text-align: right }
th { text-align: center }
.text { text-align: left }
p { margin: .2em 0 }
"""


def to_html(report: Report) -> str:
    """The report as one HTML document in the language in use; whatever stands in it is escaped."""
    headers = "".join(f'<th scope="col">{escape(text)}</th>' for text in (_("Code"), *report.headers))
    rows = [
        _row(code, name, counts)
        for code, (name, counts) in zip((*report.codes, ""), (*report.rows, report.total), strict=True)
    ]
    below = [f"<p>{escape(text)}</p>" for text in (*map(str, report.checks), *report.notes)]
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{"zh-Hans" if language() == "zh" else "en"}">',
            f'<head><meta charset="utf-8"><title>{escape(report.title)}</title><style>{_STYLE}</style></head>',
            f"<body><h1>{escape(report.title)}</h1>",
            _line(report.above),
            f"<table><thead><tr>{headers}</tr></thead><tbody>",
            *rows,
            "</tbody></table>",
            *below,
            _line(report.footer),
            "</body></html>\n",
        ]
    )


def _row(code: str, name: str, counts: Iterable[int]) -> str:
    texts = "".join(f'<td class="text">{escape(text)}</td>' for text in (code, name))
    return f"<tr>{texts}{''.join(f'<td>{count}</td>' for count in counts)}</tr>"


def _line(texts: Iterable[str]) -> str:
    return f'<div class="line">{"".join(f"<span>{escape(text)}</span>" for text in texts)}</div>'
