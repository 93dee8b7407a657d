"""Service points, as their last inspections found them, counted by hand."""

from __future__ import annotations

from decimal import Decimal

from fieldkit.library import FormLibrary
from fieldkit.report.facts import gather
from fieldkit.report.figures import Figures
from fieldkit.report.indicators import MADE, MEASURES, reads
from fieldkit.report.indicators.points import OPENNESS, PRIVACY
from fieldkit.report.periods import parse_period
from tests.report.tables import A, B, counted, record, tables

ALL = {"privacy": " ".join(sorted(PRIVACY)), "openness": " ".join(sorted(OPENNESS))}


def inspected(point, day, village=A, **said):
    return record("service_point", {"point_id": point, "village": village, "date": day, **ALL, **said})


def read(*records):
    return gather(tables(*records), reads())


def slogans(*done, action="repaint"):
    return {
        "slogans_noted": "yes",
        "slogans": [{"slogan_action": action, "slogan_done_on": day} for day in done],
    }


def things(*conditions):
    rows = [{"asset_qty": number, "asset_condition": condition} for number, condition in conditions]
    return {"assets_noted": "yes", "assets": rows}


def test_the_form_knows_these_signs_of_privacy_and_openness():
    lists = FormLibrary(None).get("service_point").lists
    assert {row["name"] for row in lists.rows("privacy")} - {"none"} == PRIVACY
    assert {row["name"] for row in lists.rows("openness")} - {"none"} == OPENNESS


def test_a_point_is_in_order_as_its_last_inspection_by_the_end_found_it():
    found = read(
        inspected("v1", "2026-02-10", privacy="none"),
        inspected("v1", "2026-03-31"),
        inspected("v2", "2026-01-05", B),
        inspected("v2", "2026-04-01", B, openness=""),
        inspected("v3", "2026-03-05", privacy="door_locks curtain sound"),
        inspected("v4", "2026-04-01"),
    )
    assert counted(found, "I-17.points") == (2, 3)
    assert counted(found, "I-17.points", "2026-02") == (1, 2)
    assert counted(found, "I-17.points", "2026-04") == (2, 4)
    assert counted(found, "I-17.points", village=B) == (1, 1)


def test_slogans_are_those_of_the_last_inspection_that_noted_any():
    found = read(
        inspected("v1", "2026-02-10", **slogans("2026-02-11", "")),
        inspected("v1", "2026-03-10", **slogans("2026-03-31", "2026-04-01", "")),
        inspected("v1", "2026-03-20", slogans_noted="no"),
        inspected("v2", "2026-03-20", **slogans("2026-03-20", action="remove")),
        inspected("v3", "2026-03-20", **slogans("", action="keep")),
    )
    assert counted(found, "I-17.slogans") == (2, 4)
    assert counted(found, "I-17.slogans", "2026-02") == (1, 2)


def test_things_are_counted_by_their_number():
    found = read(
        inspected("v1", "2026-03-10", **things(("20", "good"), ("5", "repair"), ("1", "missing"))),
        inspected("v2", "2026-02-10", **things(("4", "broken"))),
        inspected("v2", "2026-03-10", **things(("4", "good"))),
    )
    assert counted(found, "I-17.assets") == (24, 30)


def test_what_was_spent_counts_on_the_day_it_was_paid_by_the_fund_it_came_from():
    def spent(amount, fund, day):
        return {"exp_amount": amount, "exp_fund": fund, "exp_paid_on": day}

    lines = [
        spent("23760", "town", "2026-02-27"),
        spent("0.10", "county", "2026-03-01"),
        spent("0.20", "county", ""),
        spent("5", "donation", "2026-03-31"),
        spent("7", "village", "2026-04-01"),
    ]
    found = Figures(read(inspected("v1", "2026-03-10", expenses=lines)), MADE, tables().places())
    assert counted(found, "I-17.spent") == (Decimal("5.30"), None)
    by_fund = [
        counted(found, f"I-17.spent.{each}", "2026")[0] for each in ("county", "town", "village", "donation")
    ]
    assert by_fund == [Decimal("0.30"), 23760, 7, 5]
    assert sum(by_fund) == counted(found, "I-17.spent", "2026")[0]
    count = MEASURES["I-17.spent"].numerator
    assert len(found.behind(count, parse_period("2026-03"))) == 1
