"""Keys typed ahead: each is acted upon whole before the next is looked at, so that no answer meets another question.

Textual hands keys on as they come. Whoever types faster than a page is shown would answer the question they have left
already, or a screen that is about to go.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.events import Key, Paste

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


class TypedAhead:
    """Hands keys on to an app, one at a time. `give` acts on one as Textual would.

    What a key sets going is done when the screen and all that lies between it and the caret have nothing left to do,
    and no worker of the app is at work, unless it waits for a person before a screen of its own (`awaited`).
    """

    def __init__(self, app: App[None], give: Callable[[Key | Paste], Awaitable[None]]) -> None:
        self.awaited: list[object] = []
        self._app = app
        self._give = give
        self._typed: asyncio.Queue[Key | Paste] = asyncio.Queue()

    def put(self, event: Key | Paste) -> None:
        """Take what was typed."""
        self._typed.put_nowait(event)

    async def hand_on(self) -> None:
        """Hand keys on for as long as the app runs."""
        before = True
        while True:
            event = await self._typed.get()
            moves = not (isinstance(event, Key) and event.is_printable)
            await self._settled(drawn=moves or before)
            before = moves
            await self._give(event)
            self._typed.task_done()

    async def quiet(self) -> None:
        """Wait until every key there is has been acted upon whole."""
        await self._typed.join()
        await self._settled()

    async def _settled(self, *, drawn: bool = True) -> None:
        """Until what was set going is done; and `drawn`, which one sign after another does not wait for."""
        end = elapsed() + _PATIENCE
        while elapsed() < end:
            await self._reached(self._app.screen, drawn=drawn)
            if not self._at_work():
                return
            await asyncio.sleep(_PAUSE)

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
