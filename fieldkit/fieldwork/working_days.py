"""Working days, by the holidays that ship with the forms: Mondays to Fridays without days off, and weekends that are worked."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources


def after(day: date, working_days: int) -> date:
    """The day that lies so many working days after a day."""
    kinds = exceptions()
    while working_days > 0:
        day += timedelta(days=1)
        working_days -= is_working(day, kinds)
    return day


def workdays(first: date, last: date) -> int:
    """How many working days there are from `first` to `last`, both included; 0 where `last` is before."""
    kinds = exceptions()
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return sum(is_working(day, kinds) for day in days)


def is_working(day: date, kinds: Mapping[date, str] | None = None) -> bool:
    """Whether a day is worked. kinds: of `exceptions`."""
    kind = (exceptions() if kinds is None else kinds).get(day)
    return kind == "work" or (kind is None and day.weekday() < 5)


@lru_cache(maxsize=1)
def exceptions() -> Mapping[date, str]:
    """Every day that is not as its weekday says: "off" or "work" (forms/holidays.csv)."""
    text = resources.files("forms").joinpath("holidays.csv").read_text(encoding="utf-8-sig")
    return {date.fromisoformat(row["name"]): row["kind"] for row in csv.DictReader(text.splitlines())}
