"""Periods as people write them: a month, a quarter, a year, an ISO week, or two dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from fieldkit.errors import FieldkitError
from fieldkit.i18n import _

_SHAPES = {
    "month": re.compile(r"(\d{4})-(\d{2})", re.ASCII),
    "quarter": re.compile(r"(\d{4})-Q([1-4])", re.ASCII),
    "week": re.compile(r"(\d{4})-W(\d{2})", re.ASCII),
    "year": re.compile(r"(\d{4})", re.ASCII),
    "days": re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})", re.ASCII),
}


@dataclass(frozen=True, slots=True)
class Period:
    """From `first` to `last`, both included; `name` as it was written."""

    first: date
    last: date
    name: str

    def contains(self, day: date) -> bool:
        """Whether a day lies in it."""
        return self.first <= day <= self.last

    @property
    def kind(self) -> str:
        """How it was written: "month", "quarter", "week", "year" or "days"."""
        return next((kind for kind, shape in _SHAPES.items() if shape.fullmatch(self.name)), "days")

    def __str__(self) -> str:
        """In the reader's language: `3/2026`, `quarter 1 of 2026`, `2026-03-01 to 2026-03-03`."""
        first = self.first
        match self.kind:
            case "month":
                return _("{month}/{year}", year=first.year, month=first.month)
            case "quarter":
                return _("quarter {quarter} of {year}", quarter=(first.month + 2) // 3, year=first.year)
            case "week":
                year, week, _weekday = first.isocalendar()
                return _("week {week} of {year}", week=week, year=year)
            case "year":
                return _("year {year}", year=first.year)
            case _:
                return _("{first} to {last}", first=first, last=self.last)


def parse_period(text: str) -> Period:
    """Read `2026-03`, `2026-Q1`, `2026`, `2026-W10` (ISO 8601) or `2026-03-01..2026-03-03`, blanks around it aside.

    Raises FieldkitError("period.unknown", text=…).
    """
    name = text.strip()
    try:
        for kind, shape in _SHAPES.items():
            if found := shape.fullmatch(name):
                first, last = _bounds(kind, *found.groups())
                if first <= last:
                    return Period(first, last, name)
    except (ValueError, OverflowError) as error:
        raise FieldkitError("period.unknown", text=text) from error
    raise FieldkitError("period.unknown", text=text)


def _bounds(kind: str, start: str, part: str = "1") -> tuple[date, date]:
    """First and last day. Raises ValueError or OverflowError for what no calendar holds."""
    match kind:
        case "month":
            return _months(int(start), int(part), 1)
        case "quarter":
            return _months(int(start), int(part) * 3 - 2, 3)
        case "year":
            return _months(int(start), 1, 12)
        case "week":
            monday = date.fromisocalendar(int(start), int(part), 1)
            return monday, monday + timedelta(days=6)
        case _:
            return date.fromisoformat(start), date.fromisoformat(part)


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    years, before = divmod(month - 1 + count, 12)
    return date(year, month, 1), date(year + years, before + 1, 1) - timedelta(days=1)
