"""Somebody who sits at a browser: presses keys, types, reads what is on screen. For walks that are not asynchronous themselves.

    with sitting(browser, address) as seat:                # browser: the fixture; address: of `started(…)`
        seat.see("未完成：1")                               # waits until that is on screen
        seat.press("Enter", "F10", "Ctrl+E", "Esc", "↓")    # keys as README.md names them
        seat.type("build/demo-office/sticks")
        seat.wait(lambda text: "例" in text)                # waits for whatever you want of the text
        print(seat.screen_text())
        seat.screenshot(folder / "seen.png")

With `started("--office", folder)` of tests.browser.serving it is the app of an office.
"""

from __future__ import annotations

import asyncio
import base64
from contextlib import contextmanager
from pathlib import Path

from tests.browser.chromium import PATIENCE

_INSTEAD = {f"Ctrl+{key}": "Alt" for key in ("N", "T", "W", "Q", "PageUp", "PageDown")} | {"Ctrl+F4": "Shift"}
_NAMES = {
    "Esc": "Escape", "Del": "Delete", "PgUp": "PageUp", "PgDn": "PageDown", "Space": " ",
    "↑": "ArrowUp", "↓": "ArrowDown", "←": "ArrowLeft", "→": "ArrowRight",
}  # fmt: skip


@contextmanager
def sitting(browser, address, width=1280, height=800):
    """Open an address in a tab of its own, of so many points, and wait until the app is drawn; gives the seat."""
    with asyncio.Runner() as runner:
        tabs = browser.tab(address, width, height)
        tab = runner.run(tabs.__aenter__())
        try:
            runner.run(tab.app())
            yield Seat(runner, tab)
        finally:
            runner.run(tabs.__aexit__(None, None, None))


class Seat:
    """The place before one tab. `tab`: the tab itself, for what is not offered here; `run` runs what it gives to wait for."""

    def __init__(self, runner, tab):
        self.tab = tab
        self.run = runner.run

    def press(self, *keys):
        """Press keys one after another, by the names of README.md. Those that a browser keeps come as it wants them."""
        self.run(self.tab.press(*map(_as_here, keys)))

    def type(self, text):
        """Type a text: what is on the keyboard by keys, all else as an input method gives it."""
        for each in text:
            if each.isascii():
                self.run(self.tab.press(each))
            else:
                self.run(self.tab.do("Input.insertText", text=each))

    def screen_text(self):
        """The lines on screen, without what is blank at their ends; what the page says, once the app is closed."""
        return self.run(self.tab.lines_after(-1))[1]

    def marked(self):
        """The line that is marked, "" where none is."""
        return self.run(self.tab.marked())

    def see(self, text):
        """Wait until a text is on screen; give all that is."""
        return self.wait(lambda shown: text in shown, text)

    def wait(self, is_so, what="what is waited for"):
        """Wait until `is_so(text)` of the text on screen; give the text. Fails with the screen after half a minute."""
        return self.run(self._wait(is_so, what))

    def screenshot(self, path):
        """Keep a picture of the page as PNG."""
        Path(path).write_bytes(base64.b64decode(self.run(self.tab.picture())))

    async def _wait(self, is_so, what, patience=PATIENCE):
        seen, shown = -1, ""
        try:
            async with asyncio.timeout(patience):
                while not is_so(shown):
                    seen, shown = await self.tab.lines_after(seen)
        except TimeoutError:
            raise AssertionError(f"{what!r} is not on screen:\n{shown}") from None
        return shown


def _as_here(key):
    """A key as a browser wants it."""
    *held, last = key.split("+") if key != "+" else ("+",)
    last = _NAMES.get(last, last)
    name = "+".join([*held, last.upper() if held and len(last) == 1 else last])
    if name in _INSTEAD:
        held = [_INSTEAD[name]]
    return "+".join([*held, last.lower() if held and len(last) == 1 else last])
