"""What people ask about their own records, and whether it is done within fifteen working days (I-22).

Counted is what is entered as a request. What is done at once, when somebody is there, leaves no request behind.
"""

from __future__ import annotations

from collections.abc import Iterator

from fieldkit.fieldwork.working_days import after
from fieldkit.i18n import N_
from fieldkit.report.conditions import NotAfter, day_of
from fieldkit.report.counts import Count, Indicator, Made, Measure
from fieldkit.report.facts import Facts
from fieldkit.report.periods import Period

_OWN_RECORD = "own_record"
_WORKING_DAYS = 15


def _asked(facts: Facts, period: Period) -> Iterator[dict[str, str]]:
    """The requests about their own records that people made in the period and did not take back; "by": when they must be done."""
    for row in facts.rows("request"):
        day = day_of(row["date"]) if row["item"] == _OWN_RECORD and row["status"] != "withdrawn" else None
        if day is not None and period.contains(day):
            yield row | {"by": after(day, _WORKING_DAYS).isoformat()}


MADE = (Made("rights", {"request": {"item", "status", "date", "done_at"}}, _asked),)

INDICATORS = (
    Indicator(
        id="I-22",
        label=N_("Rights requests met"),
        numerator=N_("Requests done within 15 working days"),
        denominator=N_("Requests received, those aside that were taken back"),
        population=N_(
            "Requests to see, correct or delete one's own record or to take consent back, as entered at the window"
        ),
        period=N_("Day the request came in"),
        tier="N",
        source="domain.md §3 [D]",
        measures=(
            Measure(
                "I-22",
                N_("Rights requests met"),
                Count("rights", NotAfter("done_at", "by")),
                Count("rights"),
                by_village=False,
            ),
        ),
    ),
)
