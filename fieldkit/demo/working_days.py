"""The day that a request is promised for, counted in working days by the holidays that ship with the forms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from fieldkit.demo.making import list_rows

_EPOCH = date(1970, 1, 1)


def promise(day: date, promised: int) -> Mapping[str, str]:
    """What the form of requests works out from the day and the working days promised: its numbers and `promised_by`."""
    listed = [
        (date.fromisoformat(row["name"]), row["kind"], int(row["shift"])) for row in list_rows("holidays")
    ]
    before = [shift for name, _kind, shift in listed if name <= day]
    first = _plain(day) + (before[-1] if before else 0)
    until = first + promised
    weekends = [name for name, kind, shift in listed if kind == "work" and _plain(name) + shift == until]
    shifts = [shift for name, _kind, shift in listed if _plain(name) + shift < until]
    shift = shifts[-1] if shifts else 0
    weeks, rest = divmod(until - shift - 1, 5)
    by = weekends[0] if weekends else _EPOCH + timedelta(days=7 * weeks + rest - 3)
    found = {"from_no": str(first), "until_no": str(until), "until_shift": str(shift)}
    if weekends:
        found["until_weekend"] = weekends[0].isoformat()
    return found | {"promised_by": (by if promised else day).isoformat()}


def _plain(day: date) -> int:
    """The number of a working day if there were no holidays; a weekend has that of its Friday."""
    weeks, rest = divmod((day - _EPOCH).days + 3, 7)
    return 5 * weeks + min(rest + 1, 5)
