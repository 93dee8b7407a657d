"""When an app has done all that a key asked for: a pilot's own way is to see whether the processor rests for 20 ms, three times
for each key, which is most of the time that tests of screens would take.
"""

from __future__ import annotations

import asyncio
from time import monotonic

from textual._context import active_app

_SOON = 0.02
"""Seconds: what is to be done within them belongs to what goes on, as a step of scrolling does."""
_TICK = 0.001


class Settling:
    """Takes the place of Textual's `wait_for_idle`: until nothing is ready to run or is due soon, what changed is drawn, no key
    waits to be acted upon, no new size of the window to be told, and no thread is at work.
    """

    waits_for_threads = True
    """False where a test holds one."""

    async def __call__(self, min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
        app, loop, end = active_app.get(), asyncio.get_running_loop(), monotonic() + max_sleep
        await asyncio.sleep(0)
        while monotonic() < end:
            if loop._ready:
                await asyncio.sleep(0)
            elif self._is_busy(app) or self._is_due(loop):
                await asyncio.sleep(_TICK)
            else:
                return

    def _is_busy(self, app) -> bool:
        """Whether something goes on of which the loop knows nothing now."""
        typed = getattr(app, "typed_ahead", None)
        return (
            (typed is not None and typed._typed._unfinished_tasks > 0)
            or app._resize_timer is not None
            or any(screen._update_timer._active.is_set() for screen in app.screen_stack[-1:])
            or (
                self.waits_for_threads
                and any(each._thread_worker and not each.is_finished for each in app.workers)
            )
        )

    def _is_due(self, loop) -> bool:
        """Whether something is to be done soon."""
        soon = loop.time() + _SOON
        return any(each.when() < soon for each in loop._scheduled if not each.cancelled())
