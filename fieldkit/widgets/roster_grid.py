"""A table of members and questions, drawn line by line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from fieldkit.widgets.fitting import fitted

_WIDEST = 18
_NARROWEST = 6


class RosterGrid(ScrollView, can_focus=False):
    """Rows of cells under a line of headings. `row` and `column` are the marked cell."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"roster-grid--marked", "roster-grid--heading"}
    DEFAULT_CSS = """
    RosterGrid { height: 1fr; }
    RosterGrid > .roster-grid--marked { text-style: reverse; }
    RosterGrid > .roster-grid--heading { text-style: bold; }
    """

    class Chosen(Message):
        """A cell was clicked."""

        def __init__(self, row: int, column: int) -> None:
            super().__init__()
            self.row = row
            self.column = column

    def __init__(self) -> None:
        super().__init__()
        self._headings: Sequence[str] = ()
        self._rows: Sequence[Sequence[str]] = ()
        self._widths: list[int] = []
        self.row = self.column = 0

    def show(self, headings: Sequence[str], rows: Sequence[Sequence[str]], row: int, column: int) -> None:
        """Show a table with a cell marked; the first cell of a row is what it is called."""
        self._headings, self._rows, self.row, self.column = headings, rows, row, column
        self._widths = [
            max(_NARROWEST, min(_WIDEST, max(cell_len(line[n]) for line in (headings, *rows))))
            for n in range(len(headings))
        ]
        self.virtual_size = Size(sum(self._widths) + len(self._widths), len(rows) + 1)
        left = sum(self._widths[1 : column + 1]) + column
        width = self._widths[column + 1] if self._widths[column + 1 :] else 1
        region = Region(left, row, width + self._widths[0] + 1, 3)
        self.scroll_to_region(region, animate=False, force=True)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The headings stay on top while the rows move below them."""
        left, top = self.scroll_offset
        row = y - 1 + top
        cells = self._headings if y == 0 else self._rows[row] if row < len(self._rows) else ()
        style = self.rich_style
        if y == 0:
            style += self.get_component_rich_style("roster-grid--heading", partial=True)
        marked = style + self.get_component_rich_style("roster-grid--marked", partial=True)
        segments = []
        for number, (text, width) in enumerate(zip(cells, self._widths, strict=False)):
            here = y > 0 and row == self.row and number == self.column + 1
            segments += [Segment(fitted(text, width), marked if here else style), Segment(" ", style)]
        # The first column says whose row it is, so it stays.
        first, rest = segments[:2], segments[2:]
        width = self._widths[0] + 1 if self._widths else 0
        moving = Strip(rest).crop_extend(left, left + max(0, self.size.width - width), style)
        return Strip.join([Strip(first), moving])

    def on_click(self, event: Click) -> None:
        """A click on a cell goes there."""
        x, row = event.x + self.scroll_offset.x - self._widths[0] - 1, event.y - 1 + self.scroll_offset.y
        for number, width in enumerate(self._widths[1:]):
            if 0 <= x <= width and 0 <= row < len(self._rows):
                self.post_message(self.Chosen(row, number))
                return
            x -= width + 1
