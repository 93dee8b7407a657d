"""The slip a household keeps: the lines of text, and the same text as a QR code that a phone reads."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen

from fieldkit.commands import HELP
from fieldkit.i18n import N_, _
from fieldkit.widgets.explained import Explained
from fieldkit.widgets.qr import QrCode
from fieldkit.widgets.static import Static

_WORDS = 30
"""Columns that the words need beside the code."""


class SlipScreen(Explained, ModalScreen[None]):
    """Shows a slip until it is closed. plain: without block characters."""

    ABOUT = N_(
        "What the household keeps of this record: words to read out or to copy, and a code that any phone reads. Where the window is too small for the code, the words are enough. Enter or Esc closes it."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        HELP.binding,
        Binding("enter,escape,space", "close_it", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    SlipScreen { background: $background; }
    SlipScreen Horizontal { height: 100%; }
    SlipScreen VerticalScroll { width: 1fr; padding: 0 1; }
    SlipScreen Static { height: auto; }
    """

    def __init__(self, text: str, *, plain: bool = False) -> None:
        super().__init__()
        self.text = text
        self.plain = plain

    def compose(self) -> ComposeResult:
        """Words on the left, the code on the right where there is room for it."""
        code = self._code()
        with Horizontal():
            with VerticalScroll(can_focus=False):
                yield Static(_("For the household to keep") + "\n", markup=False)
                yield Static(self.text, id="slip", markup=False)
                yield Static("\n" + self._instruction(code), markup=False)
            if code is not None and self._fits(code):
                yield code

    def _code(self) -> QrCode | None:
        try:
            return QrCode(self.text, plain=self.plain)
        except ValueError:
            return None

    def _fits(self, code: QrCode) -> bool:
        width, height = self.app.size
        return code.area.width + _WORDS <= width and code.area.height <= height

    def _instruction(self, code: QrCode | None) -> str:
        closing = _("Enter closes this.")
        if code is None:
            return _("This is too long for a code. Write it down or read it out.") + " " + closing
        if not self._fits(code):
            size = {"columns": code.area.width + _WORDS, "lines": code.area.height}
            told = _(
                "The code needs a window of {columns} × {lines}. Enlarge it and look again, or write this down.",
                **size,
            )
            return told + " " + closing
        return _("A phone's camera reads the code.") + " " + closing

    def action_close_it(self) -> None:
        """Close."""
        self.dismiss()
