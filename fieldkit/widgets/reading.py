"""Reading what people type for numbers, dates and times: full-width digits, local habits, no guessing.

Each reader takes the typed text and gives the XForms text, or raises ValueError.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_PARTS = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?")
_MONTH_DAY = re.compile(r"(\d{1,2})[-./月](\d{1,2})日?")
_TIME = re.compile(r"(\d{1,2})[:.时点]?(\d{2})分?")
_DAYS = {"今": 0, "今天": 0, "昨": -1, "昨天": -1, "前天": -2, "明": 1, "明天": 1, "后天": 2}


def plain(text: str) -> str:
    """Full-width characters as ASCII (NFKC), the Chinese full stop as a dot, no space around."""
    return unicodedata.normalize("NFKC", text).replace("。", ".").strip()


def read_integer(text: str) -> str:
    """A whole number."""
    return str(int(plain(text)))


def read_decimal(text: str) -> str:
    """A number; a comma is refused rather than guessed at."""
    typed = plain(text)
    float(typed)
    if not re.fullmatch(r"[-+]?[\d.]+", typed):
        raise ValueError(text)
    return typed


def read_date(text: str, today: date) -> str:
    """A date: 2026-3-8, 2026.3.8, 2026/3/8, 20260308, 2026年3月8日, 3.8 (this year), 今, 昨, -3, +7."""
    typed = plain(text)
    if typed in _DAYS:
        return (today + timedelta(days=_DAYS[typed])).isoformat()
    if re.fullmatch(r"[-+]\d{1,3}", typed):
        return (today + timedelta(days=int(typed))).isoformat()
    found = _DIGITS.fullmatch(typed) or _PARTS.fullmatch(typed)
    if found:
        year, month, day = (int(part) for part in found.groups())
        return date(year, month, day).isoformat()
    found = _MONTH_DAY.fullmatch(typed)
    if found:
        return date(today.year, int(found.group(1)), int(found.group(2))).isoformat()
    raise ValueError(text)


def read_time(text: str) -> str:
    """A time of day in 24 hours: 8:05, 805, 0805, 8点05分."""
    found = _TIME.fullmatch(plain(text))
    if not found or int(found.group(1)) > 23 or int(found.group(2)) > 59:
        raise ValueError(text)
    return f"{int(found.group(1)):02}:{found.group(2)}:00.000"
