"""Working days, by the holidays that ship with the forms (`holidays.csv`)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources

_FRIDAY = 4


@lru_cache(maxsize=1)
def _listed() -> Mapping[date, str]:
    """The days that are other than the calendar says: `off`, or `work` on a weekend."""
    text = resources.files("forms").joinpath("holidays.csv").read_text(encoding="utf-8-sig")
    return {date.fromisoformat(row["name"]): row["kind"] for row in csv.DictReader(text.splitlines())}


def workdays(first: date, last: date) -> int:
    """How many working days there are from `first` to `last`, both included; 0 where `last` is before."""
    listed = _listed()
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return sum(listed.get(day, "work" if day.weekday() <= _FRIDAY else "off") == "work" for day in days)
