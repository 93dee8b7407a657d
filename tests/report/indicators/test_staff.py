"""Training, reports to the county and laptops, counted by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from fieldkit.report.facts import LAPTOPS, Facts, gather
from fieldkit.report.figures import Figures
from fieldkit.report.indicators import MADE, MEASURES, reads
from fieldkit.report.obligations import Kind, due_between, kind_of, last_due, obligation
from fieldkit.report.periods import parse_period
from tests.report.tables import Tables, counted, figure, record, tables


def read(*records):
    return gather(tables(*records), reads())


def trained(day, hours, attend, before="", after="", kind="training"):
    rows = [{"role": role, "role_n": number} for role, number in attend.items()]
    return record(
        "log",
        {"kind": kind, "date": day, "hours": hours, "attend": rows, "pre_score": before, "post_score": after},
    )


def test_training_is_hours_times_staff_and_residents_are_none():
    found = read(
        trained(
            "2026-03-03", "2", {"health_worker": "12", "town_hospital": "6", "resident": "30"}, "70", "91"
        ),
        trained("2026-03-31", "0.5", {"cadre": "3"}, "62.5", "61"),
        trained("2026-03-04", "", {"cadre": "3"}, "50", ""),
        trained("2026-04-01", "8", {"cadre": "3"}, "0", "100"),
        trained("2026-03-05", "4", {"cadre": "9"}, "0", "100", kind="meeting"),
    )
    assert counted(found, "I-18.covered") == (Decimal("37.5"), None)
    assert figure(found, "I-18.gain").n == Decimal("9.75")
    assert figure(found, "I-18.gain", "2026-02").n is None


# -- reports to the county --------------------------------------------------------------------------------


def sent(number, due, on, kind="liaison_up"):
    return record(
        "log", {"kind": kind, "report_no": number, "due": due, "sent_on": on}, made_on=date(2026, 4, 3)
    )


def test_a_report_is_in_time_by_the_day_the_county_set():
    found = read(
        sent("RM-2026-03", "2026-04-03", "2026-04-03"),
        sent("RW-1", "2026-03-08", "2026-03-08"),
        sent("RW-1", "2026-03-08", "2026-03-07"),
        sent("RW-2", "2026-03-16", "2026-03-17"),
        sent("R3", "2026-03-03", "2026-03-02"),
        sent("R3", "2026-03-04", ""),
        sent("R3", "2026-03-31", "2026-03-31", kind="liaison_across"),
        sent("X-7", "2026-03-06", "2026-03-06"),
        sent("RM-2026-02", "2026-03-03", "2026-03-03"),
    )
    # March has ten windows of three days, five Sundays and one end.
    assert counted(found, "I-20.reports") == (3, 16)
    assert counted(found, "I-20.reports", "2026-02-28..2026-02-28") == (1, 2)


def test_while_a_month_goes_on_what_is_to_come_is_not_due_yet():
    letter = {"kind": "liaison_up", "report_no": "R3-1", "due": "2026-03-03", "sent_on": "2026-03-03"}
    days = (date(2026, 3, 3), date(2026, 3, 8), date(2026, 3, 5))
    found = read(*(record("log", letter, made_on=day) for day in days))
    assert counted(found, "I-20.reports") == (1, 4), (
        "two windows of three days and two Sundays until the eighth"
    )
    assert counted(Facts({}), "I-20.reports") == (0, 16)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("R3", Kind.THREE_DAYS),
        ("DEMO-RM-03", Kind.MONTH),
        ("2026-RW-10", Kind.WEEK),
        ("RM3", None),
        ("", None),
    ],
)
def test_a_number_tells_the_kind_of_its_report(number, kind):
    assert kind_of(number) is kind


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("month_ends", [0, 25])
def test_every_window_of_a_year_is_due_once_and_there_until_the_next_ends(kind, month_ends):
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    due = due_between(kind, first, last, month_ends)
    for before, after in pairwise(due):
        assert (after.first - before.last).days == 1
        for number in range((after.due - before.due).days):
            assert last_due(kind, date.fromordinal(before.due.toordinal() + number), month_ends) == before
    assert due[0] == obligation(kind, first, month_ends)
    assert due[-1].due <= last < obligation(kind, date(2027, 1, 1), month_ends).due


# -- laptops ----------------------------------------------------------------------------------------------


class Office(Tables):
    """Tables that also know when laptops were heard of."""

    heard = ()

    def heard_of(self):
        return self.heard


def heard(*days):
    office = Office(())
    office.heard = days
    return gather(office, reads())


def test_a_laptop_is_heard_of_when_something_of_it_came_within_three_days():
    found = heard(
        ["2026-01-05", "2026-02-01", "2026-03-28", "2026-04-09"],
        ["2026-01-05", "2026-03-27", "2026-04-01"],
        ["2026-03-31"],
        ["2026-04-01", "2026-04-01"],
    )
    assert counted(found, "I-20.laptops") == (1, 3)
    assert counted(found, "I-20.laptops", "2026-04") == (1, 4), (
        "the last that anything is known of is the ninth"
    )
    assert counted(found, "I-20.laptops", "2025") == (0, 0)


def test_rows_of_laptops_have_no_name_and_lead_to_no_record():
    found = heard(["2026-01-05", "2026-03-30"])
    figures = Figures(found, MADE, tables().places())
    assert figures.behind(MEASURES["I-20.laptops"].numerator, parse_period("2026-03")) == []
    [row] = found.rows(LAPTOPS)
    assert row == {
        "record_id": "",
        "village": "",
        "made_on": "",
        "since": "2026-01-05",
        "heard": "2026-03-30",
    }


def test_a_laptop_knows_of_no_laptops():
    found = read()
    assert found.rows(LAPTOPS) == []
    none = figure(found, "I-20.laptops")
    assert (none.n, none.of, none.share) == (0, 0, None)
