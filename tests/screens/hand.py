"""Keys of a hand: however late they are looked at, they were pressed one after another."""

from __future__ import annotations

from itertools import count

_PRESSED = count()


def by_hand(event):
    """The key, as pressed a tenth of a second after the one before it and long enough ago to be no code's beginning."""
    event.time = 0.1 * next(_PRESSED) - 1e9
    return event


class Counted:
    """Presses keys and counts them."""

    def __init__(self, p):
        self.p = p
        self.keys = 0

    async def press(self, *keys):
        self.keys += len(keys)
        await self.p.press(*keys)

    async def on(self, name):
        await self.p.until(lambda: self.p.screen_name == name)
