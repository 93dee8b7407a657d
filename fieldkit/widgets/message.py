"""Something a person must read; any of Enter, Esc or space closes it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from fieldkit.i18n import _


class Notice(ModalScreen[None]):
    """A message over the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,escape,space", "dismiss_it", show=False, priority=True)
    ]
    DEFAULT_CSS = """
    Notice { align: center middle; }
    Notice > VerticalScroll {
        width: 80%; max-width: 76; height: auto; max-height: 80%; border: solid $accent; padding: 1 2;
        background: $surface;
    }
    Notice Static { height: auto; }
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def compose(self) -> ComposeResult:
        """The text and how to close it."""
        with VerticalScroll():
            yield Static(self.text, markup=False)
            yield Static("\n" + _("Enter closes this."), markup=False)

    def action_dismiss_it(self) -> None:
        """Close."""
        self.dismiss()
