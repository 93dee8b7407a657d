"""From needs to training: needs in the order of the form, the five named most often as topics, what was held because of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fieldkit.library import FormLibrary
from fieldkit.report.labels import choices
from fieldkit.report.reports.training import _topics
from tests.report.boards.made import made, rows, table
from tests.report.tables import A, record

NEEDS = "What people need"
PLAN = "Plan"
HELD = "Training held, and for which need"


def visit(needs="", day="2026-03-02", **more):
    said = {"village": A, "date": day, "outcome": "done", "stats": "yes"}
    return record("visit", said | ({"needs": needs} if needs else {}) | more)


def training(need, day="2026-03-10", hours="2", came=(5, 3), **more):
    attend = [
        {"role": role, "role_n": str(n)} for role, n in zip(("health_worker", "cadre"), came, strict=True)
    ]
    said = {"kind": "training", "date": day, "because_need": need, "hours": hours, "attend": attend}
    return record("log", said | more)


def test_needs_stand_in_the_order_of_the_form_and_few_are_hidden():
    document = made(
        "needs", *[visit("vaccine transport", need_top="vaccine")] * 6, *[visit("two_cancer")] * 2, visit("none"),
        visit("vaccine", "2026-02-27"), visit(needs={"missing": "pns"}),
    )  # fmt: skip
    found = rows(document, NEEDS)
    assert found["Vaccination"] == (6, 6)
    assert found["Transport"] == (6, 0)
    assert found["Cervical and breast cancer screening"] == ("<5", 0)
    listed = [
        words
        for code, words in choices(FormLibrary(None), "visit", "needs").items()
        if code not in {"none", "pns", "declined"}
    ]
    assert list(found) == listed
    assert "Answered: 9." in table(document, NEEDS).notes[0]


def test_the_plan_takes_up_the_five_named_most_often_in_the_order_of_the_form():
    often = {
        "two_cancer": 6,
        "antenatal": 5,
        "vaccine": 9,
        "childcare": 4,
        "chronic": 8,
        "transport": 7,
        "job": 5,
    }
    visits = [visit(need) for need, times in often.items() for _each in range(times)]
    plan = rows(made("needs", *visits, training("chronic"), training("chronic")), PLAN)
    assert list(plan) == [
        "Cervical and breast cancer screening", "Antenatal care", "Vaccination", "Care for chronic illness", "Transport",
    ]  # fmt: skip
    assert plan["Care for chronic illness"][0] == "held: 2"
    assert plan["Vaccination"] == ("none yet", "________", "________")


def test_without_needs_there_is_no_topic():
    document = made("needs", *[visit("vaccine")] * 4)
    assert rows(document, PLAN) == {}
    assert table(document, PLAN).notes == ("No need was named by five or more.",)


@given(st.dictionaries(st.sampled_from("abcdefghij"), st.integers(0, 12)))
def test_topics_are_at_most_five_never_named_by_a_few_and_none_left_out_was_named_more(named):
    topics = _topics(named)
    assert len(topics) <= 5
    assert topics == [code for code in named if code in topics]
    left = [times for code, times in named.items() if code not in topics and times >= 5]
    assert all(named[code] >= 5 for code in topics)
    assert not left or min(named[code] for code in topics) >= max(left)


def test_trainings_are_counted_by_need_with_those_who_came_and_nobody_is_named():
    document = made(
        "needs", training("vaccine", attitude_item="yes", score_gain="10"), training("vaccine", hours="3.5", score_gain="15"),
        training("job", day="2026-02-27"), record("log", {"kind": "meeting", "date": "2026-03-02"}),
    )  # fmt: skip
    found = {need: tuple(map(str, cells)) for need, cells in rows(document, HELD).items()}
    assert found == {"Vaccination": ("2", "1", "5.5", "16", "12.5")}


def test_satisfaction_is_told_with_who_did_not_want_to_answer_apart():
    document = made(
        "needs", visit(sat_all="5", sat_env="4"), visit(sat_all="4"), visit(sat_all="2"),
        visit(sat_all={"missing": "pns"}), visit(sat_all={"missing": "na"}),
    )  # fmt: skip
    found = rows(document, "How satisfied people are")
    assert found["All in all"] == ("66.7% (2/3)", "<5")
    assert found["Surroundings"] == ("100.0% (1/1)", 0)


def test_the_demonstrations_needs(demo_report):
    (document,) = demo_report("needs")
    assert rows(document, NEEDS)["Vaccination"] == (59, 31)
    assert list(rows(document, PLAN)) == [
        "Cervical and breast cancer screening", "Vaccination", "Childcare", "Check-up for older people", "Benefits and allowances",
    ]  # fmt: skip
    assert rows(document, PLAN)["Cervical and breast cancer screening"][0] == "held: 1"
