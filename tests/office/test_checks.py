"""What each check finds in a small office, and what it must leave alone: declines above all, and what is not there any more."""

from __future__ import annotations

import pytest

from fieldkit.office.checks.found import found
from tests.office.checked import CONSENT, DECLINED, VILLAGE, household, number, of, visit

PID = "26031210014"


# -- identifiers and doubles ------------------------------------------------------------------------------


def test_a_number_that_is_missing_or_malformed_is_told_and_a_right_one_is_not(town):
    town.put("household", household(1))
    without = household(2)
    del without["home/hh_id"]
    town.put("household", without)
    town.put("household", household(3, **{"home/hh_id": number(3)[:-1] + "x"}))
    town.bring()
    what = sorted(each.facts["what"] for each in of(town, "household-number"))
    assert what == ["malformed", "missing"]


def test_a_decline_is_as_good_as_any_answer(town):
    """No number, no consent, nothing answered: nothing of it is looked at, whichever form it is of."""
    town.put("visit", DECLINED)
    town.put("migrant", {"village": VILLAGE, "date": "2026-03-03", "outcome": "declined"})
    town.put("benefit", {"village": VILLAGE, "date": "2026-03-03", "outcome": "declined"})
    town.put("scr_participant", {"village": VILLAGE, "header/date": "2026-03-03", "outcome": "declined"})
    town.bring()
    assert town.found() == []


def test_one_number_on_two_laptops_is_told_once_with_both_records(town):
    first, second = town.put("household", household(1)), town.put("household", household(1), on="b")
    town.put("household", household(2))
    town.bring()
    [finding] = of(town, "household-twice")
    assert set(finding.records) == {first, second}


def test_two_visits_on_one_day_are_told_and_an_attempt_before_is_not(town):
    town.put("household", household(1))
    town.put("visit", visit(1))
    town.put(
        "visit",
        {"hh_id": number(1), "village": VILLAGE, "outcome": "absent", "header/date": "2026-03-03"},
        on="b",
    )
    town.put("visit", visit(1, **{"header/date": "2026-03-09"}), on="b")
    town.bring()
    assert town.found() == []
    town.put("visit", visit(1), on="b")
    town.bring()
    assert town.found() == [("visit-twice", "hh_id")]


def test_what_is_deleted_withdrawn_or_erased_is_looked_at_no_more(town):
    town.put("household", household(1))
    twice = [town.put("visit", visit(1)) for _ in range(2)]
    malformed = town.put("visit", visit(1, **{"hh_id": "12", "header/date": "2026-03-09"}))
    town.bring()
    assert town.found() == [
        ("household-number", "hh_id"),
        ("visit-twice", "hh_id"),
        ("unregistered", "hh_id"),
    ]
    town.delete(twice[0])
    town.bring()
    assert town.found() == [("household-number", "hh_id"), ("unregistered", "hh_id")]
    town.laptops["a"].exchange.withdraw(malformed, scope="basic", reason="asked")
    town.bring()
    assert town.found() == []
    again = town.put("visit", visit(1))
    town.bring()
    assert town.found() == [("visit-twice", "hh_id")]
    town.laptops["a"].exchange.erase(again, "asked")
    town.bring()
    assert town.found() == []


# -- across forms -----------------------------------------------------------------------------------------


def test_a_visit_of_an_unregistered_household_waits_until_its_registration_comes(town):
    """One finding for one household, however many records name it; it goes without anybody's doing."""
    visits = {town.put("visit", visit(7, **{"header/date": f"2026-03-0{day}"})) for day in (3, 4)}
    town.bring()
    [finding] = of(town, "unregistered")
    assert set(finding.records) == visits
    town.put("household", household(7), on="b")
    town.bring()
    assert town.found() == []


def test_a_registration_that_goes_leaves_its_visits_unregistered(town):
    registered = town.put("household", household(7))
    town.put("visit", visit(7))
    town.bring()
    assert town.found() == []
    town.delete(registered)
    town.bring()
    assert town.found() == [("unregistered", "hh_id")]


def test_a_follow_up_needs_an_examination_of_either_kind(town):
    day = {"date": "2026-03-12", "consented": "yes"}
    town.put("scr_follow", {"pid": PID, "village": VILLAGE, **day})
    town.bring()
    assert ("follow-without-exam", "pid") in town.found()
    town.put("scr_breast", {"pid": PID, "village": VILLAGE, **day}, on="b")
    town.bring()
    assert ("follow-without-exam", "pid") not in town.found()


def test_more_sheets_than_people_there_are_told_and_as_many_are_not(town):
    town.put(
        "edu_event",
        {
            "kind": "lecture",
            "village": VILLAGE,
            "event_id": "2603020011",
            "attend_n": "2",
            "header/date": "2026-03-02",
        },
    )
    sheets = [
        {"batch/event": "2603020011", "batch/phase": phase, "batch/date": "2026-03-02"}
        for phase in ("before", "after")
    ]
    for _time in range(2):
        for sheet in sheets:
            town.put("quiz", sheet)
    town.bring()
    assert town.found() == []
    town.put("quiz", sheets[0], on="b")
    town.bring()
    [finding] = [each for each in found(town.office) if each.is_open]
    assert (finding.check.id, finding.facts["said"], finding.facts["counted"]) == ("quiz-before-count", 2, 3)


# -- rules ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("attend", "is_told"), [("30", False), ("31", True)])
def test_the_groups_of_an_event_come_to_its_total(town, attend, is_told):
    groups = {"groups/one": "1", "groups/one/group": "women", "groups/one/group_n": "30"}
    day = {"kind": "lecture", "village": VILLAGE, "event_id": "2603020011", "header/date": "2026-03-02"}
    town.put("edu_event", {**day, **groups, "attend_n": attend})
    town.bring()
    assert (("event-sum", "attend_n") in town.found()) is is_told


@pytest.mark.parametrize(("size", "is_told"), [("2", False), ("3", True), ("", False)])
def test_as_many_people_are_listed_as_were_told(town, size, is_told):
    members = {f"home/members/{each}": str(place) for place, each in enumerate(("x", "y"), 1)}
    members |= {f"home/members/{each}/name": "甲" for each in "xy"}
    town.put("household", {**household(1), **members, **({"home/declared_size": size} if size else {})})
    town.bring()
    assert (town.found() == [("household-size", "home/declared_size")]) is is_told


@pytest.mark.parametrize(
    ("decision", "decided", "expected"),
    [
        ("eligible", "2026-01-05", []),
        ("pending", "", ["paid-undecided"]),
        ("eligible", "2026-02-05", ["paid-early"]),
    ],
)
def test_nothing_is_paid_before_it_is_decided(town, decision, decided, expected):
    town.put("household", household(1))
    payment = {
        "payment/p": "1",
        "payment/p/status": "paid",
        "payment/p/paid_on": "2026-01-20",
        "payment/p/paid_amt": "960",
    }
    case = {
        "hh_id": number(1),
        "village": VILLAGE,
        **CONSENT,
        "deciding/decision": decision,
        **payment,
        "date": "2026-01-02",
    }
    town.put("benefit", {**case, **({"deciding/decided_on": decided} if decided else {})})
    town.bring()
    assert [check for check, _path in town.found()] == expected


def test_a_record_in_conflict_is_decided_first(town):
    record = town.put("household", household(1))
    town.bring()
    town.laptops["b"].exchange.take_records(town.laptops["a"].exchange.revisions(record))
    members = {"home/members/x": "1", "home/members/x/name": "甲"}
    for laptop, size in (("a", "5"), ("b", "6")):
        town.put(
            "household", {**household(1), **members, "home/declared_size": size}, record=record, on=laptop
        )
    town.bring()
    assert town.office.conflicts()
    assert town.found() == []


# -- consent ----------------------------------------------------------------------------------------------


def test_consent_is_told_where_it_is_not_whole(town):
    """I-21: the notice's version, the answer, and the number of the paper where consent is on paper."""
    town.put("household", household(1))
    town.put("household", household(2, **{"consent/mode": "written"}))
    town.put("household", household(3, **{"consent/mode": "written", "consent/paper_ref": "A-17"}))
    half = household(4)
    del half["consent/notice_ver"]
    town.put("household", half)
    town.bring()
    assert town.found() == [
        ("consent-complete", "consent/notice_ver"),
        ("consent-complete", "consent/paper_ref"),
    ]


def test_a_visit_without_a_talk_needs_no_consent(town):
    town.put("household", household(1))
    town.put(
        "visit", {"hh_id": number(1), "village": VILLAGE, "outcome": "absent", "header/date": "2026-03-03"}
    )
    town.bring()
    assert town.found() == []


def test_health_items_without_separate_consent_are_told_as_a_count_and_nothing_else(town):
    town.put("household", household(1, **{"support/support_status": "dibao"}))
    town.put("household", household(2, **{"support/support_status": "dibao", "health_consent/health": "yes"}))
    said_not = {"support/support_status": {"missing": "declined"}}
    town.put("household", household(3, **said_not))
    town.bring()
    [finding] = [each for each in found(town.office) if each.is_open]
    assert (finding.check.id, finding.facts["count"]) == ("health-without-consent", 1)
    with town.office.archive.database.reading() as connection:
        kept = connection.exec_driver_sql("SELECT facts, key, state FROM derived").all()
    assert "dibao" not in repr(kept)
