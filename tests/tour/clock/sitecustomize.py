"""Put before a Python: its clock, and those of its children, go on from another moment. TOUR_AHEAD: by so many seconds."""

from __future__ import annotations

import datetime as dt
import os

_REAL = dt.datetime
_AHEAD = dt.timedelta(seconds=float(os.environ["TOUR_AHEAD"]))


class _Kind(type):
    def __instancecheck__(cls, each):
        return isinstance(each, _REAL)


class _Then(_REAL, metaclass=_Kind):
    """Makes moments as ever, but for what time it is."""

    def __new__(cls, *given, **more):
        return _REAL(*given, **more)

    @classmethod
    def now(cls, tz=None):
        return _REAL.now(tz) + _AHEAD


dt.datetime = _Then
