"""What is due and why, whatever the order; what closes a household and opens it again; leases; what else was recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldkit.datatypes.lunar import to_lunar
from fieldkit.exchange.stored import as_record
from fieldkit.fieldwork.happenings import read_beside
from fieldkit.fieldwork.homecoming import homecoming
from fieldkit.fieldwork.registry import Registry
from fieldkit.fieldwork.rows import texts_of
from fieldkit.fieldwork.worklist import Assignment, Why, due_visits, ended, tasks_until
from fieldkit.i18n import set_language
from fieldkit.records import Record
from sync import merge
from tests.sync.laptops import Laptop, World

TODAY = date(2026, 3, 31)
NUMBERS = "1234"
DAYS = st.dates(date(2026, 3, 1), date(2026, 4, 20)).map(str)


def household(number, group="1", **more):
    answers = {"home/hh_id": number, "village": "990101100001", "group_no": group, **more}
    return Record(f"r{number}", "household", answers, frozenset(), TODAY)


def visit(number, on, outcome="done", appointments=(), form="visit", **more):
    answers = {"hh_id": number, "header/date": on, "outcome": outcome, **more}
    for place, (day, topic, where) in enumerate(appointments, 1):
        row = f"close/appt/i{place}"
        answers |= {
            row: str(place),
            f"{row}/appt_date": day,
            f"{row}/appt_topic": topic,
            f"{row}/appt_place": where,
        }
    return Record(f"{form}{number}{on}{outcome}", form, answers, frozenset(), TODAY)


def stop(number, on, result="asked_stop"):
    answers = {
        "hh_id": number, "date": "2026-03-01", "contact_log/a": "1", "contact_log/a/log_date": on,
        "contact_log/a/log_result": result,
    }  # fmt: skip
    return Record(f"m{number}{on}", "migrant", answers, frozenset(), TODAY)


def due(records, rows=(), today=TODAY):
    return due_visits(Registry(records), rows, today)


def whys(tasks):
    return [(task.household.id, task.why, task.due) for task in tasks]


def test_an_appointment_is_due_on_its_day_and_until_somebody_comes():
    made = visit(
        "1", "2026-03-10", appointments=[("2026-03-31", "check", "村卫生室"), ("2026-04-02", "policy", "")]
    )
    [task] = due([household("1"), made])
    assert (task.why, task.due, task.agreed, task.topic, task.place) == (
        Why.APPOINTMENT, "2026-03-31", "2026-03-10", "check", "村卫生室",
    )  # fmt: skip
    said = task.reason({"check": "Health check"}.get)
    assert said == "On 2026-03-10 an appointment was made for 2026-03-31: Health check, 村卫生室."
    week = tasks_until(Registry([household("1"), made]), [], TODAY, date(2026, 4, 5))
    assert [each.due for each in week] == ["2026-03-31", "2026-04-02"]
    assert due([household("1"), made, visit("1", "2026-03-31", "nobody")]) == []
    assert due([household("1"), made], today=date(2026, 3, 30)) == []


def test_what_was_asked_for_is_followed_up_after_a_week_unless_somebody_came_since():
    made = [household("1"), visit("1", "2026-03-24", follow_task="yes")]
    assert whys(due(made)) == [("1", Why.FOLLOW_UP, "2026-03-31")]
    assert due(made, today=date(2026, 3, 30)) == []
    assert due([*made, visit("1", "2026-03-28")]) == []
    assert due([household("1"), visit("1", "2026-03-24", follow_task="no")]) == []
    assert due([household("1"), visit("1", "2026-03-24", "part", follow_task="yes")]) == []


def test_every_task_says_why_it_is_there():
    records = [
        household("1"), household("2"), household("3"), visit("2", "2026-03-01", "nobody", revisit_on="2026-03-09"),
        visit("3", "2026-03-01", "postponed", revisit_on="2026-03-09"),
    ]  # fmt: skip
    rows = [Assignment("1", "2026-03-20", until="2026-04-30", by="镇办")]
    reasons = [task.reason(str) for task in due(records, rows)]
    assert reasons == [
        "镇办 put this household on the list, from 2026-03-20 on. It is this laptop's until 2026-04-30.",
        "Nobody was at home on 2026-03-01; the next visit was set for 2026-03-09.",
        "On 2026-03-01 it was agreed to come again on 2026-03-09.",
    ]
    set_language("zh")
    assert due(records, rows)[2].reason(str) == "2026-03-01 约好 2026-03-09 再来。"


def test_after_its_last_day_an_assignment_is_another_laptops():
    rows = [Assignment("1", "2026-03-20", until="2026-03-31"), Assignment("2", "2026-03-20")]
    records = [household("1"), household("2")]
    assert [task.household.id for task in due(records, rows)] == ["1", "2"]
    tomorrow = date(2026, 4, 1)
    assert [task.household.id for task in due(records, rows, tomorrow)] == ["2"]
    assert (ended(rows, TODAY), ended(rows, tomorrow)) == ([], rows[:1])


def everything(number):
    return [
        household(number), visit(number, "2026-03-02", follow_task="yes"),
        visit(number, "2026-03-05", "nobody", [("2026-03-20", "check", "")], revisit_on="2026-03-12"),
    ]  # fmt: skip


CLOSING = {
    "asked to stop": lambda: stop("1", "2026-03-15"),
    "contact withdrawn": lambda: household(
        "1",
        **{
            "consent/contact": "none",
            "consent/withdrawn_on": "2026-03-15",
            "consent/withdrawn_scope": "contact",
        },
    ),
    "no contact on a visit": lambda: visit("1", "2026-03-15", "part", contact="none"),
    "no more visits": lambda: visit(
        "1", "2026-03-15", "nobody", revisit_on="2026-03-20", wants_no_more="yes"
    ),
}


@pytest.mark.parametrize("closing", CLOSING.values(), ids=CLOSING)
def test_a_wish_to_be_left_alone_closes_everything_and_a_later_consent_opens(closing):
    rows = [Assignment("1", "2026-03-16")]
    assert due(everything("1"), rows)
    closed = [*everything("1"), closing()]
    assert due(closed, rows) == []
    same_day = visit("1", "2026-03-15", contact="phone")
    assert due([*closed, same_day], rows) == []
    later = visit("1", "2026-03-16", contact="phone", appointments=[("2026-03-30", "check", "")])
    assert whys(due([*closed, later], rows)) == [("1", Why.APPOINTMENT, "2026-03-30")]


def test_who_asks_again_to_stop_is_left_alone_again():
    opened = visit("1", "2026-03-12", contact="phone", appointments=[("2026-03-30", "check", "")])
    records = [household("1"), stop("1", "2026-03-10"), opened]
    assert due(records)
    assert due([*records, stop("1", "2026-03-15")]) == []


def test_a_corrected_contact_log_opens_again():
    registry = Registry([*everything("1"), stop("1", "2026-03-15")])
    assert due_visits(registry, [], TODAY) == []
    registry.take(stop("1", "2026-03-15", "reached"))
    assert due_visits(registry, [], TODAY)


def test_a_rest_ends_early_where_the_household_agreed_to_contact_since():
    rests = [Assignment("1", "2026-03-20", rest="2036-01-01", since="2026-03-21")]
    assert due([household("1")], rests) == []
    again = visit("1", "2026-03-25", contact="phone", follow_task="yes")
    assert due([household("1"), again], rests, date(2026, 4, 1))
    assert due([household("1")], [Assignment("1", rest="2026-03-30", since="2026-03-01")]) == []


VISITS = st.builds(
    visit,
    st.sampled_from(NUMBERS),
    DAYS,
    st.sampled_from(["done", "part", "nobody", "postponed", "moved"]),
    st.lists(st.tuples(DAYS, st.sampled_from(["check", "policy"]), st.just("")), max_size=2),
    revisit_on=st.one_of(st.just(""), DAYS),
    follow_task=st.sampled_from(["", "yes"]),
    contact=st.sampled_from(["", "phone", "none"]),
)
STOPS = st.builds(stop, st.sampled_from(NUMBERS), DAYS, st.sampled_from(["asked_stop", "reached"]))
ROWS = st.builds(
    Assignment,
    st.sampled_from(NUMBERS),
    DAYS,
    until=st.one_of(st.just(""), DAYS),
    rest=st.one_of(st.just(""), DAYS),
)
TODAYS = st.dates(date(2026, 3, 1), date(2026, 4, 30))


@given(
    st.lists(VISITS | STOPS, max_size=12, unique_by=lambda each: each.id),
    st.lists(ROWS, max_size=4),
    TODAYS,
    st.randoms(),
)
def test_the_same_records_in_any_order_give_the_same_list_in_the_order_of_the_route(
    made, rows, today, chance
):
    records = [*(household(n, group=str(11 - int(n))) for n in NUMBERS), *made]
    expected = due(records, rows, today)
    chance.shuffle(records)
    chance.shuffle(rows)
    assert due(records, rows, today) == expected
    route = [(int(task.household.group), task.household.id) for task in expected]
    assert route == sorted(route)
    assert all(task.due <= today.isoformat() for task in expected)
    week = tasks_until(Registry(records), rows, today, today + timedelta(days=6))
    assert {*whys(expected)} <= {*whys(week)}


@given(
    st.lists(VISITS | STOPS, max_size=8, unique_by=lambda each: each.id), st.lists(ROWS, max_size=4), TODAYS,
    st.sampled_from(NUMBERS), DAYS,
)  # fmt: skip
def test_a_declined_visit_makes_nothing_due(made, rows, today, number, on):
    records = [*map(household, NUMBERS), *made]
    before = {task.household.id for task in due(records, rows, today)}
    declined = Record(
        "d", "visit", {"village": "990101100001", "date": on, "outcome": "declined"}, frozenset(), TODAY
    )
    named = visit(number, on, "declined")
    rest = Assignment(number, rest=str(date.fromisoformat(on) + timedelta(days=90)), since=on)
    assert {task.household.id for task in due([*records, declined], rows, today)} == before
    assert {task.household.id for task in due([*records, named], rows, today)} <= before
    assert {task.household.id for task in due(records, [*rows, rest], today)} <= before


REVISED = st.lists(
    st.tuples(st.sampled_from(["nobody", "postponed", "done"]), DAYS, st.sampled_from(["", "phone", "none"])),
    min_size=1,
    max_size=4,
)


@settings(max_examples=30, deadline=None)
@given(st.lists(REVISED, min_size=1, max_size=3), st.randoms())
def test_the_same_revisions_in_any_order_give_the_same_list(histories, chance):
    """Each visit is written and corrected on one laptop, and corrected once more apart from it on another."""
    world = World()
    here, there = Laptop(world, 1), Laptop(world, 2)
    revisions = []
    for number, history in enumerate(histories, 1):
        record = world.new_record()
        for outcome, day, contact in history:
            changes = {
                "hh_id": str(number), "date": "2026-03-01", "outcome": outcome, "revisit_on": day, "contact": contact,
            }  # fmt: skip
            revisions.append(here.write(record, changes=changes))
        there.held[revisions[-1].id] = revisions[-1]
        revisions.append(there.write(record, changes={"revisit_on": "2026-03-09"}))
        revisions.append(here.write(record, changes={"revisit_on": history[0][1], "follow_task": "yes"}))

    def listed():
        grouped = {}
        for each in revisions:
            grouped.setdefault(each.envelope.record, []).append(each)
        records = [replace(as_record(merge(each)), form="visit") for each in grouped.values()]
        return due([*records, *map(household, "123")])

    expected = listed()
    chance.shuffle(revisions)
    assert listed() == expected


def test_what_else_was_recorded_is_known_and_follows_corrections():
    def other(form, record, **answers):
        return Record(record, form, answers, frozenset(), TODAY)

    registry = Registry(
        [
            household("1"),
            other("scr_event", "e1", date="2026-04-02", village="v1", place_kind="tent"),
            other("edu_event", "e2", date="2026-03-01", village="v2", kind="class"),
            other("issue", "i1", village="v1", text="路灯不亮", owner="cadre", due="2026-04-14"),
            other("log", "l1", kind="training", date="2026-03-20", topic="叶酸"),
            other("benefit", "b1", hh_id="1", date="2026-03-05", decision="eligible", outcome="done"),
            other("migrant", "m1", hh_id="1", date="2026-03-06", outcome="declined"),
        ]
    )
    happenings = registry.happenings
    assert [event.record for event in happenings.coming("2026-03-31")] == ["e1"]
    assert [(issue.record, issue.owner) for issue in happenings.open_issues()] == [("i1", "cadre")]
    assert [meeting.topic for meeting in happenings.latest_meetings(5)] == ["叶酸"]
    assert [(deed.record, deed.question) for deed in happenings.deeds["1"].values()] == [("b1", "decision")]
    registry.take(
        other("issue", "i1", village="v1", text="路灯不亮", due="2026-04-14", closed_on="2026-03-30")
    )
    registry.take(other("scr_event", "e1", date="2026-03-02", village="v1"))
    registry.take(other("benefit", "b1", hh_id="2", date="2026-03-05", decision="eligible"))
    assert (happenings.open_issues(), happenings.coming("2026-03-31")) == ([], [])
    assert (happenings.deeds["1"], list(happenings.deeds["2"])) == ({}, ["b1"])
    registry.take(replace(other("benefit", "b1", hh_id="2", date="2026-03-05"), state="withdrawn"))
    registry.take(replace(other("log", "l1", kind="training", date="2026-03-20"), state="deleted"))
    assert (happenings.deeds["2"], happenings.latest_meetings(5)) == ({}, [])


def test_of_screening_only_the_days_are_read():
    forms = {"scr_event", "scr_participant", "scr_cervix", "scr_follow", "benefit", "household", "own_form"}
    assert read_beside(forms) == ["benefit", "own_form", "scr_event"]


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2026-01-01", "2026-02-07", "2026-03-03"),
        ("2026-02-17", "2026-02-07", "2026-03-03"),
        ("2026-03-03", "2026-02-07", "2026-03-03"),
        ("2026-03-04", "2027-01-27", "2027-02-20"),
    ],
)
def test_the_weeks_at_home_are_the_20th_of_the_twelfth_to_the_15th_of_the_first_month(day, first, last):
    weeks = homecoming(date.fromisoformat(day))
    assert tuple(map(str, weeks)) == (first, last)
    begin, end = map(to_lunar, weeks)
    assert (begin.month, begin.day, end.month, end.day) == (12, 20, 1, 15)
    assert homecoming(date(2400, 1, 1)) is None


@given(
    st.dictionaries(
        st.from_regex(r"([ab]/){0,2}[xyz]", fullmatch=True),
        st.one_of(st.text(max_size=2), st.just({"missing": "dk"})),
    )
)
def test_texts_by_name_are_those_a_record_gives(answers):
    record = Record("r", "visit", answers, frozenset(), TODAY)
    assert texts_of(record) == {name: record.text(name) for name in texts_of(record)}
    assert {key.rpartition("/")[2] for key in answers} == set(texts_of(record))
