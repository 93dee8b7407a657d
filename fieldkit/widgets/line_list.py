"""A list drawn line by line: a hundred thousand lines open as quickly as ten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.events import Click, Key
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from fieldkit.widgets.fitting import fitted


class LineList(ScrollView, can_focus=True):
    """Lines of text, of which some can be chosen. Arrows and Page keys move, Enter chooses.

    `highlighted` is the number of the marked line, None where none can be chosen.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"line-list--marked", "line-list--heading"}
    DEFAULT_CSS = """
    LineList { height: 1fr; }
    LineList > .line-list--marked { text-style: reverse; }
    LineList > .line-list--heading { text-style: bold; }
    """

    class Chosen(Message):
        """A line was chosen."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, *, id: str | None = None, can_focus: bool = True) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.can_focus = can_focus
        self._lines: Sequence[str] = ()
        self._headings: frozenset[int] = frozenset()
        self.highlighted: int | None = None

    def show(self, lines: Sequence[str], headings: Sequence[int] = (), at: int | None = None) -> None:
        """Show these lines; `headings` cannot be chosen. `at` is marked, else the first that can be chosen."""
        self._lines, self._headings = lines, frozenset(headings)
        first = next((n for n in range(len(lines)) if n not in self._headings), None)
        self.highlighted = at if at is not None and at < len(lines) else first
        self.virtual_size = Size(0, len(lines))
        self._keep_in_view()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of what is in view."""
        number = y + self.scroll_offset.y
        width = self.scrollable_content_region.width or self.size.width
        style = self.rich_style
        text = ""
        if number < len(self._lines):
            text = self._lines[number]
            if number == self.highlighted:
                style += self.get_component_rich_style("line-list--marked", partial=True)
            elif number in self._headings:
                style += self.get_component_rich_style("line-list--heading", partial=True)
        return Strip([Segment(fitted(text, width), style)], width)

    def on_key(self, event: Key) -> None:
        """Arrows, Page keys, Home, End, Enter."""
        page = max(1, self.size.height - 1)
        steps = {
            "up": -1, "down": 1, "pageup": -page, "pagedown": page, "home": -len(self._lines), "end": len(self._lines),
        }  # fmt: skip
        if event.key in steps:
            self.move(steps[event.key])
        elif event.key == "enter" and self.highlighted is not None:
            self.post_message(self.Chosen(self.highlighted))
        else:
            return
        event.stop()
        event.prevent_default()

    def on_click(self, event: Click) -> None:
        """A click marks and chooses."""
        number = event.y + self.scroll_offset.y
        if number < len(self._lines) and number not in self._headings:
            self.highlighted = number
            self.refresh()
            self.post_message(self.Chosen(number))

    def move(self, by: int) -> None:
        """Move the mark over lines that can be chosen."""
        if self.highlighted is None:
            return
        step = 1 if by > 0 else -1
        wanted = max(0, min(len(self._lines) - 1, self.highlighted + by))
        while 0 <= wanted < len(self._lines) and wanted in self._headings:
            wanted += step
        if not 0 <= wanted < len(self._lines):
            return
        self.highlighted = wanted
        self._keep_in_view()
        self.refresh()

    def _keep_in_view(self) -> None:
        if self.highlighted is not None:
            self.scroll_to_region(Region(0, max(0, self.highlighted - 1), 1, 3), animate=False, force=True)
