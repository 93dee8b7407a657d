"""The bar at the bottom: what each key does here, in the language in use."""

from __future__ import annotations

from rich.cells import cell_len
from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from fieldkit.commands import Command
from fieldkit.i18n import _


class KeyBar(Widget):
    """Shows as many of the commands as fit in one line; F1 lists all."""

    DEFAULT_CSS = "KeyBar { height: 1; dock: bottom; background: $panel; color: $foreground; }"

    def __init__(self, commands: tuple[Command, ...]) -> None:
        super().__init__()
        self.commands = [command for command in commands if command.shown]

    def render(self) -> RenderResult:
        """Draw key and words of each."""
        parts: list[tuple[str, str] | str] = []
        room = self.size.width
        for command in self.commands:
            words = _(command.text)
            room -= cell_len(command.key_name) + cell_len(words) + 3
            if room < 0:
                break
            parts += [(command.key_name, "bold $accent"), f" {words}  "]
        return Content.assemble(*parts)
