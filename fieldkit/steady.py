"""Time that goes on whatever is done to the clock, and while the laptop sleeps."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

_BOOT = getattr(time, "CLOCK_BOOTTIME", None)  # Linux; elsewhere the monotonic clock


def elapsed() -> float:
    """Seconds since some moment before the program began."""
    return time.monotonic() if _BOOT is None else time.clock_gettime(_BOOT)


def steady(now: Callable[[], datetime], passed: Callable[[], float] = elapsed) -> Callable[[], datetime]:
    """A clock that reads `now` once and then counts seconds, so that a clock set meanwhile changes nothing."""
    start, began = now(), passed()
    return lambda: start + timedelta(seconds=passed() - began)
