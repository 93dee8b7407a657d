"""Finding a command: by words, by id, by key, in Chinese also by pinyin and initials."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from fieldkit.commands import HELP, Command
from fieldkit.i18n import N_, _, language
from fieldkit.widgets.explained import Explained
from fieldkit.widgets.line_input import LineInput
from fieldkit.widgets.static import Static


def matching(commands: tuple[Command, ...], typed: str) -> list[Command]:
    """The commands that every part of what was typed fits, in their order; all of them when nothing was typed."""
    parts = typed.lower().split()
    return [command for command in commands if all(_fits(command, part) for part in parts)]


def _fits(command: Command, part: str) -> bool:
    words = (
        f"{_(command.text)} {_(command.short)} {command.id} {command.key_names} {command.key_name}".lower()
    )
    if part in words:
        return True
    if language() != "zh" or not part.isascii():
        return False
    from fieldkit.fieldwork.names import search_keys

    return any(part in key for key in search_keys(_(command.text)))


class Palette(Explained, ModalScreen[Command | None]):
    """Returns the command that was chosen, or None."""

    ABOUT = N_(
        "Everything that can be done on the screen below. Type some of its words, initials or its key; arrows mark a line, Enter does it, Esc goes back."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        HELP.binding,
        Binding("escape", "give_up", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("pageup", "move(-10)", show=False, priority=True),
        Binding("pagedown", "move(10)", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    Palette { align: center top; }
    Palette > Vertical {
        width: 90%; max-width: 76; height: auto; max-height: 100%; margin-top: 1; border: solid $accent;
        padding: 0 1; background: $surface;
    }
    Palette LineInput, Palette LineInput:focus { border: none; height: 1; padding: 0; margin-bottom: 1; }
    Palette Static { height: auto; }
    """
    _MARGIN = 7
    """Lines that are not commands: two of border, one above, the line to type in and its space, two at the bottom."""

    def __init__(self, commands: tuple[Command, ...]) -> None:
        super().__init__()
        self.commands = commands
        self.found = list(commands)
        self.highlighted = 0

    def compose(self) -> ComposeResult:
        """A line to type in, and what matches."""
        with Vertical():
            yield LineInput(placeholder=_("Which command? Words, initials or a key"), select_on_focus=False)
            yield Static(id="found")

    def on_mount(self) -> None:
        """Show all."""
        self._draw()

    def on_resize(self) -> None:
        """Show as many as there is room for."""
        self._draw()

    def on_input_changed(self) -> None:
        """Search anew with every letter."""
        self.found = matching(self.commands, self.query_one(LineInput).value)
        self.highlighted = 0
        self._draw()

    def on_input_submitted(self) -> None:
        """Do what is highlighted."""
        if self.found:
            self.dismiss(self.found[self.highlighted])

    def action_move(self, by: int) -> None:
        """Move the highlight."""
        self.highlighted = max(0, min(len(self.found) - 1, self.highlighted + by))
        self._draw()

    def action_give_up(self) -> None:
        """Do nothing."""
        self.dismiss(None)

    def _draw(self) -> None:
        room = max(3, self.app.size.height - self._MARGIN)
        first = max(0, min(self.highlighted - room // 2, len(self.found) - room))
        keys = max((cell_len(command.key_names) for command in self.commands), default=0)
        rows = [
            Content.styled(
                f"{command.key_names:<{keys}}  {_(command.text)}",
                "reverse" if place == self.highlighted else "",
            )
            for place, command in enumerate(self.found)
        ][first : first + room]
        self.query_one("#found", Static).update(
            Content("\n").join(rows) if rows else Content(_("No command matches."))
        )
