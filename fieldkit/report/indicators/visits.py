"""Visits at the door: offered, done, declined (I-01, I-02)."""

from __future__ import annotations

from collections.abc import Iterator

from fieldkit.i18n import N_
from fieldkit.report.conditions import Not, is_
from fieldkit.report.counts import Count, How, Indicator, Made, Measure
from fieldkit.report.facts import Facts
from fieldkit.report.periods import Period

_LIVED_IN = Not(is_("presence", "all_out", "vacant", "gone"))
_HOMES = Count("household", _LIVED_IN, how=How.DIFFERENT, of="hh_id")
_VISITS = Count("visit", on="date")


def _offered(facts: Facts, period: Period) -> Iterator[dict[str, str]]:
    """A row for each registered household that was offered a visit, whatever came of it; a declined visit names none, and is
    one of its own.
    """
    homes = {row["hh_id"] for row in facts.rows("household") if _LIVED_IN.test(period.last)(row)} - {""}
    first, last = period.first.isoformat(), period.last.isoformat()
    for row in facts.rows("visit"):
        if first <= row["date"] <= last and (not row["hh_id"] or row["hh_id"] in homes):
            yield row | {"home": row["hh_id"] or row["record_id"]}


MADE = (Made("offered", {"household": {"presence", "hh_id"}, "visit": {"date", "hh_id"}}, _offered),)

INDICATORS = (
    Indicator(
        id="I-01",
        label=N_("Visit-offer coverage"),
        numerator=N_("Households with at least one visit attempt, whatever came of it"),
        denominator=N_("Registered households that are lived in"),
        population=N_("Registered households"),
        period=N_("Day of the visit"),
        tier="N",
        source="domain.md §3 [D]",
        measures=(
            Measure(
                "I-01", N_("Visit-offer coverage"), Count("offered", how=How.DIFFERENT, of="home"), _HOMES
            ),
        ),
    ),
    Indicator(
        id="I-02",
        label=N_("Visits done and declined"),
        numerator=N_("Visits done; visits declined"),
        denominator=N_("Visits attempted"),
        population=N_("Visits"),
        period=N_("Day of the visit"),
        tier="P",
        source="domain.md §3 [D]",
        measures=(
            Measure(
                "I-02.done", N_("Visits done"), Count("visit", is_("outcome", "done"), on="date"), _VISITS
            ),
            Measure(
                "I-02.declined",
                N_("Visits declined (a neutral figure)"),
                Count("visit", is_("outcome", "declined"), on="date"),
                _VISITS,
                neutral=True,
            ),
        ),
    ),
)
