"""Times of day, and days with times, as people type them; 24 hours. Readers raise ReadingError."""

from __future__ import annotations

import re
from datetime import datetime, time

from fieldkit.session.reading.dates import read_date
from fieldkit.session.reading.plain import ReadingError, plain

_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2})(?:[:.]([0-9]{2}))?|([0-9]{2}))")
_WORDS = re.compile(r"([0-9]{1,2})[点时](?:([0-9]{1,2})分?|(半)|整)?")
_HALF_DAYS = {"早上": 0, "上午": 0, "下午": 12}
_NOW = {"现在", "now", "此刻"}


def read_time(text: str, now: datetime) -> str:
    """A time of day: 8:05, 805, 0805, 8点05分, 8点半, 下午3点, 现在; as 08:05:00.000."""
    found = _time(plain(text).lower(), now)
    if found is None:
        raise ReadingError("reading.time", text=text)
    return found.isoformat(timespec="milliseconds")


def read_moment(text: str, now: datetime) -> str:
    """A date and a time of day on one line: 2026-3-8 8:05, 20260308 0805, 昨天 下午3点, 2026年3月8日8点05分, 现在.

    The offset from UTC is that of `now`.
    """
    typed = plain(text).lower()
    if typed in _NOW:
        return _stored(now.replace(second=0, microsecond=0))
    found = re.fullmatch(r"(.+?)(?:\s+|(?<=[0-9])t(?=[0-9])|(?<=[日号天]))(\S+)", typed)
    at = _time(found.group(2), now) if found else None
    if found is None or at is None:
        raise ReadingError("reading.moment", text=text)
    day = read_date(found.group(1), now.date())
    return _stored(datetime.combine(datetime.fromisoformat(day), at, tzinfo=now.tzinfo))


def shown_time(value: str) -> str:
    """A stored time without the parts that nobody types."""
    found = re.match(r"([0-9]{2}:[0-9]{2})(:[0-9]{2})?", value)
    return value if found is None else found.group(1) + (found.group(2) or "").removesuffix(":00")


def shown_moment(value: str) -> str:
    """A stored date and time, by the clock of the place where it was answered."""
    day, parted, clock = value.partition("T")
    return f"{day} {shown_time(clock)}" if parted else value


def _time(typed: str, now: datetime) -> time | None:
    if typed in _NOW:
        return now.time().replace(second=0, microsecond=0)
    half_day = next((word for word in _HALF_DAYS if typed.startswith(word)), "")
    typed = typed.removeprefix(half_day).strip()
    clock, words = _CLOCK.fullmatch(typed), _WORDS.fullmatch(typed)
    if clock:
        hour, minute, second = clock.group(1), clock.group(2) or clock.group(4), clock.group(3) or "0"
    elif words:
        hour, minute, second = words.group(1), "30" if words.group(3) else words.group(2) or "0", "0"
    else:
        return None
    hours = int(hour)
    if half_day:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + _HALF_DAYS[half_day] if hours < 12 or half_day == "下午" else 12
    if hours > 23 or int(minute) > 59 or int(second) > 59:
        return None
    return time(hours, int(minute), int(second))


def _stored(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
