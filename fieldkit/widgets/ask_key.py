"""Asking for a key, over the screen: whatever is pressed is the answer."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from fieldkit.i18n import _
from fieldkit.widgets.static import Static


class AskKey(ModalScreen[str | None]):
    """Gives the key that is pressed, as Textual names it; "" for backspace, None for Esc. The app brings the keys to `take`."""

    DEFAULT_CSS = """
    AskKey { align: center middle; }
    AskKey > Vertical {
        width: 80%; max-width: 76; height: auto; border: solid $accent; padding: 1 2; background: $surface;
    }
    AskKey Static { height: auto; }
    """

    def __init__(self, question: str) -> None:
        super().__init__()
        self.question = question

    def compose(self) -> ComposeResult:
        """What the key is for, and how to leave it."""
        with Vertical():
            yield Static(self.question + "\n", markup=False)
            yield Static(_("Backspace takes the built-in key again, Esc leaves it."), markup=False)

    def take(self, key: str) -> None:
        """Take a key."""
        self.dismiss(None if key == "escape" else "" if key == "backspace" else key)
