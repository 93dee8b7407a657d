"""Periods as people write them: a month, a quarter, a year, an ISO week, or two dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from fieldkit.errors import FieldkitError


@dataclass(frozen=True, slots=True)
class Period:
    """From `first` to `last`, both included; `name` as it was written."""

    first: date
    last: date
    name: str

    def contains(self, day: date) -> bool:
        """Whether a day lies in it."""
        return self.first <= day <= self.last


def parse_period(text: str) -> Period:
    """Read `2026-03`, `2026`, `2026-Q1`, `2026-W10` (ISO 8601) or `2026-03-01..2026-03-03`.

    Raises FieldkitError("period.unknown").
    """
    name = text.strip()
    try:
        if found := re.fullmatch(r"(\d{4})-(\d{2})", name):
            return _months(int(found[1]), int(found[2]), 1, name)
        if found := re.fullmatch(r"(\d{4})-Q([1-4])", name):
            return _months(int(found[1]), int(found[2]) * 3 - 2, 3, name)
        if found := re.fullmatch(r"(\d{4})-W(\d{2})", name):
            monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
            return Period(monday, monday + timedelta(days=6), name)
        if re.fullmatch(r"\d{4}", name):
            return _months(int(name), 1, 12, name)
        first, dots, last = name.partition("..")
        if dots and date.fromisoformat(first) <= date.fromisoformat(last):
            return Period(date.fromisoformat(first), date.fromisoformat(last), name)
    except ValueError as error:
        raise FieldkitError("period.unknown", text=text) from error
    raise FieldkitError("period.unknown", text=text)


def _months(year: int, month: int, count: int, name: str) -> Period:
    end = month - 1 + count
    return Period(date(year, month, 1), date(year + end // 12, end % 12 + 1, 1) - timedelta(days=1), name)
