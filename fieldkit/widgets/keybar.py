"""The bar at the bottom: what each key does here, in the language in use."""

from __future__ import annotations

from rich.cells import cell_len
from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from fieldkit.commands import Command
from fieldkit.i18n import _


class KeyBar(Widget):
    """Shows the commands, in two lines where one is too short; F1 lists all."""

    DEFAULT_CSS = (
        "KeyBar { height: auto; max-height: 2; dock: bottom; background: $panel; color: $foreground; }"
    )

    def __init__(self, commands: tuple[Command, ...]) -> None:
        super().__init__()
        self.commands = [command for command in commands if command.shown]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the commands take."""
        return len(self._lines(width))

    def render(self) -> RenderResult:
        """Draw key and words of each."""
        return Content("\n").join(Content.assemble(*line) for line in self._lines(self.size.width))

    def _lines(self, width: int) -> list[list[tuple[str, str] | str]]:
        lines: list[list[tuple[str, str] | str]] = [[]]
        room = width
        for command in self.commands:
            words = _(command.short or command.text)
            taken = cell_len(command.key_name) + cell_len(words) + 3
            if taken > room and lines[-1]:
                lines.append([])
                room = width
            room -= taken
            lines[-1] += [(command.key_name, "bold $accent"), f" {words}  "]
        return lines
