"""Hybrid logical clock: orders what is shown, never what is safe (Kulkarni et al. 2014).

Written as 13 digits of milliseconds, "-", 4 hex digits of counter, so that text order is time order.
"""

from __future__ import annotations

_MOST_AHEAD = 24 * 3600 * 1000
_COUNTER = 0xFFFF


class HybridClock:
    """A clock that never goes back, whatever the machine's clock does. `last` continues an earlier one."""

    def __init__(self, last: str = "") -> None:
        self.last = last

    def tick(self, now_ms: int) -> str:
        """The reading for something that happens now."""
        then, counter = _read(self.last)
        if now_ms > then:
            self.last = _written(now_ms, 0)
        elif counter < _COUNTER:
            self.last = _written(then, counter + 1)
        else:
            self.last = _written(then + 1, 0)
        return self.last

    def observe(self, reading: str, now_ms: int) -> None:
        """Learn another device's reading; one more than 24 h ahead of `now_ms` is not believed."""
        if _read(reading)[0] <= now_ms + _MOST_AHEAD and reading > self.last:
            self.last = reading


def _read(reading: str) -> tuple[int, int]:
    milliseconds, _, counter = reading.partition("-")
    return (int(milliseconds), int(counter, 16)) if reading else (0, 0)


def _written(milliseconds: int, counter: int) -> str:
    return f"{milliseconds:013d}-{counter:04x}"
