"""The scanner test by itself, before there is a workspace."""

from __future__ import annotations

from fieldkit.screens.scanner_test import ScannerTestScreen
from fieldkit.shell import Shell


class ScannerApp(Shell):
    """Shows the scanner test until somebody goes back."""

    def on_mount(self) -> None:
        """Show it."""
        self.dress()
        self.push_screen(ScannerTestScreen(), lambda _result: self.exit())
