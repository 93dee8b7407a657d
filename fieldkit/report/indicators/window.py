"""Requests at the window: met by the day that was promised, and at once; what was charged (I-13).

Contraceptives are handed out without a promise and without anybody's name: no such request is among these.
"""

from __future__ import annotations

from fieldkit.i18n import N_
from fieldkit.report.conditions import Missed, Not, NotAfter, both, is_
from fieldkit.report.counts import Count, How, Indicator, Made, Measure, Unit
from fieldkit.report.facts import IN_CONFLICT

_STILL_WANTED = Not(is_("status", "withdrawn"))
_IS_DONE = is_("status", "done")
_NOTHING_MISSING = both(
    is_("docs_missing", "", "none"), Not(Missed("docs_missing", frozenset({IN_CONFLICT})))
)

MADE: tuple[Made, ...] = ()

INDICATORS = (
    Indicator(
        id="I-13",
        label=N_("Requests met in time"),
        numerator=N_("Requests done by the day promised; requests done without papers missing; fees charged"),
        denominator=N_("Requests due, those aside that were taken back; requests done"),
        population=N_("Requests at the window, contraceptives picked up aside"),
        period=N_("Day promised; day done"),
        tier="N",
        source="domain.md §3 [D]",
        measures=(
            Measure(
                "I-13",
                N_("Requests met in time"),
                Count("request", both(_STILL_WANTED, NotAfter("done_at", "promised_by")), on="promised_by"),
                Count("request", _STILL_WANTED, on="promised_by"),
                by_village=False,
            ),
            Measure(
                "I-13.once",
                N_("Requests done at the first visit"),
                Count("request", both(_IS_DONE, _NOTHING_MISSING), on="done_at"),
                Count("request", _IS_DONE, on="done_at"),
                by_village=False,
            ),
            Measure(
                "I-13.fees",
                N_("Fees charged"),
                Count("request", _IS_DONE, on="done_at", how=How.SUM, of="fee_due"),
                unit=Unit.YUAN,
                by_village=False,
            ),
        ),
    ),
)
