"""Knowing the next door: names as people search them, what is due and why, the same in any order."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from fieldkit.fieldwork.entity_lists import EntityLists
from fieldkit.fieldwork.lists import Lists
from fieldkit.fieldwork.names import search_keys, surname_readings
from fieldkit.fieldwork.registry import Registry
from fieldkit.fieldwork.worklist import Assignment, Why, due_visits
from fieldkit.privacy.declines import rest_until
from fieldkit.records import Record
from fieldkit.xforms import FormEntry, load_form

TODAY = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("曾秀兰", {"曾秀兰", "zengxiulan", "cengxiulan", "zxl", "cxl"}),
        ("单建国", {"shanjianguo", "danjianguo", "sjg"}),
        ("仇华", {"qiuhua", "qh"}),
        ("解芳", {"xiefang", "jiefang", "xf"}),
        ("覃梅", {"qinmei", "tanmei", "qm", "tm"}),
        ("尉迟敏", {"yuchimin", "ycm"}),
        ("王乐", {"wangle", "wl"}),
        ("万俟雪", {"moqixue", "mqx"}),
        ("长孙秀", {"zhangsunxiu", "zsx"}),
        ("乐正华", {"yuezhenghua", "yzh"}),
        ("Mary Ann", {"Mary Ann"}),
        ("", set()),
    ],
)
def test_every_reading_of_a_surname_finds_its_people(name, keys):
    assert keys <= set(search_keys(name))


@pytest.mark.parametrize(
    ("surname", "readings"),
    [
        ("单", "shan dan"), ("仇", "qiu chou"), ("曾", "zeng"), ("查", "zha"), ("翟", "zhai di"), ("解", "xie jie"),
        ("区", "ou qu"), ("覃", "qin tan"), ("盖", "ge gai"), ("朴", "piao pu"), ("乐", "yue le"),
        ("缪", "miao mou"), ("阚", "kan"), ("种", "chong"), ("么", "yao"), ("黑", "he"), ("折", "she"), ("员", "yun"),
        ("尉迟", "yuchi"), ("万俟", "moqi"),
    ],
)  # fmt: skip
def test_a_surname_is_found_by_each_reading_the_usual_one_first(surname, readings):
    keys = search_keys(f"{surname}兰")
    assert [key for key in keys if key in {f"{reading}lan" for reading in readings.split()}] == [
        f"{reading}lan" for reading in readings.split()
    ]
    assert keys[1].startswith(readings.split()[0])


def test_only_the_head_of_a_name_is_a_surname():
    assert search_keys("王乐") == ("王乐", "wangle", "wl")
    assert search_keys("陈单")[1:] == ("chendan", "cd")
    assert "yulan" not in search_keys("尉迟兰")


def test_the_table_of_surnames_is_read_once():
    search_keys.cache_clear()
    assert surname_readings() is surname_readings()
    names = [f"{surname}{given}" for surname in surname_readings() for given in "兰英秀芳华国强梅"]
    for name in names:
        search_keys(name)
    assert search_keys.cache_info().misses == len(set(names))
    for name in names:
        search_keys(name)
    assert search_keys.cache_info().misses == len(set(names))


def household(number, village="990101100001", group="1", **names):
    answers = {"home/hh_id": number, "village": village, "group_no": group}
    for place, (key, name) in enumerate(names.items(), 1):
        answers |= {
            f"home/members/{key}": str(place),
            f"home/members/{key}/name": name,
            f"home/members/{key}/rel": "0" if place == 1 else "1",
        }
    return Record(f"r{number}", "household", answers, frozenset(), TODAY)


def visit(number, on, outcome="done", **more):
    answers = {"hh_id": number, "header/date": on, "outcome": outcome, **more}
    return Record(f"v{number}{on}", "visit", answers, frozenset(), TODAY)


def test_search_by_characters_pinyin_initials_number_and_any_member():
    registry = Registry([household("1", a="曾秀兰", b="单国"), household("2", a="陈曾")])
    assert [each.household.id for each in registry.find("zxl")] == ["1"]
    assert [each.household.id for each in registry.find("shang")] == ["1"]
    assert [each.household.id for each in registry.find("曾")] == ["1", "2"]
    assert [each.household.id for each in registry.find("2")] == ["2"]
    assert list(registry.find("  ")) == []
    assert list(registry.find("xyz")) == []


def test_members_stand_in_their_own_order():
    registry = Registry([household("1", z="甲", a="乙", m="丙")])
    assert [person.name for person in registry.households["1"].members] == ["甲", "乙", "丙"]
    assert registry.households["1"].head == "甲"


def test_the_list_says_what_is_due_and_why():
    records = [household(str(n)) for n in range(1, 7)]
    records += [visit("2", "2026-03-31"), visit("3", "2026-03-01", "nobody", revisit_on="2026-03-30")]
    records += [
        visit("4", "2026-03-01", "postponed", revisit_on="2026-04-30"),
        visit("5", "2026-03-02", "declined", wants_no_more="yes"),
    ]
    rows = [Assignment(str(n), "2026-03-31") for n in (1, 2, 5)] + [Assignment("6", "2026-04-01")]
    due = due_visits(Registry(records), rows, TODAY)
    assert [(task.household.id, task.why) for task in due] == [("1", Why.ASSIGNED), ("3", Why.REVISIT)]


def test_a_rest_leaves_a_household_alone_whatever_else_is_due():
    records = [household("1"), visit("1", "2026-03-01", "nobody", revisit_on="2026-03-30")]
    assert len(due_visits(Registry(records), [], TODAY)) == 1
    assert (
        due_visits(Registry(records), [Assignment("1", rest="2026-06-29", since="2026-03-01")], TODAY) == []
    )


def test_the_same_records_in_any_order_give_the_same_list():
    records = [household(str(n), group=str(n % 3)) for n in range(20)]
    records += [
        visit(str(n), f"2026-03-{n + 1:02d}", "nobody", revisit_on="2026-03-29") for n in range(0, 20, 3)
    ]
    records += [visit("3", "2026-03-30")]
    rows = [Assignment(str(n), "2026-03-31") for n in range(0, 20, 2)]
    expected = due_visits(Registry(records), rows, TODAY)
    assert expected
    for seed in range(5):
        random.Random(seed).shuffle(records)
        assert due_visits(Registry(records), rows, TODAY) == expected


def test_tasks_stand_in_the_order_of_the_route_never_of_a_value():
    records = [household("9", group="2"), household("8", group="10"), household("7", village="990101100200")]
    due = due_visits(Registry(records), [Assignment(n, "2026-03-01") for n in "789"], TODAY)
    assert [task.household.id for task in due] == ["9", "8", "7"]


@pytest.mark.parametrize(("outcome", "rests"), [("declined", True), ("postponed", False), ("done", False)])
def test_a_form_without_the_questions_of_a_visit_can_be_declined_too(tmp_path, outcome, rests):
    path = tmp_path / "short.yaml"
    path.write_text(
        "settings: [{form_id: short, 'fk:declined': \"${outcome} = 'declined'\", 'fk:declined_keeps': outcome}]\n"
        "survey:\n  - {type: text, name: hh_id, label: H}\n  - {type: text, name: outcome, label: O}\n",
        encoding="utf-8",
    )
    entry = FormEntry(
        load_form(path), answers={"hh_id": "1", "outcome": outcome}, now=datetime(2026, 3, 1, tzinfo=UTC)
    )
    assert (rest_until(entry) is not None) is rests


def test_records_are_read_for_a_list_only_where_some_form_writes_to_it(session):
    """Beginning an interview must not take longer with every record that is kept here."""

    def read(*_forms):
        raise AssertionError("read for nothing")

    entities = EntityLists(session.exchange.forms, session.library.known, read, read, read)
    numbers = {"household": (lambda: 1, lambda: None)}
    lists = Lists(session.registry, numbers, session.today, entities=entities, demo=True)
    assert session.exchange.forms() >= {"household", "visit"}
    for name in ("household", "visit"):
        assert lists.for_form(session.library.get(name))


def test_a_household_is_as_its_latest_record_says_whenever_it_was_looked_at_before():
    registry = Registry([household("1", a="曾秀兰")])
    assert registry.households["1"].head == "曾秀兰"
    registry.take(household("1", group="4", a="曾秀英"))
    assert (registry.households["1"].head, registry.households["1"].group) == ("曾秀英", "4")
    assert [each.household.id for each in registry.find("zxy")] == ["1"]
    registry.take(replace(household("1"), state="withdrawn", answers={}))
    assert "1" not in registry.households
    assert not registry.find("zxy")


def test_of_two_registrations_of_a_number_the_last_made_stands_and_what_either_says_of_contact_counts():
    """Two laptops may have registered one household before they knew of each other."""
    first = replace(household("1", a="曾秀兰"), id="r1")
    no_contact = {**household("1", a="曾秀英").answers, "contact": "none"}
    second = replace(household("1"), id="r2", answers=no_contact)
    for records in ([first, second], [second, first]):
        registry = Registry(records)
        assert registry.households["1"].head == "曾秀英"
        assert registry.wants_no_contact("1")
        registry.take(replace(second, state="deleted", answers={}))
        assert registry.households["1"].head == "曾秀兰"
        assert not registry.wants_no_contact("1")


def test_the_search_made_ready_bit_by_bit_is_the_same_and_misses_nothing_that_changes_meanwhile():
    names = ("曾秀兰", "王建国", "李桂芳")
    records = [household(str(number), a=names[number % 3]) for number in range(200)]
    registry = Registry(records)
    rested = 0

    def rest():
        nonlocal rested
        rested += 1
        if rested == 2:
            registry.take(household("0", a="欧阳海"))

    assert not registry.is_searchable
    registry.warm(rest)
    assert rested >= 4
    assert registry.is_searchable
    assert [each.household.id for each in registry.find("oyh")] == ["0"]
    whole = Registry([household("0", a="欧阳海"), *records[1:]])
    assert [[e.household.id for e in r.find("wjg")] for r in (registry, whole)] == 2 * [
        [e.household.id for e in whole.find("wjg")]
    ]
