"""A QR code on the screen: black on white whatever the theme, with its quiet zone."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from fieldkit.qr import QUIET, matrix, rows

# White on black reversed, not black on white: where colours are dropped on the way, reversing is left, and on a dark
# screen the paper is still the lighter of the two.
_INK = Style(color="#ffffff", bgcolor="#000000", reverse=True)
_DARK = Style(color="#000000", bgcolor="#000000")


class QrCode(Widget):
    """Draws a text as a QR code in its own size; nothing for the empty text."""

    DEFAULT_CSS = "QrCode { width: auto; height: auto; }"

    def __init__(self, text: str, *, plain: bool = False) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._plain = plain
        self.show(text, plain=plain)

    def show(self, text: str, *, plain: bool, quiet: int = QUIET) -> None:
        """Draw another text. Raises ValueError for a text that no code can hold."""
        self.lines = rows(matrix(text, quiet), plain=plain) if text else []
        self._plain = plain
        self.refresh(layout=True)

    @property
    def area(self) -> Size:
        """Columns and lines it takes."""
        return Size(len(self.lines[0]), len(self.lines)) if self.lines else Size(0, 0)

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
