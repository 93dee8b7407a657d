"""Visits at the door: offered, done, declined (I-01, I-02)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from fieldkit.i18n import N_
from fieldkit.report.conditions import is_
from fieldkit.report.counts import Count, How, Indicator, Made, Measure
from fieldkit.report.facts import Facts
from fieldkit.report.indicators.people import HOMES, homes
from fieldkit.report.periods import Period

_VISITS = Count("visit", on="date")


def _offered(facts: Facts, period: Period) -> Iterator[dict[str, str]]:
    """A row for each household in which a visit was tried, whatever came of it. A declined visit names none: it stands for one
    that no other visit names, as long as its village has one.
    """
    known = {row["hh_id"]: row["village"] for row in facts.once(homes, period)}
    first, last = period.first.isoformat(), period.last.isoformat()
    visits = [row for row in facts.rows("visit") if first <= row["date"] <= last]
    for row in visits:
        if row["hh_id"] in known:
            yield row | {"home": row["hh_id"], "village": known[row["hh_id"]]}
    named = {row["hh_id"] for row in visits}
    others = Counter(village for number, village in known.items() if number not in named)
    for row in visits:
        if not row["hh_id"] and row["outcome"] == "declined" and others[row["village"]]:
            others[row["village"]] -= 1
            yield row | {"home": row["record_id"]}


MADE = (
    Made("homes", HOMES, homes),
    Made("offered", {**HOMES, "visit": {"date", "hh_id", "outcome"}}, _offered),
)

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
                "I-01",
                N_("Visit-offer coverage"),
                Count("offered", how=How.DIFFERENT, of="home"),
                Count("homes"),
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
