"""When an app has done all that a key asked for: a pilot's own way is to see whether the processor rests for 20 ms, three times
for each key, which is most of the time that tests of screens would take.
"""

from __future__ import annotations

import asyncio
from time import monotonic, process_time

_TICK = 0.004
_CALM = 3
"""So many ticks one after the other with nothing to do."""
_AT_REST = 0.002
"""Seconds of processor time in a tick that is rest."""


class Settling:
    """Takes the place of Textual's `wait_for_idle` for one app."""

    def __init__(self) -> None:
        self.app = None

    async def __call__(self, min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
        began, calm = monotonic(), 0
        while calm < _CALM and monotonic() - began < max_sleep:
            worked = process_time()
            await asyncio.sleep(_TICK)
            calm = calm + 1 if process_time() - worked < _AT_REST and not self._is_busy() else 0

    def _is_busy(self) -> bool:
        """Whether a message waits anywhere."""
        if self.app is None:
            return False
        nodes = [
            self.app,
            *(node for screen in self.app.screen_stack for node in screen.walk_children(with_self=True)),
        ]
        return any(node._message_queue is not None and not node._message_queue.empty() for node in nodes)
