"""The scanner test by itself, before there is a workspace."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from fieldkit.commands import APPEARANCE, PALETTE, bindings
from fieldkit.screens.scanner_test import ScannerTestScreen
from fieldkit.shell import Shell


class ScannerApp(Shell):
    """Shows the scanner test until somebody goes back."""

    TITLE = "fieldkit"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(PALETTE, APPEARANCE)]

    def on_mount(self) -> None:
        """Show it."""
        self.dress()
        self.push_screen(ScannerTestScreen(), lambda _result: self.exit())
