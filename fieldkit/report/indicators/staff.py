"""Training of staff (I-18), and whether reports go out and laptops bring what they have in time (I-20).

Who was trained is nobody's figure: codes of staff are not read. Counted are hours times those who attended, for the township.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from fieldkit.i18n import N_
from fieldkit.report.conditions import Has, day_of, number_of
from fieldkit.report.counts import Count, How, Indicator, Made, Measure, Unit
from fieldkit.report.facts import LAPTOPS, Facts
from fieldkit.report.obligations import Kind, Obligation, due_between, kind_of, last_due
from fieldkit.report.periods import Period

_TRAINING = "training"
_RESIDENT = "resident"
_LETTER_UP = "liaison_up"
_HEARD_WITHIN = timedelta(days=3)
_HEARD = {"since", "heard"}


def _trained(facts: Facts, _period: Period) -> Iterator[dict[str, str]]:
    """A row for each role at a training, residents aside; "hours": of all in it together."""
    for row in facts.rows("attend"):
        hours, attended = number_of(row["hours"]), number_of(row["role_n"])
        if (
            row["kind"] == _TRAINING
            and row["role"] != _RESIDENT
            and hours is not None
            and attended is not None
        ):
            yield row | {"hours": str(hours * attended)}


def _gains(facts: Facts, _period: Period) -> Iterator[dict[str, str]]:
    """A row for each training with a test before and after; "gain": what the averages differ by."""
    for row in facts.rows("log"):
        before, after = number_of(row["pre_score"]), number_of(row["post_score"])
        if row["kind"] == _TRAINING and before is not None and after is not None:
            yield row | {"gain": str(after - before)}


def _reports(facts: Facts, period: Period) -> Iterator[dict[str, str]]:
    """A row for each report that was due to the county; "in_time" where one of that kind was sent by the day it was to be there."""
    in_time: dict[Obligation, str] = {}
    for row in facts.rows("log"):
        kind, due, sent = kind_of(row["report_no"]), day_of(row["due"]), day_of(row["sent_on"])
        if row["kind"] == _LETTER_UP and kind and due and sent and sent <= due:
            in_time[last_due(kind, due)] = row["record_id"]
    for kind in Kind:
        for each in due_between(kind, period.first, facts.until(period)):
            yield {
                "record_id": in_time.get(each, ""), "village": "", "made_on": "", "in_time": "yes" if each in in_time else "",
            }  # fmt: skip


def _laptops(facts: Facts, period: Period) -> Iterator[dict[str, str]]:
    """A row for each laptop that was enrolled by the end of the period; "in_time" where something of it had come in three days."""
    until = facts.until(period)
    last, first = until.isoformat(), (until - _HEARD_WITHIN).isoformat()
    for row in facts.rows(LAPTOPS):
        if row["since"] <= last:
            heard = any(first <= day <= last for day in row["heard"].split())
            yield row | {"in_time": "yes" if heard else ""}


MADE = (
    Made("trained", {"attend": {"kind", "date", "hours", "role", "role_n"}}, _trained),
    Made("gains", {"log": {"kind", "date", "pre_score", "post_score"}}, _gains),
    Made("reports_due", {"log": {"kind", "report_no", "due", "sent_on"}, LAPTOPS: _HEARD}, _reports),
    Made("laptops_there", {LAPTOPS: _HEARD}, _laptops),
)

INDICATORS = (
    Indicator(
        id="I-18",
        label=N_("Training coverage and gain"),
        numerator=N_(
            "Hours of each training times the staff who attended; average after less average before"
        ),
        denominator=N_("None; trainings with a test before and after"),
        population=N_("Trainings of staff; who attended is counted by role, nobody by name or code"),
        period=N_("Day of the training"),
        tier="P",
        source="domain.md §3 [D]",
        measures=(
            Measure(
                "I-18.covered",
                N_("Training: hours times staff"),
                Count("trained", on="date", how=How.SUM, of="hours"),
                unit=Unit.NUMBER,
                by_village=False,
            ),
            Measure(
                "I-18.gain",
                N_("Training: average gain"),
                Count("gains", on="date", how=How.MEAN, of="gain"),
                unit=Unit.POINTS,
                by_village=False,
            ),
        ),
    ),
    Indicator(
        id="I-20",
        label=N_("Reports on time"),
        numerator=N_("Reports sent by the day they were due; laptops of which something came within 3 days"),
        denominator=N_("Three-day, weekly and monthly reports due; laptops enrolled"),
        population=N_("Reports to the county; laptops of the office"),
        period=N_("Last day of what the report is about; end of the period"),
        tier="P",
        source="domain.md §3 [D]",
        measures=(
            Measure(
                "I-20.reports",
                N_("Reports sent on time"),
                Count("reports_due", Has("in_time")),
                Count("reports_due"),
                by_village=False,
            ),
            Measure(
                "I-20.laptops",
                N_("Laptops heard of within 3 days"),
                Count("laptops_there", Has("in_time")),
                Count("laptops_there"),
                by_village=False,
            ),
        ),
    ),
)
