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
_OF_MONTHS = frozenset({"month", "quarter", "year"})


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
        last = self.last
        match self.kind:
            case "month":
                return _("{month}/{year}", year=last.year, month=last.month)
            case "quarter":
                return _("quarter {quarter} of {year}", quarter=(last.month + 2) // 3, year=last.year)
            case "week":
                year, week, _weekday = last.isocalendar()
                return _("week {week} of {year}", week=week, year=year)
            case "year":
                return _("year {year}", year=last.year)
            case _:
                return _("{first} to {last}", first=self.first, last=last)


def parse_period(text: str, month_ends: int = 0) -> Period:
    """Read `2026-03`, `2026-Q1`, `2026`, `2026-W10` (ISO 8601) or `2026-03-01..2026-03-03`, blanks around it aside.

    month_ends: the day (1 to 28) on which months of reports end, and with them quarters and years; 0 for the calendar's.
    Raises FieldkitError("period.unknown", text=…).
    """
    name = text.strip()
    try:
        for kind, shape in _SHAPES.items():
            if found := shape.fullmatch(name):
                first, last = _bounds(kind, *found.groups())
                if month_ends and kind in _OF_MONTHS:
                    first, last = _cut(first, month_ends) + timedelta(days=1), last.replace(day=month_ends)
                if first <= last:
                    return Period(first, last, name)
    except (ValueError, OverflowError) as error:
        raise FieldkitError("period.unknown", text=text) from error
    raise FieldkitError("period.unknown", text=text)


def month_ends_of(period: Period) -> int:
    """The day on which the months of a period of whole months end, 0 for the calendar's."""
    is_calendar = period.first.day == 1 == (period.last + timedelta(days=1)).day
    return 0 if is_calendar else period.last.day


def year_so_far(period: Period) -> Period:
    """From the first day of the year that a month is reported in to the month's last day."""
    first = parse_period(period.name[:4], month_ends_of(period)).first
    return Period(first, period.last, f"{first}..{period.last}")


def reported_before(period: Period) -> Period | None:
    """From the first day of the year that a month is reported in to the day before the month, None for the first month."""
    first = year_so_far(period).first
    if first == period.first:
        return None
    last = period.first - timedelta(days=1)
    return Period(first, last, f"{first}..{last}")


def year_before(period: Period) -> Period:
    """The same month of the year before. Raises FieldkitError("period.unknown") before the first year there is."""
    year, month = period.name.split("-")
    return parse_period(f"{int(year) - 1:04}-{month}", month_ends_of(period))


def _cut(first: date, month_ends: int) -> date:
    """The day on which the month before ends. Raises OverflowError before the first year there is."""
    return (first - timedelta(days=1)).replace(day=month_ends)


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
