"""Targets beside what was done: which measure a target is about, and how it stands by a day (domain.md I-16).

A target is for a service, its quality or its timeliness. None is counted for what people decide for themselves, for health
itself, or for a share of one village.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from importlib import resources

from fieldkit.errors import FieldkitError
from fieldkit.fieldwork.targets import Progress, expected_by
from fieldkit.report.conditions import Row
from fieldkit.report.counts import Measure, Unit
from fieldkit.report.facts import Wanted
from fieldkit.report.figures import Figure, Figures
from fieldkit.report.indicators import INDICATORS, MEASURES, reads
from fieldkit.report.periods import Period, parse_period

TARGET = "target"
"""The form, and the table, of the register."""
READS: Wanted = {
    TARGET: frozenset({"indicator_id", "level", "period", "village", "unit", "target", "source_doc"})
}
KINDS = ("service_output", "quality", "timeliness")
"""What a target may be for; an indicator of another kind is watched."""
_UNITS = {"percent": Unit.PERCENT, "number": Unit.NUMBER, "days": Unit.DAYS, "yuan": Unit.YUAN}
_GROW = frozenset({"I-01", "I-06", "I-18.covered"})
"""Shares that grow over their period; the others are the same at all times."""
_FEWER = frozenset({"I-10.days", "I-13.fees", "I-14", "I-15"})
"""Measures of which less is better: days that were needed, fees, errors, differences."""


@dataclass(frozen=True, slots=True)
class Target:
    """A line of the register. village: code, "" for the township. measure: what was done is counted by."""

    measure: Measure
    village: str
    period: Period
    unit: str
    aim: Decimal
    level: str
    source_doc: str

    @property
    def grows(self) -> bool:
        """Whether it is reached little by little over its period."""
        if self.measure.id in _FEWER:
            return False
        return self.measure.unit in {Unit.NUMBER, Unit.YUAN} or self.measure.id in _GROW


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, str]:
    """Indicator → what it is: one of `KINDS`, or "watch" for one that has no target."""
    text = resources.files("forms").joinpath("indicators.csv").read_text(encoding="utf-8-sig")
    return {row["name"]: row["kind"] for row in csv.DictReader(text.splitlines())}


def measure_of(indicator: str, unit: str) -> Measure | None:
    """The measure that a target in that unit is about: the first that may have one; None where there is none."""
    if kinds().get(indicator) not in KINDS:
        return None
    found = (each for each in MEASURES.values() if each.indicator == indicator and not each.neutral)
    return next((each for each in found if each.unit is _UNITS.get(unit)), None)


def target_of(row: Row) -> Target | None:
    """A line of the register as a target; None for one that is not counted: see the head of this file."""
    measure = measure_of(row["indicator_id"], row["unit"])
    if measure is None:
        return None
    if row["village"] and not _may_have_villages(measure):
        return None
    try:
        period, aim = parse_period(row["period"]), Decimal(row["target"])
    except (FieldkitError, InvalidOperation):
        return None
    return Target(measure, row["village"], period, row["unit"], aim, row["level"], row["source_doc"])


def needed(rows: Iterable[Row]) -> Wanted:
    """What must be read to say how the targets of these lines of the register stand."""
    ids = {target.measure.id for row in rows if (target := target_of(row))}
    return {**(reads(*ids) if ids else {}), **READS}


def needed_of_all() -> Wanted:
    """What must be read to say how any target stands: the register, and every measure that a target may be about."""
    found = {(each, unit): measure_of(each, unit) for each in INDICATORS for unit in _UNITS}
    return {**reads(*(each.id for each in found.values() if each)), **READS}


def progress(figures: Figures, period: Period, today: date) -> list[Progress]:
    """How the targets of the periods that have days in common with `period` stood at the end of `today`, or of their own
    last day: the township's first, then those of villages in the order of their codes.
    """
    found = {target for row in figures.facts.rows(TARGET) if (target := target_of(row)) is not None}
    return [
        _progress(figures, target, min(today, target.period.last))
        for target in sorted(found, key=_order)
        if target.period.first <= min(period.last, today) and target.period.last >= period.first
    ]


def _order(target: Target) -> tuple[object, ...]:
    """The township first, then villages by code; of each the indicators by number, and periods and levels."""
    period = target.period
    of = (target.measure.id, period.first, period.last, target.level, target.source_doc, target.aim)
    return (target.village, *of)


def _progress(figures: Figures, target: Target, today: date) -> Progress:
    first, last = target.period.first, target.period.last
    measure, aim = target.measure, float(target.aim)
    until = Period(first, today, f"{first}..{today}")
    figure = figures.shown(INDICATORS[measure.indicator], measure, until).get(target.village, Figure(None))
    return Progress(
        indicator=measure.indicator,
        village=target.village,
        period=target.period.name,
        unit=target.unit,
        target=aim,
        expected=expected_by(aim, first, last, today) if target.grows else aim,
        done=None if figure.is_hidden else _done(measure, figure),
        of=int(figure.of or 0) if measure.unit is Unit.PERCENT and not figure.is_hidden else None,
        level=target.level,
        source_doc=target.source_doc,
        kind=kinds()[measure.indicator],
        fewer=measure.id in _FEWER,
        is_hidden=figure.is_hidden,
    )


def _done(measure: Measure, figure: Figure) -> float | None:
    if measure.unit is Unit.PERCENT:
        return None if figure.share is None else float(100 * figure.share)
    return None if figure.n is None else float(figure.n)


def _may_have_villages(measure: Measure) -> bool:
    indicator = INDICATORS[measure.indicator]
    return measure.by_village and measure.unit is not Unit.PERCENT and not indicator.suppressed
