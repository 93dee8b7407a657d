"""A hand in Chromium: a command of the tour opens what README.md says stands for it in a browser."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
from contextlib import ExitStack, contextmanager

from tests.browser.sitting import sitting

SIZE = (728, 506)
"""Of a page, in points: 80 columns and 24 lines."""


class BrowserHand:
    """One tab after another, each of a server of its own. served: the commands that begin the servers, in order."""

    def __init__(self, browser, folder, served, environment):
        self._browser, self._folder = browser, folder
        self._served = list(served)
        self._environment = {**os.environ, **environment}
        self._open = ExitStack()
        self.seat = None

    def press(self, key):
        """Press a key by its name in README.md."""
        self.seat.press(key)

    def type(self, text):
        """Type letter by letter."""
        self.seat.type(text)

    def run(self, _command):
        """Leave the tab that is open, and open the next."""
        self.close()
        address = self._open.enter_context(self._serving(self._served.pop(0)))
        self.seat = self._open.enter_context(sitting(self._browser, address, *SIZE))

    def screen(self):
        """The lines on screen."""
        return self.seat.screen_text()

    def marked(self):
        """The line that is marked."""
        return self.seat.marked()

    def close(self):
        """Leave the tab, and end its server."""
        self._open.close()

    @contextmanager
    def _serving(self, command):
        words = [*shlex.split(command), "--port", "0"]
        with subprocess.Popen(
            words, cwd=self._folder, env=self._environment, stdout=subprocess.PIPE, encoding="utf-8"
        ) as process:
            try:
                yield re.search(r"http://\S+", process.stdout.readline())[0]
            finally:
                process.send_signal(signal.SIGTERM)
