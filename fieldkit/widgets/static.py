"""Running text on screen, broken as Chinese is: no sign that closes begins a line, none that opens ends one."""

from __future__ import annotations

from itertools import pairwise

from textual import widgets
from textual.app import RenderResult
from textual.content import Content
from textual.css.styles import RulesMap
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual

from fieldkit.cells import breaks

_NARROWEST = 2
_SIGN = "…"


class Running(Visual):
    """Content in lines that hang below where theirs begins. most: how many lines there may be; a … tells of others."""

    def __init__(self, content: Content, most: int = 0) -> None:
        self.content = content
        self.most = most
        self._laid: tuple[int, Content] | None = None

    def __str__(self) -> str:
        """The text, as of `Content`."""
        return self.content.plain

    def laid(self, width: int) -> Content:
        """The content with its lines broken for so many cells."""
        if self._laid is None or self._laid[0] != width:
            lines = [
                part
                for line in self.content.split(allow_blank=True)
                for part in _broken(line, max(_NARROWEST, width))
            ]
            if self.most and len(lines) > self.most:
                last = lines[self.most - 1].truncate(max(0, width - 1)).rstrip()
                lines[self.most - 1 :] = [last + _SIGN]
            self._laid = width, Content("\n").join(lines)
        return self._laid[1]

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """The width of its longest line."""
        return self.content.get_optimal_width(rules, container_width)

    def get_minimal_width(self, rules: RulesMap) -> int:
        """The width of its longest word."""
        return self.content.get_minimal_width(rules)

    def get_height(self, rules: RulesMap, width: int) -> int:
        """How many lines it takes."""
        return self.laid(width).get_height(rules, width)

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        """The lines."""
        return self.laid(width).render_strips(width, height, style, options)


class Static(widgets.Static):
    """Textual's own, with its text broken by these rules. most: as of `Running`."""

    most = 0

    def show_at_most(self, lines: int) -> None:
        """Take so many lines at most from now on."""
        self.most = lines
        self.refresh(layout=True)

    def render(self) -> RenderResult:
        """The text, to be broken at the width there is."""
        shown = super().render()
        return Running(shown, self.most) if isinstance(shown, Content) else shown

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """What is marked with the mouse, for copying."""
        shown = self.render()
        if not isinstance(shown, Running):
            return super().get_selection(selection)
        return selection.extract(shown.laid(self.content_size.width).plain), "\n"


def _broken(line: Content, width: int) -> list[Content]:
    text = line.plain
    if line.cell_length <= width:
        return [line]
    hanging = min(len(text) - len(text.lstrip(" ")), width // 3)
    first, *others = [line[a:b] for a, b in pairwise([0, *breaks(text, width, hanging), len(text)])]
    return [first, *(Content(" " * hanging) + each for each in others)]
