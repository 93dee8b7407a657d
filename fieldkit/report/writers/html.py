"""A report as a page that needs nothing else and prints on A4 (domain.md §3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from fieldkit.cells import printable
from fieldkit.i18n import _, language
from fieldkit.report.document import Blanks, Cell, Chart, Column, Document, Part, Prose, Table, cell_text
from fieldkit.report.writers.svg import to_svg

_STYLE = """
@page { size: A4 %s; margin: 2cm; @bottom-center { content: counter(page) " / " counter(pages) } }
body { font-family: "FangSong", "仿宋_GB2312", "Noto Serif CJK SC", serif; color: #000; background: #fff;
  font-size: 11pt }
h1, h2, p, td, th { overflow-wrap: anywhere; white-space: pre-wrap }
h1 span { display: inline-block }
h1 { font-family: "FZXiaoBiaoSong-B05S", "方正小标宋简体", "小标宋", "STZhongsong", "Noto Serif CJK SC", serif;
  font-size: 22pt; font-weight: normal; text-align: center; text-wrap: balance; margin: 0 0 .6em }
h2 { font-size: 14pt; margin: 1em 0 .3em; break-after: avoid }
.line { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .4em 2em }
.foot { margin-top: 1.5em; break-inside: avoid }
table { border-collapse: collapse; width: 100%%; margin: .4em 0 }
thead { display: table-header-group }
tr, svg { break-inside: avoid }
th, td { border: 1px solid #000; padding: 2px 6px; text-align: right; font-variant-numeric: tabular-nums }
th { text-align: center; min-width: 2.5em }
td.text { text-align: left }
td:not(.text), td.code { white-space: nowrap }
.sum td { font-weight: bold }
.prose { font-size: 16pt; line-height: 28pt }
.prose p { text-indent: 2em; margin: 0 }
.prose h2, .blanks h2 { font-size: 16pt; margin: .3em 0 0 }
.notes { font-size: 9pt; line-height: 1.3 }
.notes p { margin: 0 }
.blank { border-bottom: 1px solid #000; height: 2em }
.posted, .posted .prose { font-size: 15pt; line-height: 1.5 }
.posted .notes { font-size: 12pt }
svg { display: block; width: 100%%; height: auto; margin: .1em 0 }
"""
_POSTED = ' class="posted"'
_BARS = 20
"""Of a chart, in a piece that no page may break: what A4 on its side has room for."""


def to_html(document: Document) -> str:
    """The report as one HTML document in the language in use; whatever stands in it is escaped."""
    title = _escaped(document.title)
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{"zh-Hans" if language() == "zh" else "en"}">',
            f'<head><meta charset="utf-8"><title>{title}</title>',
            f"<style>{_STYLE % ('portrait' if document.portrait else 'landscape')}</style></head>",
            f"<body{_POSTED * document.is_posted}><h1>{_title(document)}</h1>",
            _line("line", document.above),
            *(
                line
                for number, part in enumerate(document.parts)
                for line in _part(part, number, upright=document.portrait)
            ),
            *_notes(note for note in document.notes if note),
            _line("line foot", document.footer),
            "</body></html>\n",
        ]
    )


def _part(part: Part, number: int, *, upright: bool) -> Iterator[str]:
    yield f'<section class="{type(part).__name__.lower()}">'
    if part.heading:
        yield f"<h2>{_escaped(part.heading)}</h2>"
    match part:
        case Table():
            yield from _table(part)
        case Prose():
            yield from (f"<p>{_escaped(text)}</p>" for text in part.paragraphs)
        case Chart():
            for place, piece in enumerate(part.pieces(_BARS)):
                yield to_svg(piece, f"{number}-{place}", upright=upright)
            if part.has_marks:
                yield from _notes([_("The tick stands at: {what}.", what=part.marked)])
        case Blanks():
            yield from ['<div class="blank"></div>'] * part.lines
    yield "</section>"


def _table(table: Table) -> Iterator[str]:
    headers = "".join(f'<th scope="col">{_escaped(column.header)}</th>' for column in table.columns)
    yield f"<table><thead><tr>{headers}</tr></thead><tbody>"
    for number, row in enumerate(table.rows):
        mark = ' class="sum"' if number in table.sums else ""
        cells = "".join(_cell(cell, column) for cell, column in zip(row, table.columns, strict=True))
        yield f"<tr{mark}>{cells}</tr>"
    yield "</tbody></table>"
    yield from _notes(table.below)


def _cell(cell: Cell, column: Column) -> str:
    mark = ' class="text code"' if column.is_code else ' class="text"' if column.is_text else ""
    return f"<td{mark}>{_escaped(cell_text(cell))}</td>"


def _notes(texts: Iterable[str]) -> Iterator[str]:
    yield '<div class="notes">'
    yield from (f"<p>{_escaped(text)}</p>" for text in texts)
    yield "</div>"


def _line(name: str, texts: Iterable[str]) -> str:
    return f'<div class="{name}">{"".join(f"<span>{_escaped(text)}</span>" for text in texts)}</div>'


def _escaped(text: str) -> str:
    return escape(printable(text))


def _title(document: Document) -> str:
    """The title, in two lines rather than in the middle of a word where it is long: who reports, then what."""
    unit, title = document.unit, document.title
    parts = (unit, title.removeprefix(unit)) if unit and title.startswith(unit) else (title,)
    return "".join(f"<span>{_escaped(part)}</span>" for part in parts)
