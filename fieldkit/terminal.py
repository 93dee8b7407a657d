"""Asking the terminal how wide it draws signs whose width Unicode leaves open, before Textual takes it over."""

from __future__ import annotations

import contextlib
import os
import re
import select
import sys
import time
from collections.abc import Iterator
from typing import IO

BROWSER = "fieldkit.browser.driver:BrowserDriver"
"""Textual's name of what draws in a browser."""

_SIGNS = "─“"
_QUESTION = "\r{signs}\x1b[6n\r\x1b[K"
_ANSWER = re.compile(rb"\x1b\[\d{1,5};(\d{1,5})R")
_PATIENCE = 0.08
_MOST = 4096


def is_in_browser() -> bool:
    """Whether a browser stands for the terminal of this process."""
    return os.environ.get("TEXTUAL_DRIVER") == BROWSER


def has_window() -> bool:
    """Whether somebody can see an app and press keys: at a terminal, or in a browser."""
    return is_in_browser() or (sys.stdin.isatty() and sys.stdout.isatty())


class WidthQuestion:
    """A question to a terminal. `width` is 1 or 2 cells for each sign, None before or without an answer."""

    def __init__(self, keyboard: IO[str], screen: IO[str]) -> None:
        self.width: int | None = None
        self._handle = keyboard.fileno()
        self._asked = time.monotonic()
        screen.write(_QUESTION.format(signs=_SIGNS))
        screen.flush()

    def listen(self) -> None:
        """Read the answer. What comes in before it is dropped, so that nothing of it is taken for keys."""
        heard = b""
        while len(heard) < _MOST:
            left = self._asked + _PATIENCE - time.monotonic()
            if not select.select([self._handle], [], [], max(0.0, left))[0]:
                return
            byte = os.read(self._handle, 1)
            heard += byte
            found = _ANSWER.search(heard) if byte == b"R" else None
            if found or not byte:
                column = int(found.group(1)) if found else 0
                # The cursor stands behind both signs; one of them wide is as bad as two.
                self.width = {3: 1, 4: 2, 5: 2}.get(column)
                return


@contextlib.contextmanager
def asking_width(
    keyboard: IO[str] | None = None, screen: IO[str] | None = None
) -> Iterator[WidthQuestion | None]:
    """Ask when entering, and listen when leaving, so that the answer travels while the program does other things.

    Gives None, and touches nothing, where there is no terminal to ask or one that would print the question.
    """
    keyboard, screen = keyboard or sys.stdin, screen or sys.stdout
    try:
        import termios
    except ImportError:  # Windows: the kind of console says enough
        yield None
        return
    bare = os.environ.get("TERM", "dumb") in {"dumb", "linux"}
    if bare or not (keyboard.isatty() and screen.isatty()):
        yield None
        return
    handle = keyboard.fileno()
    before = termios.tcgetattr(handle)
    silent = termios.tcgetattr(handle)
    silent[3] &= ~(termios.ICANON | termios.ECHO)
    termios.tcsetattr(handle, termios.TCSANOW, silent)
    try:
        question = WidthQuestion(keyboard, screen)
        yield question
        question.listen()
    finally:
        termios.tcsetattr(handle, termios.TCSANOW, before)
