"""How long each tier of a record is kept (domain §0, rule 12): read from a form's setting `fk:retention`."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fieldkit.errors import FormProblem, phrase
from fieldkit.i18n import N_
from fieldkit.xforms import Form

LAST_SERVICE = "last_service"
"""Counts from the latest record of the same household rather than from an answer of the record itself."""
_RULE = re.compile(
    r"(?P<tier>[NCR])\s+(?:(?P<count>\d{1,3})(?P<unit>[dmy])|year-end\+(?P<years>\d))\s+after\s+(?P<start>\w+)"
)
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Rule:
    """One tier, and how long after the date of `start` (a date question, or LAST_SERVICE) it is kept.

    Either `days` or `months` after it, or, with `year_end`, until the end of that many years after the year it lies in.
    """

    tier: str
    start: str
    days: int = 0
    months: int = 0
    year_end: int | None = None

    def until(self, day: date) -> date:
        """The last day on which the tier is kept, counted from `day`."""
        if self.year_end is not None:
            return date(day.year + self.year_end, 12, 31)
        if self.months:
            years, month = divmod(day.month - 1 + self.months, _MONTHS)
            year = day.year + years
            return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
        return day + timedelta(days=self.days)


def rules_of(text: str) -> tuple[Rule, ...]:
    """Read `C 1y after date; R 3y after closed_on`. Raises ValueError with the part that cannot be read."""
    rules = []
    for part in (each.strip() for each in text.split(";")):
        found = _RULE.fullmatch(part)
        if part and found is None:
            raise ValueError(part)
        if found is not None:
            count, unit = int(found["count"] or 0), found["unit"]
            rules.append(
                Rule(
                    found["tier"],
                    found["start"],
                    days=count if unit == "d" else 0,
                    months=count * _MONTHS if unit == "y" else count if unit == "m" else 0,
                    year_end=int(found["years"]) if found["years"] else None,
                )
            )
    return tuple(rules)


def rules_for(form: Form) -> tuple[Rule, ...]:
    """The rules of a form; none where it says nothing that can be read."""
    try:
        return rules_of(form.privacy.retention)
    except ValueError:
        return ()


def retention_faults(form: Form) -> Iterator[FormProblem]:
    """What of a form's `fk:retention` cannot be read, or counts from a question it does not have."""
    try:
        rules = rules_of(form.privacy.retention)
    except ValueError as error:
        message = phrase(
            N_(
                "{error} cannot be read. Write it as in C 1y after date; R 3y after closed_on; N year-end+1 after date"
            ),
            error=error,
        )
        yield FormProblem("settings", None, "fk:retention", message)
        return
    for rule in rules:
        dates = [item for item in form.items.values() if item.name == rule.start and item.bind.type == "date"]
        if rule.start != LAST_SERVICE and len(dates) != 1:
            message = phrase(
                N_("{name} is no date question of the form (or last_service), so nothing is counted from it"),
                name=rule.start,
            )
            yield FormProblem("settings", None, "fk:retention", message)


@dataclass(frozen=True, slots=True)
class Due:
    """A record whose retention has ended for `tiers`. `since`: the last day of the one that ended first."""

    record: str
    form: str
    tiers: frozenset[str]
    since: date


def ended(
    rules: Sequence[Rule], starts: Mapping[str, date | None], today: date
) -> tuple[frozenset[str], date | None]:
    """The tiers whose retention has ended on `today`, and the last day of the one that ended first.

    starts: the date behind each `start`; None where there is none yet, and then nothing ends.
    """
    over = {
        rule.tier: rule.until(day)
        for rule in rules
        if (day := starts.get(rule.start)) is not None and rule.until(day) < today
    }
    return frozenset(over), min(over.values(), default=None)
