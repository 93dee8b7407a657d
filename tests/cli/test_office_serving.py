"""`fieldkit office window`, `payments`, `points`: the same lists as on the screens, for whoever serves."""

from __future__ import annotations

import json

import pytest

from fieldkit.office import Office
from fieldkit.office.desks import add_desk
from fieldkit.office.roles import Role
from tests.program import fieldkit


@pytest.fixture
def office(demo, now):
    with Office.open(demo.office, now=lambda: now) as opened:
        for name, role in (("王芳", Role.CLERK), ("李强", Role.READER), ("陈静", Role.REVIEWER)):
            add_desk(opened, name, [role], None, by="office")
    return demo.office


def said(office, *verb, lang="en"):
    return fieldkit("office", *verb, "--office", office, "--as", "王芳", lang=lang).stdout


def test_payments_are_counted_for_the_town_and_listed_without_names(office):
    text = said(office, "payments", "--period", "2026-03")
    assert "Paid on time and in full: 43 of 46 = 93.5 %" in text
    assert "To see to: 3" in text
    data = json.loads(said(office, "payments", "--period", "2026-03", "--json"))
    assert (data["due"], data["on_time"], data["rate"], data["owed"], data["paid"]) == (
        46, 43, "93.5", "5413.00", "5246.00",
    )  # fmt: skip
    assert data["reasons"] == {"acct_wrong": 2, "fund_late": 1}
    assert {key for each in data["to_see_to"] for key in each} == {
        "record", "row", "case", "programme", "period", "due", "kind", "reason", "amount", "paid_on", "told", "again",
    }  # fmt: skip
    assert "village" not in json.dumps(data)


def test_the_quarter_lists_what_came_late(office):
    assert "晚到账的: 1" in said(office, "payments", "--period", "2026-Q1", lang="zh")
    assert "period" in fieldkit(
        "office", "payments", "--period", "march", "--office", office, "--as", "王芳", code=1
    ).stderr.lower()  # fmt: skip


def test_requests_and_points_are_listed(office):
    assert [each["item"] for each in json.loads(said(office, "window", "--json"))] == [
        "migrant_liaison", "other", "childcare_help", "benefit_apply",
    ]  # fmt: skip
    assert "826030410370" in said(office, "window")
    points = json.loads(said(office, "points", "--json"))
    assert sum(float(each["total"]) for each in points) == 81945
    assert "人民币捌万壹仟玖佰肆拾伍元整" in said(office, "points")


@pytest.mark.parametrize("who", ["李强", "陈静"])
@pytest.mark.parametrize("verb", ["window", "payments", "points"])
def test_whoever_does_not_serve_is_refused(office, who, verb):
    done = fieldkit("office", verb, "--office", office, "--as", who, code=1)
    assert "clerk" in done.stderr
    assert done.stdout == ""
