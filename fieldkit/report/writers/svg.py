"""A chart as an inline SVG in black and grey."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from html import escape

from fieldkit.cells import clipped, one_line, width
from fieldkit.i18n import _
from fieldkit.report.document import Bar, Chart

_WIDE = {False: 970, True: 640}
"""The width between the margins of A4, upright or not, in pixels of a page."""
_LETTERS = 15
_CELL = 8
"""The height of letters, and the width of a cell of them."""
_LINE, _THICK = 26, 16
_HATCH = '<rect width="5" height="5" fill="#ddd"/><path d="M0 5L5 0" stroke="#000"/>'
_LONGEST = 30
"""Cells of a label and of a text that are drawn; all of a label is in its title."""


def to_svg(chart: Chart, name: str, *, upright: bool) -> str:
    """The chart; name: its own in its page, since ids may not occur twice. upright: for a page that stands upright."""
    names = [clipped(one_line(bar.label), _LONGEST) for bar in chart.bars]
    texts = [clipped(one_line(bar.text), _LONGEST) for bar in chart.bars]
    cells = max(map(width, names), default=0) + max(map(width, texts), default=0)
    begin = cells * _CELL + 20
    wide, high = _WIDE[upright], len(names) * _LINE + 2
    fill = f"hatch-{name}"
    drawn = [
        line
        for place, (bar, name, text) in enumerate(zip(chart.bars, names, texts, strict=True))
        for line in _bar(chart, bar, (name, text), (begin, wide - begin - 4, place * _LINE), fill)
    ]
    title = escape(one_line(chart.heading) or _("Chart"))
    return "\n".join(
        [
            f'<svg role="img" viewBox="0 0 {wide} {high}" font-size="{_LETTERS}"><title>{title}</title>',
            f'<defs><pattern id="{fill}" width="5" height="5" patternUnits="userSpaceOnUse">{_HATCH}</pattern></defs>',
            *drawn,
            "</svg>",
        ]
    )


def _bar(
    chart: Chart, bar: Bar, words: tuple[str, str], at: tuple[int, int, int], fill: str
) -> Iterator[str]:
    """words: name and text. at: where bars begin, how long the longest is, and how far down this one."""
    begin, longest, down = at
    name, text = map(escape, words)
    base = down + _LINE - 9
    yield f"<g><title>{escape(one_line(bar.label))}</title>"
    yield f'<text x="0" y="{base}">{name}</text>'
    yield f'<text x="{begin - 8}" y="{base}" text-anchor="end">{text}</text>'
    top, length = down + (_LINE - _THICK) // 2, _pixels(chart.part(bar.value) * longest)
    yield (
        f'<rect x="{begin}" y="{top}" width="{length}" height="{_THICK}" fill="url(#{fill})" stroke="#000"/>'
    )
    if bar.mark is not None:
        x = _pixels(begin + chart.part(bar.mark) * longest)
        yield f'<path d="M{x} {down + 1}V{down + _LINE - 1}" stroke="#000" stroke-width="3"/>'
    yield "</g>"


def _pixels(number: Decimal) -> str:
    return f"{number:.1f}"
