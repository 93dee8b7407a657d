"""The bar at the bottom: what each key does here, in the language in use."""

from __future__ import annotations

from rich.cells import cell_len
from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from fieldkit.commands import Command
from fieldkit.i18n import _

_GAP = 2


class KeyBar(Widget):
    """Shows as many commands as two lines hold, one line among big letters; the help and the way out always stand
    there, and F1 lists the rest. A command is shown whole or not at all.
    """

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
        lines = self._lines(self.size.width)
        return Content("\n").join(
            Content.assemble(
                *(
                    part
                    for command in line
                    for part in ((command.key_name, "bold $accent"), f" {_words(command)}  ")
                )
            )
            for line in lines
        )

    def _lines(self, width: int) -> list[list[Command]]:
        """The commands of each line; the least important ones go where they do not all fit."""
        most = 1 if self.app.has_class("-big") else 2
        shown = list(self.commands)
        lines = _broken(shown, width)
        while len(lines) > most:
            spare = [command for command in shown if not command.always]
            if not spare:
                break
            shown.remove(spare[-1])
            lines = _broken(shown, width)
        return lines


def _words(command: Command) -> str:
    return _(command.short or command.text)


def _broken(commands: list[Command], width: int) -> list[list[Command]]:
    """The commands in lines of at most `width` cells."""
    lines: list[list[Command]] = [[]]
    taken = 0
    for command in commands:
        cells = cell_len(command.key_name) + 1 + cell_len(_words(command))
        if lines[-1] and taken + _GAP + cells > width:
            lines.append([])
        taken = cells if not lines[-1] else taken + _GAP + cells
        lines[-1].append(command)
    return lines
