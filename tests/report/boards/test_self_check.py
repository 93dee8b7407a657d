"""The self-check: twenty checks in the order of their list, each filled in from the records where these can say it."""

from __future__ import annotations

from datetime import date

import pytest

from fieldkit.i18n import set_language
from fieldkit.library import FormLibrary
from fieldkit.report.reports.self_check import CHECKS
from tests.report.boards.made import made, table
from tests.report.tables import A, B, record

HEADING = "What the records say, and what we say to it"
OK, WANTING, SILENT = "Done", "Wanting", ""


def said(*records, **more):
    """Number of the check → what the records say, and the finding."""
    found = table(made("self-check", *records, **more), HEADING).rows
    return {row[0]: (row[2], row[3]) for row in found}


def payment(**more):
    row = {
        "due_on": "2026-03-10",
        "standard_amt": "10",
        "paid_amt": "10",
        "status": "paid",
        "paid_on": "2026-03-10",
    }
    return record("benefit", {"village": A, "payment": [row | more]})


def request(item="consult", **more):
    said = {"item": item, "village": A, "date": "2026-03-02", "promised_by": "2026-03-05", "status": "new"}
    return record("request", said | more)


def point(number="P1", day="2026-03-05", *, posted="procedure_board fee_board rights_notice", **more):
    ready = {
        "privacy": "door_locks sound",
        "condoms_box": "3",
        "folic_acid_bottles": "3",
        "kits": "3",
        "leaflets": "9",
    }
    return record(
        "service_point", ready | {"point_id": number, "village": A, "date": day, "openness": posted} | more
    )


def test_the_checks_are_those_of_the_list_and_of_the_form():
    listed = FormLibrary(None).get("log").lists.rows("self_checks")
    assert [row["name"] for row in listed] == list(CHECKS) == [str(number) for number in range(1, 21)]
    found = table(made("self-check"), HEADING).rows
    assert [row[0] for row in found] == list(range(1, 21))
    assert [row[1] for row in found] == [row["label_en"] for row in listed]
    assert all(set(row[4]) == {"_"} == set(row[5]) for row in found), "room to write in"


def test_of_nothing_nothing_is_found():
    found = said()
    assert {
        number for number, (words, finding) in found.items() if words == "nothing to look at" and not finding
    } == {*range(1, 21)} - {6, 10, 19}
    assert found[6] == found[19] == ("found: 0", OK)


@pytest.mark.parametrize(
    ("check", "good", "bad", "words"),
    [
        (3, payment(), payment(paid_on="2026-03-11"), "1 of 2 wanting"),
        (
            4, payment(status="failed", notified_on="2026-03-11", again_on="2026-03-20"),
            payment(status="returned", notified_on="2026-03-11"), "1 of 2 wanting",
        ),
        (11, request("complaint", done_at="2026-03-09"), request("complaint"), "1 of 2 wanting"),
        (
            11, record("benefit", {"village": A, "grievance": [{"grieved_on": "2026-03-02", "answered_on": "2026-03-05"}]}),
            record("benefit", {"village": A, "grievance": [{"grieved_on": "2026-03-02"}]}), "1 of 2 wanting",
        ),
        (12, request(done_at="2026-03-05"), request(done_at="2026-03-06"), "1 of 2 wanting"),
        (
            13, request(status="done", done_at="2026-03-03", fee_due="0"),
            request(status="done", done_at="2026-03-03", fee_due="5"), "1 of 2 wanting",
        ),
        (14, point("P1"), point("P2", posted="procedure_board fee_board"), "1 of 2 wanting"),
        (16, point("P1"), point("P2", privacy="door_locks"), "1 of 2 wanting"),
        (17, point("P1", kits_expiry="2026-12-31"), point("P2", kits="0"), "1 of 2 wanting"),
        (17, point("P1"), point("P2", folic_acid_bottles_expiry="2026-03-01"), "1 of 2 wanting"),
        (
            15, point("P1", slogans_noted="yes", slogans=[{"slogan_action": "remove", "slogan_done_on": "2026-03-06"}]),
            point("P2", slogans_noted="yes", slogans=[{"slogan_action": "remove"}]), "1 of 2 wanting",
        ),
        (
            18, record("backcheck", {"date": "2026-03-20", "method": "random", "village": A}),
            record("sample", {"date": "2026-03-10", "drawn_n": "2"}), "1 of 2 wanting",
        ),
        (
            20, record("target", {"indicator_id": "I-12", "date": "2026-03-01"}),
            record("target", {"indicator_id": "I-02", "date": "2026-03-01"}), "1 of 2 wanting",
        ),
    ],
)  # fmt: skip
def test_a_check_counts_what_is_wanting_of_what(check, good, bad, words):
    assert said(good, bad)[check] == (words, WANTING)
    alone = said(good)[check]
    assert alone in {("all 1", OK), ("nothing to look at", SILENT)}


def test_a_slogan_is_looked_at_as_the_last_inspection_found_it():
    wall = [{"slogan_action": "remove"}]
    before, after = (
        point(day="2026-03-01", slogans_noted="yes", slogans=wall),
        point(day="2026-03-20", slogans_noted="yes", slogans=[{"slogan_action": "keep"}]),
    )
    assert said(before)[15] == ("1 of 1 wanting", WANTING)
    assert said(before, after)[15] == ("nothing to look at", SILENT)


def test_numbers_in_notes_are_found_and_never_shown():
    note = {"village": A, "date": "2026-03-02", "outcome": "done", "stats": "yes"}
    one = record("visit", note | {"staff_note": "call 13800138000", "complaint": "nothing"})
    document = made("self-check", one, record("issue", {"village": B, "date": "2026-03-03", "text": "roof"}))
    found = {row[0]: row[2:4] for row in table(document, HEADING).rows}
    assert found[19] == ("found: 1", WANTING)
    assert "13800138000" not in str(document)
    assert said(one, period="2026-02")[19] == ("found: 0", OK)


def test_few_cases_about_health_are_not_shown():
    follow = {
        "village": A, "date": "2026-02-01", "reason": "colpo", "due": "2026-03-10", "pid": "26030110010", "final": "open",
    }  # fmt: skip
    words, finding = said(record("scr_follow", follow))[2]
    assert words == "too few to be shown"
    assert finding in {WANTING, SILENT}


def test_what_is_due_later_is_not_wanting():
    assert said(payment(due_on="2026-03-31", paid_on="", status="scheduled"), made_on=date(2026, 3, 10))[
        3
    ] == (
        "nothing to look at",
        SILENT,
    )

    later = payment(due_on="2026-03-31", paid_on="", status="failed")
    assert said(later, made_on=date(2026, 3, 10))[4] == ("nothing to look at", SILENT)
    assert said(later)[4] == ("1 of 1 wanting", WANTING)


def test_answers_about_health_without_consent_are_wanting():
    asked = {
        "village": A,
        "date": "2026-03-02",
        "outcome": "done",
        "stats": "yes",
        "offer_topics": "cervical",
    }
    assert said(record("visit", asked))[6] == ("found: 1", WANTING)
    assert said(*[record("visit", asked)] * 5)[6] == ("found: 5", WANTING)


def test_replies_that_were_wished_are_counted_below():
    asked = {"village": A, "date": "2026-03-02", "outcome": "done", "stats": "yes", "wants_reply": "yes"}
    notes = table(made("self-check", record("visit", asked)), HEADING).notes
    assert "to which a reply was wished: 1." in notes[0]


def test_the_demonstrations_march_in_both_languages(demo_report):
    (document,) = demo_report("self-check")
    found = {row[0]: row[2:4] for row in table(document, HEADING).rows}
    assert found[3] == ("3 of 46 wanting", WANTING)
    assert found[6] == ("found: 0", OK)
    assert found[14] == found[16] == ("5 of 12 wanting", WANTING)
    assert found[18] == ("2 of 24 wanting", WANTING), (
        "two declined to be asked again; others wait for the next day"
    )
    assert found[20] == ("all 6", OK)
    set_language("zh")
    (document,) = demo_report("self-check")
    assert document.parts[0].rows[2][1:4:2] == ("应发的补助都按时发了", "没做到")
