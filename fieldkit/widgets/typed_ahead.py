"""Keys typed ahead: each is acted upon whole before the next is looked at, so that no answer meets another question.

Textual hands keys on as they come. Whoever types faster than a page is shown would answer the question they have left
already, or a screen that is about to go. What a scanner sends among the keys goes to the app's `scanned`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.events import Key, Paste
from textual.message import Message

from fieldkit.session.bursts import ENTER, LINE_FEED, Router, digit_of
from fieldkit.steady import elapsed

if TYPE_CHECKING:
    from textual.app import App
    from textual.screen import Screen

KEYS = "keys"
"""The group of the worker that hands keys on."""
_PATIENCE = 10.0
"""Seconds after which a key is handed on whatever still goes on: a screen that takes no key is worse."""
_PROBE = 0.1
_PAUSE = 0.002
_SIGNS = {"enter": ENTER, "ctrl+j": LINE_FEED}

WayBack = Callable[[], None]


class TypedAhead:
    """Hands keys on to an app, one at a time. `give` acts on one as Textual would; `scanned` takes the digits of a code
    and when it was read.

    What a key sets going is done when the screen and all that lies between it and the caret have nothing left to do,
    and no worker of the app is at work, unless it waits for a person before a screen of its own (`awaited`).

    The first digit of a code looks like one that a hand types. Where the caret's widget has a `way_back()` (a
    deed, or None), it acts at once and is taken back if a code follows; elsewhere it waits until none can. A screen with `takes_codes` gets
    the keys of codes as they are.
    """

    def __init__(
        self,
        app: App[None],
        give: Callable[[Key | Paste], Awaitable[None]],
        scanned: Callable[[str, float], Awaitable[None]],
    ) -> None:
        self.awaited: list[object] = []
        self._app = app
        self._give = give
        self._scanned = scanned
        self._typed: asyncio.Queue[Key | Paste | None] = asyncio.Queue()
        self._router: Router[Key | Paste] = Router()
        self._next_deeds: list[Callable[[], Awaitable[None]]] = []
        self._undone = 0
        self._moved = True

    def put(self, event: Key | Paste) -> None:
        """Take what was typed."""
        self._typed.put_nowait(event)

    def before_next(self, deed: Callable[[], Awaitable[None]]) -> None:
        """Do something before the next key is acted upon."""
        self._next_deeds.append(deed)
        self._typed.put_nowait(None)

    async def hand_on(self) -> None:
        """Hand keys on for as long as the app runs."""
        way_back: WayBack | None = None
        while True:
            event = await self._next()
            while self._next_deeds:
                await self.settled()
                await self._next_deeds.pop(0)()
            if isinstance(event, Key) and (sign := _sign(event)).isdigit():
                if not self._router.goes_on(event.time):
                    await self._pass_on(self._router.lapse())
                    way_back = await self._begin(event, sign)
                else:
                    await self._pass_on(self._router.take(event, sign, event.time).keys)
            elif event is None:
                await self._pass_on(self._router.lapse() if self._is_due() else ())
            else:
                told = self._router.take(event, _sign(event), event.time)
                await self._pass_on(told.keys)
                if told.code:
                    await self._take_code(told.code, event.time, way_back if told.began_with else None)
            if self._router.due is None:
                for _key in range(self._undone):
                    self._typed.task_done()
                self._undone = 0

    async def quiet(self) -> None:
        """Wait until every key there is has been acted upon whole."""
        await self._typed.join()
        await self.settled()

    async def settled(self, *, drawn: bool = True) -> None:
        """Until what was set going is done; and `drawn`, which one sign after another does not wait for."""
        end = elapsed() + _PATIENCE
        while elapsed() < end:
            await self._reached(self._app.screen, drawn=drawn)
            if not self._at_work():
                return
            await asyncio.sleep(_PAUSE)

    async def _next(self) -> Key | Paste | None:
        """The next key; None where something else is to be done, or what is held back is due."""
        while True:
            due = self._router.due
            with suppress(TimeoutError):
                left = None if due is None else max(_PAUSE, due - _stamp())
                event = await asyncio.wait_for(self._typed.get(), left)
                self._undone += 1
                return event
            # Keys that came in time may still be on their way through the app.
            if not self._app.message_queue_size and self._typed.empty() and self._is_due():
                return None

    def _is_due(self) -> bool:
        due = self._router.due
        return due is not None and due <= _stamp()

    async def _begin(self, event: Key, digit: str) -> WayBack | None:
        """Act on a first digit if that can be taken back, else hold it back; give the way back."""
        await self._rest(event)
        if getattr(self._app.screen, "takes_codes", False):
            await self._give(event)
            return None
        offers: Callable[[], WayBack | None] | None = getattr(self._app.focused, "way_back", None)
        way_back = offers() if offers is not None else None
        for key in self._router.take(event, digit, event.time, at_once=way_back is not None).keys:
            await self._give(key)
        return way_back

    async def _take_code(self, digits: str, at: float, way_back: WayBack | None) -> None:
        await self.settled()
        if way_back is not None:
            way_back()
            await self.settled()
        await self._scanned(digits, at)

    async def _pass_on(self, keys: tuple[Key | Paste, ...]) -> None:
        for key in keys:
            await self._rest(key)
            await self._give(key)

    async def _rest(self, key: Key | Paste) -> None:
        """Until the keys before this one are acted upon."""
        moves = not (isinstance(key, Key) and key.is_printable)
        await self.settled(drawn=moves or self._moved)
        self._moved = moves

    async def _reached(self, screen: Screen[object], *, drawn: bool) -> None:
        """Until a screen has come to the end of what it is doing, and where asked for is drawn: arrows go by what lies where, and who
        leaves does so then. One that is closing may never say so.
        """
        reached = asyncio.Event()
        if (screen.call_after_refresh if drawn else screen.call_later)(reached.set):
            with suppress(TimeoutError):
                await asyncio.wait_for(reached.wait(), _PROBE)

    def _at_work(self) -> bool:
        """Whether anything that a key may have set going is not done."""
        app = self._app
        caret = app.focused or app.screen
        if any(pump.message_queue_size for pump in (caret, *caret.ancestors)):
            return True
        waiting = sum(screen in self.awaited for screen in app.screen_stack)
        return waiting < sum(
            1 for worker in app.workers if worker.group == "default" and not worker.is_finished
        )


def _sign(event: Key | Paste) -> str:
    """What a key is to the router."""
    return digit_of(event.character) or _SIGNS.get(event.key, "") if isinstance(event, Key) else ""


def _stamp() -> float:
    """The time now, on the clock by which Textual stamps its events."""
    return Message().time
