"""The sheet of a village: its services planned and done, why visits did not take place, nobody's name, no other village."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit.errors import FieldkitError
from fieldkit.places import places
from fieldkit.report import to_text
from fieldkit.report.document import Blanks
from fieldkit.report.reports.villages import _pair
from tests.report.boards.made import made, rows
from tests.report.tables import A, B, record

SERVICES = "Services: planned and done"
VISITS = "Visits: done, and why others did not take place"
OPEN = "Problems of the village that are still open"


def visit(outcome="done", village=A, number="", day="2026-03-02"):
    said = {"village": village, "date": day, "outcome": outcome, "stats": "yes"}
    return record("visit", said | ({"hh_id": number} if number else {}))


def sheet(*records, village=A, **more):
    return made("villages", *records, village=village, **more)


def test_what_was_planned_and_done_is_that_of_the_village_alone():
    homes = [
        record("household", {"hh_id": f"{code}-{n}", "village": code, "presence": "home", "stats": "yes"})
        for code in (A, B)
        for n in range(20)
    ]
    visits = [visit(number=f"{A}-{n}") for n in range(7)] + [visit(village=B, number=f"{B}-0")]
    event = {"village": A, "date": "2026-03-04", "attend_n": "48"}
    found = rows(
        sheet(*homes, *visits, record("edu_event", event), record("edu_event", event | {"village": B})),
        SERVICES,
    )
    assert found["Households offered a visit, of those lived in"] == ("7", "20")
    assert found["Health education: events"] == (1, "")
    assert found["Health education: attendance"] == (48, "")


def test_few_people_are_hidden_with_what_would_tell_them():
    assert _pair(13, 51) == ("13", "51")
    assert _pair(3, 51) == ("<5", "51")
    assert _pair(49, 51) == ("x", "51"), "the two that are left would be known"
    assert _pair(0, 51) == ("0", "51")
    assert _pair(3, 4) == ("<5", "<5")
    assert _pair(51, 51) == ("51", "51")


@given(done=st.integers(0, 60), planned=st.integers(0, 60))
def test_no_small_number_of_people_can_be_read_or_worked_out(done, planned):
    done = min(done, planned)
    shown = _pair(done, planned)
    known = [int(each) for each in shown if each.isdigit()]
    assert all(not 0 < number < 5 for number in known)
    if len(known) == 2:
        assert not 0 < known[1] - known[0] < 5


def test_why_visits_did_not_take_place_stands_in_the_words_and_the_order_of_the_form():
    document = sheet(
        *[visit()] * 12, *[visit("nobody")] * 6, *[visit("declined")] * 5, *[visit("unsafe", B)] * 9
    )
    assert rows(document, VISITS) == {
        "Done": ("12",), "Partly done": ("0",), "Nobody at home": ("6",), "Moved away": ("0",), "Declined": ("5",),
        "Postponed": ("0",), "Not found": ("0",), "Unsafe": ("0",), "Total": ("23",),
    }  # fmt: skip


def test_one_reason_of_few_hides_another_so_that_the_sum_does_not_tell_it():
    found = rows(sheet(*[visit()] * 12, *[visit("nobody")] * 6, visit("declined")), VISITS)
    assert found["Declined"] == ("<5",)
    assert found["Nobody at home"] == ("x",)
    assert found["Total"] == ("19",)


def test_problems_stand_with_kind_and_day_never_in_the_words_that_were_written():
    issue = {
        "village": A,
        "category": "supply",
        "text": "王家没有叶酸",
        "date": "2026-03-03",
        "due": "2026-03-17",
    }
    document = sheet(
        record("issue", issue), record("issue", issue | {"village": B, "category": "openness"}),
        record("issue", issue | {"closed_on": "2026-03-09", "category": "data"}),
    )  # fmt: skip
    assert rows(document, OPEN) == {"Supplies and leaflets": ("2026-03-03", "2026-03-17")}
    assert "王家" not in to_text(document)
    assert rows(document, SERVICES)["Problems of the village solved, of those found by then"] == (1, 2)


def test_there_is_room_for_other_reasons_support_and_the_next_month():
    blanks = [part.heading for part in sheet().parts if isinstance(part, Blanks)]
    assert len(blanks) == 3
    assert "rain" in blanks[0]
    assert blanks[1:] == ["Support needed", "Plan for next month"]


def test_what_is_due_later_is_not_counted_yet():
    due = {"due_on": "2026-03-31", "standard_amt": "10", "status": "scheduled"}
    found = rows(
        sheet(record("benefit", {"village": A, "payment": [due] * 9}), made_on=date(2026, 3, 9)), SERVICES
    )
    assert found["Payments made on time and in full, of those due"] == ("0", "0")


def test_the_demonstration_has_twelve_sheets_each_about_one_village(demo_report):
    made = demo_report("villages")
    names = {place.code: place.name("en") for place in places()}
    assert len(made) == 12
    for document, (code, name) in zip(made, names.items(), strict=True):
        words = to_text(document)
        assert code in words
        assert name in words
        others = [other for other in names.values() if other != name and re.search(rf"\b{other}\b", words)]
        assert others == [], "no other village"
        assert "%" not in words


def test_a_village_that_is_not_there_has_no_sheet():
    with pytest.raises(FieldkitError, match=r"report\.village"):
        sheet(village="990101100999")
