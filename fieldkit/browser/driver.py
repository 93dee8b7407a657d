"""How an app process draws when a browser stands for its terminal."""

from __future__ import annotations

import os
from typing import Any

from textual.app import App
from textual.drivers.web_driver import WebDriver


class BrowserDriver(WebDriver):
    """Textual's driver for browsers, which also lets go of the workspace when the server is gone."""

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._write = self._write_if_heard  # type: ignore[assignment]

    def run_input_thread(self) -> None:
        """Read keys; leave when no more can come."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._leave()

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """Take what comes beside the keys; a tab that is closed gives what is typed before the app ends."""
        if packet_type == "quit":
            self._leave()
        else:
            super().on_meta(packet_type, payload)

    def _leave(self) -> None:
        self._app.call_later(self._app.run_action, "app.quit")

    def _write_if_heard(self, data: bytes) -> int:
        try:
            return os.write(self.fileno, data)
        except OSError:
            return 0  # nobody is there to draw for; the end of the keys says so, too
