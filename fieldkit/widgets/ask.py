"""Ask for one line of text over the screen."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from fieldkit.i18n import _
from fieldkit.widgets.line_input import LineInput


class AskText(ModalScreen[str | None]):
    """One line; Enter gives it, Esc gives None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", show=False, priority=True)]
    DEFAULT_CSS = """
    AskText { align: center top; }
    AskText > Vertical {
        width: 80%; max-width: 76; height: auto; margin-top: 3; border: solid $accent; padding: 1 2;
        background: $surface;
    }
    """

    def __init__(self, question: str, text: str = "", *, password: bool = False) -> None:
        super().__init__()
        self.question = question
        self.line = LineInput(text, password=password, select_on_focus=False)

    def compose(self) -> ComposeResult:
        """Question, line, keys."""
        with Vertical():
            yield Static(self.question, markup=False)
            yield self.line
            yield Static(_("Enter takes it, Esc leaves it."), markup=False)

    def on_input_submitted(self) -> None:
        """Give what was typed."""
        self.dismiss(self.line.value)

    def action_give_up(self) -> None:
        """Give nothing."""
        self.dismiss(None)
