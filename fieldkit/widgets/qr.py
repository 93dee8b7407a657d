"""A QR code on the screen: black on white whatever the theme, with its quiet zone."""

from __future__ import annotations

from itertools import zip_longest

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

QUIET = 4
"""Light modules around the code (ISO/IEC 18004)."""

_HALVES = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
# White on black reversed, not black on white: where colours are dropped on the way, reversing is left, and on a dark
# screen the paper is still the lighter of the two.
_INK = Style(color="#ffffff", bgcolor="#000000", reverse=True)
_DARK = Style(color="#000000", bgcolor="#000000")


def matrix(text: str) -> list[list[bool]]:
    """The modules of the code for a text (UTF-8, error correction L), quiet zone included; True is dark.

    Raises ValueError for a text that no code can hold.
    """
    import qrcode
    from qrcode.exceptions import DataOverflowError

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_L, border=QUIET)
    code.add_data(text.encode("utf-8"), optimize=0)
    try:
        code.make(fit=True)
    except DataOverflowError as error:
        raise ValueError(text) from error
    return [[bool(module) for module in row] for row in code.get_matrix()]


def rows(modules: list[list[bool]], *, plain: bool) -> list[str]:
    """The code in characters: two modules in one by half blocks, or `##` for each dark module where a terminal has
    no blocks.
    """
    if plain:
        return ["".join("##" if dark else "  " for dark in row) for row in modules]
    light = [False] * len(modules)
    pairs = zip_longest(modules[::2], modules[1::2], fillvalue=light)
    return ["".join(_HALVES[above, below] for above, below in zip(*pair, strict=True)) for pair in pairs]


class QrCode(Widget):
    """Draws a text as a QR code in its own size."""

    DEFAULT_CSS = "QrCode { width: auto; height: auto; }"

    def __init__(self, text: str, *, plain: bool = False) -> None:
        super().__init__()
        self.lines = rows(matrix(text), plain=plain)
        self._plain = plain

    @property
    def area(self) -> Size:
        """Columns and lines it takes."""
        return Size(len(self.lines[0]), len(self.lines))

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Its own width."""
        return self.area.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Its own height."""
        return self.area.height

    def render_line(self, y: int) -> Strip:
        """One line, each run of characters in black on white; `##` is painted black, so that a camera sees it."""
        if y >= len(self.lines):
            return Strip.blank(self.size.width)
        if not self._plain:
            return Strip([Segment(self.lines[y], _INK)])
        return Strip([Segment(part, _DARK if part == "#" else _INK) for part in self.lines[y]])
