"""Pilot runs of the app, pressing keys as a person would."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest
from textual.events import Key
from textual.message import Message

from fieldkit.app import FieldkitApp
from fieldkit.i18n import set_language
from fieldkit.office_app import OfficeApp
from tests.screens.hand import by_hand
from tests.screens.pace import at_pace, let_go


class Person:
    """Somebody at the keyboard: presses keys, reads the screen."""

    def __init__(self, app, pilot):
        self.app = app
        self.pilot = pilot

    async def press(self, *keys):
        driver = self.app._driver
        bring = driver.send_message
        driver.send_message = lambda message: bring(by_hand(message) if isinstance(message, Key) else message)
        try:
            for key in keys:
                await self.pilot.press(key)
        finally:
            driver.send_message = bring
        await self.pilot.pause()

    async def scan(self, digits, *, after=0.0, gap=0.008, suffix="enter"):
        """Read a code as a scanner does: digits in a burst and a suffix, `after` seconds from now."""
        at = Message().time + after
        for key in [*digits, suffix]:
            event = Key(key, key if len(key) == 1 else None)
            event.time = at = at + gap
            self.app._driver.send_message(event)
        await self.pilot.pause()
        await self.app.typed_ahead.quiet()
        await self.pilot.pause()

    async def type(self, text):
        await self.press(*text)

    async def part(self, name):
        """Choose a part of the office's Home by the arrows and Enter, whatever its number is."""
        lines = self.app.home.lines
        place = next(at for at, each in enumerate(lines._choices) if each.id == name)
        steps = place - (lines.highlighted or 0)
        await self.press(*["down" if steps > 0 else "up"] * abs(steps), "enter")

    async def until(self, true):
        """Let the app work until something holds."""
        if true():
            return
        for _ in range(800):
            await asyncio.sleep(0.01)
            if true():
                await self.pilot.pause()
                return
        raise AssertionError(f"never: {self.text}")

    @property
    def lines(self):
        """The screen, line by line."""
        _width, height = self.app.size
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips][:height]

    @property
    def text(self):
        return "\n".join(self.lines)

    @property
    def told(self):
        """What was said in passing, beside the screen."""
        return " ".join(notification.message for notification in self.app._notifications)

    @property
    def screen_name(self):
        return type(self.app.screen).__name__


@pytest.fixture(autouse=True)
def _pace(monkeypatch):
    at_pace(monkeypatch)
    yield
    let_go()


@pytest.fixture
def person(demo, now):
    """Open the app on a copy of the demo town: `async with person() as p`. Without `toasts` what is said in passing is
    in `p.told` alone.
    """

    @asynccontextmanager
    async def opened(language="zh", size=(80, 24), folder=None, passphrase=None, toasts=False):
        set_language(language)
        app = FieldkitApp(folder or demo.workspace, passphrase and (lambda: passphrase), lambda: now)
        async with app.run_test(size=size, notifications=toasts) as pilot:
            someone = Person(app, pilot)
            await someone.until(lambda: app.home.is_looked_through)
            await pilot.pause()
            yield someone

    return opened


@pytest.fixture
def clerk(demo, now):
    """Open the app of the office beside the demo town: `async with clerk() as c`; `c.desk` is the desk. name: whose."""

    @asynccontextmanager
    async def opened(
        language="zh", size=(80, 24), folder=None, name="", passphrase=None, toasts=False, at=None
    ):
        set_language(language)
        words = passphrase and (lambda: passphrase)
        app = OfficeApp(folder or demo.office, name, lambda: at or now, words)
        async with app.run_test(size=size, notifications=toasts) as pilot:
            someone = Person(app, pilot)
            await someone.until(lambda: app.desk is not None or app.refusal)
            await pilot.pause()
            someone.desk = app.desk
            yield someone

    return opened
