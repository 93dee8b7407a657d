"""I-01 and I-02, counted by hand."""

from __future__ import annotations

from fieldkit.report.facts import gather
from fieldkit.report.figures import Figures
from fieldkit.report.indicators import MADE, MEASURES, reads
from fieldkit.report.periods import parse_period
from tests.report.tables import PLACES, A, B, C, counted, facts, record, tables

HOMES = [
    {"hh_id": "1", "presence": "home", "date": "2026-02-01"},
    {"hh_id": "2", "presence": "part_out", "date": "2026-02-01"},
    {"hh_id": "3", "presence": "", "date": ""},
    {"hh_id": "4", "presence": "all_out", "date": "2026-02-01"},
    {"hh_id": "5", "presence": "vacant", "date": "2026-02-01"},
    {"hh_id": "6", "presence": "gone", "date": "2026-02-01"},
    {"hh_id": "", "presence": "", "date": "2026-02-01"},
    {"hh_id": "7", "presence": "home", "date": "2026-04-01"},
    {"hh_id": "8", "presence": "home", "date": "2026-03-31", "village": B},
]


def visits(*found):
    return [dict(zip(("hh_id", "date", "outcome", "village"), each, strict=False)) for each in found]


def test_a_home_counts_once_whatever_came_of_the_visits_and_who_is_away_does_not():
    found = facts(
        household=HOMES,
        visit=visits(
            ("1", "2026-03-01", "done"), ("1", "2026-03-31", "nobody"), ("2", "2026-03-15", "declined"),
            ("3", "2026-02-28", "done"), ("3", "2026-04-01", "done"), ("3", "", "done"),
            ("4", "2026-03-02", "done"), ("9", "2026-03-02", "done"), ("7", "2026-03-02", "done"),
            ("8", "2026-03-02", "unsafe", B),
        ),
    )  # fmt: skip
    assert counted(found, "I-01", village=A) == (2, 3)
    assert counted(found, "I-01", village=B) == (1, 1)
    assert counted(found, "I-01", village=C) == (0, 0)
    assert counted(found, "I-01") == (3, 4)


def test_a_declined_visit_names_nobody_and_stands_for_a_home_of_its_village_as_long_as_there_is_one():
    names_none = ("", "2026-03-02", "declined", B)
    one = facts(household=HOMES, visit=visits(names_none))
    assert counted(one, "I-01", village=B) == (1, 1)
    several = facts(household=HOMES, visit=visits(names_none, names_none, names_none))
    assert counted(several, "I-01", village=B) == (1, 1)
    beside = facts(household=HOMES, visit=visits(names_none, ("8", "2026-03-03", "done", B)))
    assert counted(beside, "I-01", village=B) == (1, 1)


def test_a_visit_whose_number_is_in_conflict_is_nobodys_but_was_one():
    found = facts(household=HOMES, visit=[{"hh_id?": "conflict", "date": "2026-03-02", "outcome": "done"}])
    assert counted(found, "I-01") == (0, 4)
    assert counted(found, "I-02.done") == (1, 1)


def test_of_two_registrations_under_one_number_the_last_stands():
    twice = [
        {"hh_id": "1", "presence": "vacant", "record_id": "r2"},
        {"hh_id": "1", "presence": "home", "record_id": "r1"},
        {"hh_id": "2", "presence": "vacant", "record_id": "r1b"},
        {"hh_id": "2", "presence": "home", "record_id": "r3"},
    ]
    assert counted(facts(household=twice), "I-01") == (0, 1)


def test_done_and_declined_are_of_what_was_attempted():
    outcomes = ("done", "done", "part", "nobody", "moved", "declined", "postponed", "notfound", "unsafe", "")
    found = facts(visit=visits(*(("1", "2026-03-31", outcome) for outcome in outcomes)))
    assert counted(found, "I-02.done") == (2, 10)
    assert counted(found, "I-02.declined") == (1, 10)
    assert counted(found, "I-02.done", "2026-04") == (0, 0)


def test_the_service_is_counted_of_who_did_not_agree_to_statistics_and_nothing_else():
    said = {"village": A, "hh_id": "1", "presence": "vacant", "date": "2026-02-03"}
    archive = tables(
        record("household", {**said, "stats": "no"}),
        record("household", {**said, "hh_id": "2"}),
        record("visit", {"village": A, "hh_id": "1", "date": "2026-03-05", "outcome": "done", "stats": "no"}),
    )
    figures = Figures(gather(archive, reads("I-01", "I-02")), MADE, PLACES)
    assert counted(figures, "I-01") == (1, 1)
    assert counted(figures, "I-02.done") == (1, 1)


def test_the_records_behind_are_those_that_were_counted():
    found = Figures(
        facts(
            household=HOMES,
            visit=visits(
                ("1", "2026-03-01", "done"), ("1", "2026-03-02", "done"), ("4", "2026-03-01", "done")
            ),
        ),
        MADE,
        PLACES,
    )
    assert found.behind(MEASURES["I-01"].numerator, parse_period("2026-03")) == ["visit-0", "visit-1"]
