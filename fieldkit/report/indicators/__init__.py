"""The indicators I-01 to I-23 (domain.md §3), declared as data: a file for each family."""

from __future__ import annotations

from collections.abc import Mapping

from fieldkit.report.counts import Indicator, Made, Measure, measures_of, wanted
from fieldkit.report.facts import Wanted
from fieldkit.report.indicators import (
    liaison,
    payments,
    points,
    quality,
    rights,
    satisfaction,
    staff,
    visits,
    window,
)

_FAMILIES = (visits, payments, window, quality, points, staff, liaison, rights, satisfaction)

INDICATORS: Mapping[str, Indicator] = {
    each.id: each for each in sorted((i for f in _FAMILIES for i in f.INDICATORS), key=lambda each: each.id)
}
"""Every indicator by its id, in order."""

MADE: Mapping[str, Made] = {each.name: each for family in _FAMILIES for each in family.MADE}
"""The tables that are made of others, by name."""

MEASURES: Mapping[str, Measure] = {each.id: each for each in measures_of(tuple(INDICATORS.values()))}
"""Every measure by its id."""


def reads(*ids: str) -> Wanted:
    """What must be read for these indicators or measures; for all of them, where none is named."""
    chosen = [
        measure for measure in MEASURES.values() if not ids or measure.id in ids or measure.indicator in ids
    ]
    return wanted((count for measure in chosen for count in measure.counts), MADE)
