"""Setting a scanner up: what it sends, whether that is understood, and what to set otherwise. Needs no workspace."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.events import Key
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.i18n import N_, _, is_plain
from fieldkit.session.probing import TEST_CODE, Stroke, is_over, probe_lines, probed, setup_lines
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.qr import QrCode
from fieldkit.widgets.static import Static


class ScannerTestScreen(Frame[None]):
    """Shows the keys of the code read last, a code to read, and how a scanner is set up. Stays until somebody goes back."""

    ABOUT = N_(
        "Read the code on the right with the scanner: it is said whether it arrives as it should, and what to set otherwise. Esc goes back."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    takes_codes = True
    """Every key is looked at as it comes."""
    DEFAULT_CSS = """
    ScannerTestScreen VerticalScroll { width: 1fr; padding: 0 1; }
    ScannerTestScreen Static { height: auto; }
    ScannerTestScreen QrCode { margin: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._strokes: list[Stroke] = []

    def body(self) -> Iterable[Widget]:
        """What came and what to set on the left, the code on the right."""
        with Horizontal():
            with VerticalScroll(can_focus=False):
                yield Static(id="came", markup=False)
                yield Static(id="setup", markup=False)
            yield QrCode(TEST_CODE, plain=is_plain())

    def title_text(self) -> str:
        """What this is."""
        return _("Scanner test")

    def show_words(self) -> None:
        """Draw what came, and how to set a scanner up."""
        came = probe_lines(probed(self._strokes)) if self._strokes else [_("Read the code on the right.")]
        self.query_one("#came", Static).update("\n".join(came))
        self.query_one("#setup", Static).update("\n".join(["", *setup_lines()]))

    def on_key(self, event: Key) -> None:
        """Take a key with its time."""
        event.stop()
        event.prevent_default()
        if is_over(self._strokes, event.time):
            self._strokes = []
        self._strokes.append(Stroke(event.key, event.character, event.time))
        self.show_words()

    def action_back(self) -> None:
        """Go back."""
        self.dismiss(None)
