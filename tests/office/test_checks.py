"""What each check finds in a small office, and what it must leave alone: declines above all, and what is not there any more."""

from __future__ import annotations

import json

import pytest

from fieldkit.office.checks.found import found
from fieldkit.office.checks.robust import far_off
from tests.office.checked import CONSENT, DECLINED, VILLAGE, Town, household, number, visit

PID = "26031210014"


@pytest.fixture
def town(tmp_path):
    made = Town(tmp_path)
    yield made
    made.close()


def of(town, check):
    return [each for each in found(town.office) if each.check.id == check]


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


# -- whole questions --------------------------------------------------------------------------------------


def asked(town, count, answer, *, days_ago, start=1):
    for running in range(start, start + count):
        more = {"satisfaction/sat_env": answer} if answer is not None else {}
        town.put("household", household(running), days_ago=90)
        town.put("visit", visit(running, **more), days_ago=days_ago)


@pytest.mark.parametrize(
    ("late", "is_told"),
    [
        ({"missing": "dk"}, True),
        (None, True),
        ("4", False),
        ({"missing": "declined"}, False),
        ({"missing": "pns"}, False),
        ({"missing": "na"}, False),
    ],
)
def test_a_question_that_is_suddenly_often_unknown_or_empty_is_told_and_a_declined_one_never(
    town, late, is_told
):
    asked(town, 24, "4", days_ago=60)
    asked(town, 24, late, days_ago=2, start=101)
    town.bring()
    said = [each for each in of(town, "often-missing") if each.path == "satisfaction/sat_env"]
    assert bool(said) is is_told
    if is_told:
        assert (said[0].facts["count"], said[0].facts["of"], said[0].records) == (24, 24, ())


def test_what_is_always_empty_is_usual(town):
    asked(town, 24, None, days_ago=60)
    asked(town, 24, None, days_ago=2, start=101)
    town.bring()
    assert of(town, "often-missing") == []


def test_more_declines_do_not_make_the_rest_look_worse(town):
    asked(town, 24, "4", days_ago=60)
    asked(town, 4, {"missing": "dk"}, days_ago=2, start=101)
    asked(town, 20, {"missing": "declined"}, days_ago=2, start=201)
    town.bring()
    assert of(town, "often-missing") == []


def sizes(town, numbers):
    for running, size in enumerate(numbers, 1):
        town.put("household", household(running, **{"home/declared_size": str(size)}))
    town.bring()
    return sorted(each.facts["value"] for each in of(town, "far-off"))


def test_a_number_far_from_all_others_is_told(town):
    assert sizes(town, [2, 3, 4, 3, 5, 4, 3, 2, 4, 3, 5, 4, 3, 2, 4, 3, 4, 3, 5, 90]) == [90]


def test_two_wrong_numbers_cannot_hide_each_other(town):
    """As they would with mean and standard deviation: the largest z-score of 22 numbers is then below 3.5."""
    ordinary = [2, 3, 4, 3, 5, 4, 3, 2, 4, 3, 5, 4, 3, 2, 4, 3, 4, 3, 5, 4]
    assert sizes(town, [*ordinary, 90, 90]) == [90, 90]


def test_fewer_than_twenty_numbers_or_hardly_different_ones_say_nothing(town):
    assert sizes(town, [2, 3, 4, 3, 5, 4, 3, 2, 4, 3, 5, 4, 3, 2, 90]) == []


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([(1.0, 5), (2.0, 5), (3.0, 5), (4.0, 5)], (-2.69, 7.69)),
        ([(3.0, 15), (9.0, 5)], None),
        ([(1.0, 10), (2.0, 9)], None),
    ],
)
def test_bounds_follow_the_median_of_distances(counts, expected):
    bounds = far_off(counts, 20, 3.5)
    assert bounds == (expected and pytest.approx(expected, abs=0.01))


def form(name, survey, choices=()):
    book = {
        "settings": [{"form_id": name, "form_title": name}],
        "survey": [{"label": "x", **row} if row["type"] != "audit" else row for row in survey],
        "choices": list(choices),
    }
    return {f"{name}.yaml": json.dumps(book)}


TALK = form(
    "talk",
    [
        {"type": "audit", "name": "audit", "parameters": "identify-user=true"},
        {"type": "select_one water", "name": "water", "fk:tier": "N", "label": "Water from where?"},
        {"type": "text", "name": "water_other", "fk:tier": "N", "relevant": "${water} = 'other'"},
        {"type": "integer", "name": "rooms", "fk:tier": "N"},
        {"type": "integer", "name": "secret", "fk:tier": "R"},
    ],
    [{"list_name": "water", "name": name, "label": name} for name in ("well", "tap", "other")],
)


def log(**seconds):
    rows = ["event,node,start,end,user"]
    rows += [f"question,/data/{name},1000,{1000 + int(1000 * each)},王芳" for name, each in seconds.items()]
    return "\n".join(rows) + "\n"


def test_a_question_that_takes_long_is_told_by_question_and_nobody_is_named(tmp_path):
    town = Town(tmp_path, forms=TALK)
    for each in range(24):
        seconds = {"water": 4 + each % 3, "rooms": 40 + each % 5, "water_other": 5, "secret": 90}
        town.put("talk", {"water": "tap", "rooms": "3", "meta/audit": log(**seconds)}, on="ab"[each % 2])
    town.bring()
    [finding] = [each for each in found(town.office) if each.is_open]
    assert (finding.check.id, finding.path, finding.records, finding.facts["median"]) == (
        "slow-question",
        "rooms",
        (),
        42.0,
    )
    with town.office.archive.database.reading() as connection:
        kept = repr(connection.exec_driver_sql("SELECT kind, key, state, place, facts FROM derived").all())
    devices = [each.id for each in town.office.devices()]
    assert not [each for each in ("王芳", "secret", *devices) if each in kept]
    town.close()


def test_a_question_often_answered_with_other_is_told_and_the_texts_are_masked(tmp_path):
    town = Town(tmp_path, forms=TALK)
    for each in range(24):
        is_other = each < 12
        more = {"water": "other", "water_other": f"河 13812345{each:03}"} if is_other else {"water": "tap"}
        town.put("talk", {**more, "rooms": "3"})
    town.bring()
    [finding] = [each for each in found(town.office) if each.is_open]
    assert (finding.check.id, finding.facts["count"], finding.facts["of"]) == ("often-other", 12, 24)
    town.office.close()
    with town.desk() as desk:
        texts = desk.checks.texts(finding)
    assert len(texts) == 12
    assert all(text.startswith("河") and "12345" not in text for text in texts)
