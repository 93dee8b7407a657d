"""Which report is due when: three-day, weekly and monthly reports, each over the days of its window.

A report is due on the last day of its window. Every day lies in exactly one window of each kind.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from fieldkit.i18n import N_, _

_LAST_START = 28
"""A month's last window of three days begins here and goes on to its end, whatever its length."""


class Kind(StrEnum):
    """How often a report is made."""

    THREE_DAYS = "three_days"
    WEEK = "week"
    MONTH = "month"


_NAMES = {
    Kind.THREE_DAYS: N_("three-day report"),
    Kind.WEEK: N_("weekly report"),
    Kind.MONTH: N_("monthly table"),
}
_CODES = {"R3": Kind.THREE_DAYS, "RW": Kind.WEEK, "RM": Kind.MONTH}
"""How the numbers of reports tell their kinds."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """A report over the days `first` to `last`, both included, due on the last."""

    kind: Kind
    first: date
    last: date

    @property
    def due(self) -> date:
        """The day it is due."""
        return self.last

    @property
    def name(self) -> str:
        """What it is called, in the reader's language."""
        return _(_NAMES[self.kind])

    @property
    def number(self) -> str:
        """By which the register of reports knows it: `R3-2026-03-28`, `RW-2026-W14`, `RM-2026-03`."""
        match self.kind:
            case Kind.THREE_DAYS:
                return f"R3-{self.first}"
            case Kind.WEEK:
                return f"RW-{self.last:%G-W%V}"
            case Kind.MONTH:
                return f"RM-{self.last:%Y-%m}"

    def __str__(self) -> str:
        """In the reader's language: `weekly report, 2026-03-30 to 2026-04-05`."""
        return _("{name}, {first} to {last}", name=self.name, first=self.first, last=self.last)


def obligation(kind: Kind, day: date, month_ends: int = 0) -> Obligation:
    """The report whose window a day lies in.

    Three-day windows are 1-3, 4-6 … 25-27 and 28 to the end of the month; weeks go from Monday to Sunday. month_ends: the
    day (1 to 28) on which a month of reports ends, 0 for the calendar month.
    """
    match kind:
        case Kind.THREE_DAYS:
            start = min(_LAST_START, (day.day - 1) // 3 * 3 + 1)
            first = day.replace(day=start)
            last = _end_of_month(day) if start == _LAST_START else first + timedelta(days=2)
        case Kind.WEEK:
            first = day - timedelta(days=day.weekday())
            last = first + timedelta(days=6)
        case Kind.MONTH if month_ends:
            last = day.replace(day=month_ends)
            if day > last:
                last = (_end_of_month(day) + timedelta(days=1)).replace(day=month_ends)
            first = (last.replace(day=1) - timedelta(days=1)).replace(day=month_ends) + timedelta(days=1)
        case Kind.MONTH:
            first, last = day.replace(day=1), _end_of_month(day)
    return Obligation(kind, first, last)


def obligations(today: date, month_ends: int = 0) -> list[Obligation]:
    """The reports that are due today or next, one of each kind, in the order of the days they are due."""
    found = [obligation(kind, today, month_ends) for kind in Kind]
    return sorted(found, key=lambda each: (each.due, each.first))


def lately(today: date, month_ends: int = 0) -> list[Obligation]:
    """The reports that are due today or next and, of each kind, the one before, in the order of the days they are due."""
    now = obligations(today, month_ends)
    before = [obligation(each.kind, each.first - timedelta(days=1), month_ends) for each in now]
    return sorted([*before, *now], key=lambda each: (each.due, each.first))


def due_between(kind: Kind, first: date, last: date, month_ends: int = 0) -> list[Obligation]:
    """The reports of a kind that are due from `first` to `last`, both included, in order."""
    found = []
    each = obligation(kind, first, month_ends)
    while each.due <= last:
        found.append(each)
        each = obligation(kind, each.due + timedelta(days=1), month_ends)
    return found


def last_due(kind: Kind, day: date, month_ends: int = 0) -> Obligation:
    """The report of a kind whose window was the last to end by a day: what is to be there on that day."""
    each = obligation(kind, day, month_ends)
    return each if each.due <= day else obligation(kind, each.first - timedelta(days=1), month_ends)


def kind_of(number: str) -> Kind | None:
    """The kind of a report by its number, in which R3, RW or RM stands between hyphens, or alone; None for another number."""
    return next((_CODES[part] for part in number.split("-") if part in _CODES), None)


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
