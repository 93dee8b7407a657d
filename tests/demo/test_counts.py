"""Class and quiz, service points, payments, back-checks: every number, counted again from the records."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from fieldkit.demo.points import FURNITURE, PLATES, SLOGANS, service_points
from tests.demo.made import LIBRARY, SEEDS, Made, count, made, named, rows


@pytest.fixture(params=SEEDS)
def town(request: pytest.FixtureRequest) -> Made:
    return made(request.param)


# -- the class ----------------------------------------------------------------------------------------------


def test_forty_eight_came_to_the_class(town: Made) -> None:
    [held] = [each for each in town.of("edu_event") if each.answers["kind"] == "class"]
    groups = {row["group"]: int(row["group_n"]) for row in rows(held.answers, "groups")}
    assert groups == {"newlywed": 30, "mobile_newlywed": 10, "general": 8}
    assert held.answers["attend_n"] == "48"
    assert {each["event"] for each in town.answers("quiz")} == {held.answers["event_id"]}


def test_the_week_of_the_class_has_a_show_a_van_and_a_market_day(town: Made) -> None:
    week = date(2026, 3, 20).isocalendar()[:2]
    kinds = [
        each["kind"]
        for each in town.answers("edu_event")
        if date.fromisoformat(each["date"]).isocalendar()[:2] == week
    ]
    assert sorted(kinds) == ["class", "market_day", "show", "van"]


def test_ninety_one_sheets(town: Made) -> None:
    sheets = town.answers("quiz")
    phases = {phase: [each for each in sheets if each["phase"] == phase] for phase in ("before", "after")}
    aware = {
        phase: {each["pair_key"] for each in found if each["aware"] == "1"} for phase, found in phases.items()
    }
    codes = {phase: {each["pair_key"] for each in found} for phase, found in phases.items()}
    assert {phase: len(found) for phase, found in phases.items()} == {"before": 46, "after": 45}
    assert {phase: len(found) for phase, found in codes.items()} == {"before": 46, "after": 45}
    pairs = codes["before"] & codes["after"]
    assert (len(pairs), len(codes["before"] - pairs), len(codes["after"] - pairs)) == (44, 2, 1)
    assert [count(phases[phase], lambda each: each["q4"] == "false") for phase in phases] == [14, 35]
    assert [len(aware[phase]) for phase in phases] == [19, 38]
    assert [len(aware[phase] & pairs) for phase in phases] == [18, 37]


# -- the service points -------------------------------------------------------------------------------------


def test_the_ledger_is_exact(town: Made) -> None:
    inspected = town.of("service_point")
    assert [each.answers["point_id"] for each in inspected] == ["c1", *(f"v{n}" for n in range(1, 12))]
    assert len({each.answers["village"] for each in inspected}) == 12
    spent = [row for each in inspected for row in rows(each.answers, "expenses")]
    totals: Counter[str] = Counter()
    quantities: Counter[str] = Counter()
    for row in spent:
        assert Decimal(row["exp_amount"]) == Decimal(row["exp_qty"]) * Decimal(row["exp_unit_price"])
        totals[row["exp_cat"]] += int(row["exp_amount"])
        quantities[row["exp_cat"]] += int(row["exp_qty"])
    assert totals == {"slogan": 23760, "furniture": 34485, "plate": 3000, "works": 20700}
    assert quantities == {"slogan": 132, "furniture": 121, "plate": 25, "works": 3}
    assert sum(int(str(each.answers["total"])) for each in inspected) == 81945


def test_what_stands_there_is_what_was_paid_for(town: Made) -> None:
    assert (sum(SLOGANS), sum(FURNITURE), sum(PLATES)) == (132, 121, 25)
    tags = []
    for point, each in zip(service_points(), town.of("service_point"), strict=True):
        walls, things = rows(each.answers, "slogans"), rows(each.answers, "assets")
        kinds = Counter(row["asset_type"] for row in things)
        assert (len(walls), kinds["desk"] + kinds["chair"], kinds["plate"]) == (
            point.slogans,
            point.furniture,
            point.plates,
        )
        tags += [row["asset_tag"] for row in things]
    assert len(set(tags)) == len(tags) == 146


def test_two_slogans_are_disrespectful_and_go(town: Made) -> None:
    walls = [row for each in town.of("service_point") for row in rows(each.answers, "slogans")]
    harsh = [row for row in walls if row["slogan_content"] == "disrespectful"]
    assert [row["slogan_action"] for row in harsh] == ["remove", "remove"]


# -- the payments -------------------------------------------------------------------------------------------


def test_forty_three_of_forty_six_payments_came_on_time(town: Made) -> None:
    due = [
        row
        for each in town.of("benefit")
        for row in rows(each.answers, "payment")
        if row["due_on"] == "2026-03-31"
    ]
    on_time = [
        row
        for row in due
        if row.get("paid_on", "9") <= row["due_on"] and row.get("paid_amt") == row["standard_amt"]
    ]
    assert (len(due), len(on_time)) == (46, 43)
    assert Counter(row["fail_reason"] for row in due if row not in on_time) == {
        "acct_wrong": 2,
        "fund_late": 1,
    }
    assert round(100 * len(on_time) / len(due), 1) == 93.5


def test_the_months_before_had_payments_too(town: Made) -> None:
    payments = [row for each in town.of("benefit") for row in rows(each.answers, "payment")]
    assert Counter(row["period"] for row in payments) == {
        "2026-01": 28, "2026-02": 28, "2026-03": 28, "2026Q1": 18,
    }  # fmt: skip
    assert count(payments, lambda row: row.get("late_days", "0") != "0") == 1


def test_a_case_is_of_somebody_of_its_household_once(town: Made) -> None:
    cases = [each for each in town.answers("benefit") if "person" in each]
    assert len({each["person"] for each in cases}) == len(cases) == 49
    for each in cases:
        assert each["person"] in {person.id for person in town.registry.households[each["hh_id"]].members}


# -- the back-checks ----------------------------------------------------------------------------------------


def test_a_hundred_and_ten_comparisons(town: Made) -> None:
    drawn = [each for each in town.of("backcheck") if each.answers.get("method") != "village_figure"]
    done = [each for each in drawn if each.answers["outcome"] == "done"]
    assert (len(drawn), len(done)) == (24, 22)
    items = [row for each in done for row in rows(each.answers, "compare/item")]
    compared = Counter(row["item_type"] for row in items)
    different = Counter(row["item_type"] for row in items if row["match"] == "no")
    assert compared == {"1": 44, "2": 44, "3": 22}
    assert different == {"1": 1, "2": 3, "3": 6}
    assert len({each.answers["record/orig_uuid"] for each in done}) == 22
    [sample] = town.of("sample")
    strata = {row["stratum_village"]: row for row in rows(sample.answers, "stratum")}
    assert Counter(str(each.answers["village"]) for each in drawn) == {
        village: int(row["drawn"]) for village, row in strata.items()
    }
    assert set(strata) == {each.village for each in service_points()}


def test_twenty_four_of_two_hundred_and_forty_are_drawn(town: Made) -> None:
    [sample] = town.of("sample")
    strata = rows(sample.answers, "stratum")
    assert (sample.answers["frame_n"], sample.answers["drawn_n"]) == ("240", "24")
    assert sum(int(row["size"]) for row in strata) == 240
    assert sum(int(row["drawn"]) for row in strata) == 24
    drawn = {record for row in strata for record in row["records"].split()[: int(row["drawn"])]}
    checked = {each.answers.get("record/orig_uuid") for each in town.of("backcheck")} - {None}
    assert checked < drawn
    assert len(drawn - checked) == 2


def test_a_hundred_and_thirty_one_of_a_hundred_and_thirty_two_slogans(town: Made) -> None:
    [figure] = [each for each in town.of("backcheck") if each.answers.get("method") == "village_figure"]
    [row] = rows(figure.answers, "recount/figure")
    assert (row["recounted"], row["reported"], row["figure_diff"]) == ("131", "132", "1")
    assert row["figure_reason"]


# -- the office ---------------------------------------------------------------------------------------------


def test_the_window_has_what_a_window_has(town: Made) -> None:
    asked = town.answers("request")
    assert {each["item"] for each in asked} == {
        row["name"] for row in LIBRARY.get("request").lists.rows("item")
    }
    statuses = Counter(each.get("status") for each in asked)
    assert statuses["waiting_docs"] == 1
    assert {"new", "in_progress", "passed_up", "done", "withdrawn", "not_accepted"} <= set(statuses)
    [complaint] = [each for each in asked if each["item"] == "complaint"]
    assert complaint["complaint_of"] in {each["req_id"] for each in asked}


def test_the_log_has_every_kind_and_targets_are_of_services(town: Made) -> None:
    assert {each["kind"] for each in town.answers("log")} == {
        row["name"] for row in LIBRARY.get("log").lists.rows("kind")
    }
    assert {each["indicator_kind"] for each in town.answers("target")} <= {
        "service_output",
        "quality",
        "timeliness",
    }


def test_liaison_ended_in_every_way(town: Made) -> None:
    ends = [row["result"] for each in town.of("migrant") for row in rows(each.answers, "liaison")]
    assert set(ends) == {"served", "not_found", "declined_by_person", "pending", "wrong_unit"}
    assert count(town.answers("migrant"), lambda each: each.get("stopped") == "yes") == 1


def test_february_has_visits_of_other_households(town: Made) -> None:
    visits = [named(each.answers, LIBRARY.get("visit")) for each in town.visits]
    villages = Counter(each["village"] for each in visits)
    assert set(villages) == {each.village for each in service_points()}
    assert min(villages.values()) >= 6
    assert {each["date"][:7] for each in visits} == {"2026-02"}
    assert {each["visit_no"] for each in visits} == {"1"}
    outcomes = Counter(each["outcome"] for each in visits)
    assert (outcomes["part"], outcomes["notfound"], set(outcomes)) == (12, 12, {"done", "part", "notfound"})
