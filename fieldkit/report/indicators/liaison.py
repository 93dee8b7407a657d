"""Letters to the health service of where somebody is, and wishes not to be contacted any more (I-19)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from fieldkit.fieldwork.liaison import ASKED_STOP, REPLY_WITHIN
from fieldkit.i18n import N_
from fieldkit.report.conditions import Has, Within
from fieldkit.report.counts import Count, Indicator, Made, Measure
from fieldkit.report.facts import Facts
from fieldkit.report.periods import Period


def _stops(facts: Facts, _period: Period) -> Iterator[dict[str, str]]:
    """A row for each person who asked not to be contacted, of the day of the first such wish; "honoured" where nobody
    contacted her, or wrote about her, on a later day.
    """
    contacts: dict[str, list[str]] = defaultdict(list)
    for table, day in (("contact_log", "log_date"), ("liaison", "sent_on")):
        for row in facts.rows(table):
            contacts[row["record_id"]].append(row[day])
    wishes: dict[str, dict[str, str]] = {}
    for row in facts.rows("contact_log"):
        day = row["log_date"]
        if row["log_result"] == ASKED_STOP and day:
            first = wishes.setdefault(row["record_id"], row | {"date": day})
            first["date"] = min(first["date"], day)
    for record, wish in wishes.items():
        yield wish | {"honoured": "yes" if max(contacts[record]) <= wish["date"] else ""}


MADE = (Made("stops", {"contact_log": {"log_date", "log_result"}, "liaison": {"sent_on"}}, _stops),)

INDICATORS = (
    Indicator(
        id="I-19",
        label=N_("Liaison answered"),
        numerator=N_(
            "Letters answered within 7 days; wishes not to be contacted that were kept the same day"
        ),
        denominator=N_("Letters sent; wishes not to be contacted"),
        population=N_("People away and letters about them to where they are"),
        period=N_("Day the letter was sent; day of the wish"),
        tier="N",
        source="domain.md §3 [D], [S9b]",
        measures=(
            Measure(
                "I-19",
                N_("Letters answered within 7 days"),
                Count("liaison", Within("replied_on", "sent_on", REPLY_WITHIN.days), on="sent_on"),
                Count("liaison", on="sent_on"),
                by_village=False,
            ),
            Measure(
                "I-19.stopped",
                N_("Wishes not to be contacted that were kept the same day (must be all)"),
                Count("stops", Has("honoured"), on="date"),
                Count("stops", on="date"),
                by_village=False,
            ),
        ),
    ),
)
