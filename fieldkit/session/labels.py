"""Household codes on paper: the card for the inside of the door, sheets of stickers, and the file a label printer takes.

A label says the household's number and its village, and never who lives there. It belongs inside the door: outside, it would
tell everybody who is registered (domain §5).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from fieldkit.i18n import _, language
from fieldkit.qr import matrix

COLUMNS, ROWS = 3, 8
"""Stickers on a sheet of A4: 70 × 37 mm each, as they are sold."""
SIZES = ("40x30", "50x30")
"""Labels of thermal printers, width and height in millimetres."""

_CORRECTION = "Q"
"""A quarter of the code may be dirty or torn; 17 digits still take the smallest code, of 21 modules."""
_DOTS = 8
"""Dots in a millimetre at 203 dpi."""
_CELL = {"40x30": 6, "50x30": 6}
"""Dots of a module: 21 of them are 15.8 mm wide."""
_EDGE = 16

_STYLE = """
@page { size: A4; margin: 0 }
* { box-sizing: border-box }
body { margin: 0; font-family: "FangSong", "仿宋_GB2312", "Noto Serif CJK SC", serif; color: #000; background: #fff }
svg { display: block; shape-rendering: crispEdges }
.sheet { width: 210mm; height: 296mm; display: grid; grid-template: repeat(8, 37mm) / repeat(3, 70mm) }
.label { display: flex; align-items: center; gap: 3mm; padding: 4mm; overflow: hidden; font-size: 10pt }
.label svg { width: 26mm; height: 26mm; flex: none }
.card { width: 210mm; height: 296mm; padding: 25mm; text-align: center; font-size: 16pt }
.card svg { width: 70mm; height: 70mm; margin: 8mm auto }
.sheet, .card { break-after: page }
p { margin: 1mm 0 }
b { font-size: 1.2em }
"""


@dataclass(frozen=True, slots=True)
class Label:
    """What stands on a label: a household's number of 17 digits, and the name of its village."""

    number: str
    place: str

    @property
    def groups(self) -> str:
        """The number as it is read out: in fours."""
        return " ".join(wrap(self.number, 4))


def cards(labels: Iterable[Label], watermark: str = "") -> str:
    """A page of A4 for each household, to hang up on the inside of the door. watermark: a line that marks invented data."""
    below = [
        _("Hang this up on the inside of the door, never outside."),
        _(
            "No name stands on it and nothing is paid for by it. Whoever visits reads the code to find the right record."
        ),
        watermark,
    ]
    return _document(
        _("Household card"),
        (
            f'<div class="card"><h1>{escape(_("Household card"))}</h1>{_svg(each.number)}'
            f"<p><b>{each.groups}</b></p><p>{escape(each.place)}</p>"
            f"{''.join(f'<p>{escape(line)}</p>' for line in below if line)}</div>"
            for each in labels
        ),
    )


def sheets(labels: Sequence[Label], watermark: str = "") -> str:
    """Sheets of A4 with 3 × 8 stickers each. watermark: as for `cards`."""
    size = COLUMNS * ROWS
    pages = (labels[at : at + size] for at in range(0, len(labels), size))
    return _document(
        _("Household labels"),
        (f'<div class="sheet">{"".join(_sticker(each, watermark) for each in page)}</div>' for page in pages),
    )


def tspl(labels: Iterable[Label], size: str) -> bytes:
    """What a label printer takes as it is (TSPL, 203 dpi, texts in GB18030), one label after another, each torn off.

    size: one of `SIZES`.
    """
    width, height = size.split("x")
    cell = _CELL[size]
    below = _EDGE + 21 * cell + 12
    lines = [f"SIZE {width} mm,{height} mm", "GAP 2 mm,0 mm", "DIRECTION 1"]
    for each in labels:
        place = each.place.replace('"', '\\["]')
        lines += [
            "CLS",
            f'QRCODE {_EDGE},{_EDGE},{_CORRECTION},{cell},A,0,"{each.number}"',
            f'TEXT {_EDGE},{below},"TSS24.BF2",0,1,1,"{each.groups}"',
            f'TEXT {_EDGE},{below + 30},"TSS24.BF2",0,1,1,"{place}"',
            "PRINT 1,1",
        ]
    return "".join(f"{line}\r\n" for line in lines).encode("gb18030")


def _sticker(label: Label, watermark: str) -> str:
    words = [escape(label.place), *wrap(label.groups, 10), escape(watermark)]
    return f'<div class="label">{_svg(label.number)}<div>{"".join(f"<p>{each}</p>" for each in words if each)}</div></div>'


def _svg(number: str) -> str:
    """The code, four light modules around it; a row of modules is a run of strokes."""
    modules = matrix(number, correction=_CORRECTION)
    size = len(modules)
    dark = "".join(
        f"M{x},{y}h1v1h-1z" for y, row in enumerate(modules) for x, is_dark in enumerate(row) if is_dark
    )
    return f'<svg viewBox="0 0 {size} {size}"><path d="{dark}"/></svg>'


def _document(title: str, pages: Iterable[str]) -> str:
    code = "zh-Hans" if language() == "zh" else "en"
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{code}"><head><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style></head><body>',
            *pages,
            "</body></html>\n",
        ]
    )
