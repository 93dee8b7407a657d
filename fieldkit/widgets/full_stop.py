"""A full stop: what is wrong fills the screen, and nothing but Esc goes on, so that no scanner's Enter passes it by."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from fieldkit.i18n import _
from fieldkit.widgets.static import Static


class FullStop(ModalScreen[None]):
    """Says what is wrong, and what was given."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "go_on", show=False, priority=True)]
    DEFAULT_CSS = """
    FullStop { align: center middle; background: $error; }
    FullStop Static { width: 100%; height: auto; padding: 1 4; text-align: center; text-style: bold; color: $text; }
    FullStop #sign { text-style: bold reverse; }
    """

    def __init__(self, text: str, given: str) -> None:
        super().__init__()
        self.text = text
        self.given = given

    def compose(self) -> ComposeResult:
        """The word, what is wrong, what was given, and the one key."""
        yield Static("!!!  " + _("STOP") + "  !!!", id="sign", markup=False)
        yield Static(self.text, markup=False)
        yield Static(_("Given: {text}", text=self.given), markup=False)
        yield Static(_("When two people have looked at it: Esc, then read the code again."), markup=False)

    def on_mount(self) -> None:
        """Be heard, too."""
        self.app.bell()

    def action_go_on(self) -> None:
        """Go back to the question."""
        self.dismiss()
