"""Health education: events, who came, and newlyweds among them (I-11). Groups are counted, nobody is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from fieldkit.i18n import N_
from fieldkit.report.conditions import both, is_
from fieldkit.report.counts import Count, How, Indicator, Made, Measure, Unit
from fieldkit.report.facts import Facts
from fieldkit.report.official import COUPLES
from fieldkit.report.periods import Period

_GROUPS: Mapping[str, str] = {
    "newlywed": N_("Attendance: newlyweds"),
    "poor": N_("Attendance: families in hardship"),
    "mobile_newlywed": N_("Attendance: newlyweds who live away"),
    "women35_64": N_("Attendance: women aged 35 to 64"),
    "adolescent": N_("Attendance: adolescents"),
    "men": N_("Attendance: men"),
    "elder": N_("Attendance: older people"),
    "staff": N_("Attendance: staff"),
    "general": N_("Attendance: general public"),
}
_TWO = 2


def _newly_married(facts: Facts, period: Period) -> Iterator[dict[str, str]]:
    """A row for each month of the period with how many people were newly married; none unless the list tells of all of them."""
    told = {row["month"]: row for row in facts.rows(COUPLES)}
    months = list(_months(period))
    if all(month in told for month in months):
        for month in months:
            people = str(_TWO * int(told[month]["couples"]))
            yield {"record_id": "", "village": "", "made_on": month, "people": people}


def _months(period: Period) -> Iterator[str]:
    """The months of a period, as the list has them; none where it is not made of whole months."""
    after = period.last + timedelta(days=1)
    if period.first.day == after.day == 1:
        for number in range(_number_of(period.first), _number_of(after)):
            yield f"{number // 12:04d}-{number % 12 + 1:02d}"


def _number_of(day: date) -> int:
    return day.year * 12 + day.month - 1


def _of_group(*groups: str, kind: str = "") -> Count:
    which = is_("group", *groups)
    return Count(
        "groups", both(which, is_("kind", kind)) if kind else which, on="date", how=How.SUM, of="group_n"
    )


def _number(name: str, label: str, count: Count) -> Measure:
    return Measure(f"I-11{name}", label, count, unit=Unit.NUMBER)


MADE = (Made("newly_married", {COUPLES: {"month", "couples", "source"}}, _newly_married),)

INDICATORS = (
    Indicator(
        id="I-11",
        label=N_("Health education: events and attendance"),
        numerator=N_("Events; attendance, in all and of each group; newlyweds at a class"),
        denominator=N_("Of newlyweds: two for each newly registered couple, of an official list; else none"),
        population=N_("Events in the village they were held in"),
        period=N_("Day of the event"),
        tier="P",
        source="domain.md §3 [D]",
        measures=(
            _number("", N_("Health education events"), Count("edu_event", on="date")),
            _number(".attended", N_("Attendance"), Count("edu_event", on="date", how=How.SUM, of="attend_n")),
            *(_number(f".{group}", label, _of_group(group)) for group, label in _GROUPS.items()),
            Measure(
                "I-11.newlyweds",
                N_("Newlyweds who were offered a class"),
                _of_group("newlywed", "mobile_newlywed", kind="class"),
                Count("newly_married", how=How.SUM, of="people"),
                by_village=False,
            ),
        ),
    ),
)
