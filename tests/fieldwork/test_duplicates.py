"""Doubles by certain rules, and decisions about them: the same in any order, and never a circle."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit.fieldwork.duplicates import Doubles, Registered, evidence, suspected
from fieldkit.fieldwork.registry import Registry
from fieldkit.fieldwork.same_person import Decision, decision_of, pair_of, record_of, stand
from fieldkit.records import Record

HERE, THERE = "990101100200", "990101100201"


def somebody(name="曾秀兰", year="1970", sex="2", village=HERE, household="1", row="a", group="", phone=""):
    return Registered(household, row, name, year, sex, village, group, phone)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({}, "same_name same_year same_sex same_village"),
        ({"year": "1971"}, "same_name year_apart same_sex same_village"),
        ({"year": "1972"}, ""),
        ({"year": ""}, ""),
        ({"sex": "1"}, "same_name same_year other_sex same_village"),
        ({"sex": "9"}, "same_name same_year same_village"),
        ({"name": "曾秀岚"}, "same_reading same_year same_sex same_village"),
        ({"name": "曾秀岚", "sex": "1"}, ""),
        ({"name": "曾 秀兰"}, "same_name same_year same_sex same_village"),
        ({"name": "曾秀男"}, "alike_name same_year same_sex same_village"),
        ({"name": "陈秀兰"}, ""),
        ({"name": "曾晓莲"}, "same_initials same_year same_sex same_village"),
        ({"name": "曾小丽", "group": "3"}, "same_initials same_year same_sex same_village"),
        ({"village": THERE}, "same_name same_year same_sex other_village"),
        ({"village": THERE, "year": "1971"}, ""),
        ({"village": THERE, "sex": "1"}, ""),
        ({"village": THERE, "name": "曾秀岚"}, ""),
    ],
)
def test_pairs_of_two_households_and_what_speaks_for_them(other, why):
    one, two = somebody(), somebody(**{"household": "2", **other})
    assert " ".join(evidence(one, two)) == why


def test_initials_alone_count_in_one_group_and_between_two_households():
    one = somebody(group="3")
    assert evidence(one, somebody("曾小丽", household="2", group="3"))[-1] == "same_group"
    assert not evidence(one, somebody("曾小丽", household="2", group="4"))
    assert not evidence(one, somebody("曾小丽", row="b", group="3")), "sisters"
    assert evidence(one, somebody(row="b")), "twice in one household"


@pytest.mark.parametrize(
    ("name", "year", "phone", "why"),
    [
        ("曾小丽", "1970", "138-1234 5678", "same_initials same_year same_sex other_village same_phone"),
        ("曾小丽", "", "13812345678", "same_initials same_sex other_village same_phone"),
        ("曾小丽", "1999", "13812345678", ""),
        ("王小丽", "1970", "13812345678", ""),
        ("曾小丽", "1970", "13812345679", ""),
        ("曾小丽", "1970", "", ""),
    ],
)
def test_one_telephone_and_the_same_initials(name, year, phone, why):
    one = somebody(phone="13812345678")
    two = somebody(name, year, village=THERE, household="2", phone=phone)
    assert " ".join(evidence(one, two)) == why
    assert " ".join(suspected([one, two]).get((one.row, two.row), ())) == why


people = st.lists(
    st.builds(
        somebody,
        name=st.sampled_from(
            ["曾秀兰", "曾秀岚", "曾秀男", "曾小丽", "单国", "山国", "王 芳", "Mary Ann", ""]
        ),
        year=st.sampled_from(["1970", "1971", "1972", ""]),
        sex=st.sampled_from("129"),
        village=st.sampled_from([HERE, THERE]),
        household=st.sampled_from("1234"),
        row=st.sampled_from("abcdef"),
        group=st.sampled_from(["", "1", "2"]),
        phone=st.sampled_from(["", "13812345678"]),
    ),
    max_size=12,
    unique_by=lambda each: each.row,
)


@given(people, st.randoms(use_true_random=False))
def test_no_pair_is_missed_and_no_order_matters(registered, source):
    named = [each for each in registered if each.name]
    by_hand = {
        (one.row, two.row): why
        for one in named
        for two in named
        if one.row < two.row and (why := evidence(one, two))
    }
    assert suspected(registered) == by_hand
    assert all(evidence(one, two) == evidence(two, one) for one in registered for two in registered)
    source.shuffle(registered)
    assert suspected(registered) == by_hand
    decided = set(source.sample(sorted(by_hand), len(by_hand) // 2))
    assert set(suspected(registered, decided)) == set(by_hand) - decided


@given(people, people)
def test_a_household_that_changes_leaves_nothing_of_before(before, after):
    doubles = Doubles()
    for registered in (before, after):
        for number in "1234":
            doubles.take(number, [each for each in registered if each.household == number])
    assert doubles.pairs == suspected(after)
    for number in "1234":
        assert set(doubles.of(number)) == {
            pair for pair in doubles.pairs if number in {row[0] for row in pair}
        }
        doubles.take(number, ())
    assert doubles.pairs == {}


# -- decisions ------------------------------------------------------------------------------------------------

ROWS = [("1", "a"), ("1", "b"), ("2", "a"), ("3", "a"), ("4", "a")]


def decided(pair, said="same", kept=0, record=""):
    return Decision(record or record_of(pair), pair, said, pair[kept], "2026-03-31")


decisions = st.lists(
    st.builds(
        lambda rows, said, kept, number: decided(pair_of(*rows), said, kept, f"r{number}"),
        st.lists(st.sampled_from(ROWS), min_size=2, max_size=2, unique=True),
        st.sampled_from(["same", "same", "different", "unsure", ""]),
        st.integers(0, 1),
        st.integers(0, 99),
    ),
    max_size=8,
    unique_by=lambda each: each.record,
)


@given(decisions, st.randoms(use_true_random=False))
def test_who_stands_for_whom_is_no_circle_and_the_same_in_any_order(said, source):
    standing = stand(said)
    assert not set(standing.kept) & set(standing.kept.values()), "whoever stands for somebody is not given up"
    for pair, what in standing.said.items():
        one, other = (standing.kept.get(row, row) for row in pair)
        assert what != "same" or one == other
        assert what != "different" or one != other, "nobody is made one with whom somebody told apart"
    source.shuffle(said)
    assert stand(said) == standing
    assert stand([*said, *said[:2]]) == standing


def test_chains_lead_to_the_end_and_circles_to_the_smallest():
    a, b, c = ROWS[0], ROWS[2], ROWS[3]
    chain = [decided((a, b), kept=1), decided((b, c), kept=1)]
    assert stand(chain).kept == {a: c, b: c}
    circle = [*chain, decided((a, c), kept=0)]
    assert stand(circle).kept == {b: a, c: a}


def test_what_somebody_told_apart_is_not_joined_by_way_of_others():
    a, b, c = ROWS[0], ROWS[2], ROWS[3]
    standing = stand([decided((a, b)), decided((b, c)), decided((a, c), "different")])
    assert standing.kept == {}
    assert standing.decided == {(a, c)}


def test_records_that_say_different_things_of_a_pair_decide_nothing():
    pair = (ROWS[0], ROWS[2])
    assert stand([decided(pair, record="x"), decided(pair, "different", record="y")]).decided == set()
    assert stand([decided(pair, record="x"), decided(pair, "unsure", record="y")]).decided == {pair}


def test_the_record_about_two_rows_is_the_same_everywhere():
    a, b = ROWS[0], ROWS[2]
    assert record_of(pair_of(a, b)) == record_of(pair_of(b, a)) == "602605d8-0d1d-8548-8537-ab9ac1a7d675"


# -- households ------------------------------------------------------------------------------------------------


def household(number, **names):
    answers = {"home/hh_id": number, "village": HERE}
    for place, (key, name) in enumerate(names.items(), 1):
        answers |= {f"home/members/{key}": str(place), f"home/members/{key}/name": name}
        answers |= {f"home/members/{key}/birth_year": "1970"}
    return Record(f"r{number}", "household", answers, frozenset(), date(2026, 3, 31))


def same(one, other, kept="second", said="same"):
    answers = {
        "hh_id": one[0],
        "person": one[1],
        "hh_other": other[0],
        "person_other": other[1],
        "decision": said,
    }
    kept_at = {"kept": kept} if kept else {}
    return Record(
        record_of(pair_of(one, other)), "same_person", answers | kept_at, frozenset(), date(2026, 3, 31)
    )


FAMILY = [
    household("1", a="曾秀兰", b="单国"),
    household("2", a="曾秀岚"),
    same(("1", "a"), ("2", "a")),
]


@pytest.mark.parametrize("seed", range(6))
def test_in_any_order_of_arrival_she_is_listed_once_and_found_by_both_names(seed):
    records = [*FAMILY]
    random.Random(seed).shuffle(records)
    at_once, one_by_one = Registry(records), Registry([])
    for record in records:
        one_by_one.take(record)
    for registry in (at_once, one_by_one):
        assert [each.name for each in registry.households["1"].members] == ["单国"]
        assert [(each.name, row) for each, row in registry.households["1"].elsewhere] == [
            ("曾秀兰", ("2", "a"))
        ]
        assert [each.name for each in registry.households["2"].members] == ["曾秀岚"]
        found = registry.find("曾秀兰")
        assert "2" in {each.household.id for each in found if not each.how.is_near}
        assert registry.registrations.kept(("1", "a")) == ("2", "a")
        assert registry.registrations.same(("2", "a")) == {("1", "a"), ("2", "a")}
        assert len(registry.registrations.people("1")) == 2


@pytest.mark.parametrize(
    ("owner", "phone"), [("self", "13812345678"), ("village_office", ""), ("neighbour", "")]
)
def test_only_a_telephone_of_its_own_speaks_for_a_household(owner, phone):
    record = household("1", a="曾秀兰")
    answers = {**record.answers, "home/phone": "13812345678", "home/phone_owner": owner}
    registry = Registry([Record("r1", "household", answers, frozenset(), date(2026, 3, 31))])
    assert [each.phone for each in registry.registrations.people("1")] == [phone]


def test_taken_back_everything_is_as_it_was():
    registry = Registry(FAMILY)
    registry.take(same(("1", "a"), ("2", "a"), said="unsure"))
    assert registry.households == Registry(FAMILY[:2]).households
    found = registry.find("曾秀兰")
    assert "2" not in {each.household.id for each in found if not each.how.is_near}


def test_who_is_not_here_stands_for_nobody():
    registry = Registry([FAMILY[0], FAMILY[2]])
    assert [each.name for each in registry.households["1"].members] == ["曾秀兰", "单国"]


def test_a_household_of_nobody_else_keeps_its_name():
    registry = Registry([*FAMILY[:2], same(("1", "a"), ("2", "a"), kept="first")])
    assert registry.households["2"].members == ()
    assert registry.households["2"].head == "曾秀岚"


@pytest.mark.parametrize("kept", ["", "third"])
def test_same_without_saying_which_stays_decides_nothing(kept):
    read = decision_of(same(("1", "a"), ("2", "a"), kept=kept))
    assert read is not None
    assert read.said == ""
    assert (
        Registry([*FAMILY[:2], same(("1", "a"), ("2", "a"), kept=kept)]).registrations.standing.decided
        == set()
    )


def test_a_record_that_names_no_two_rows_decides_nothing():
    assert decision_of(same(("1", "a"), ("1", "a"))) is None
    assert decision_of(same(("1", ""), ("1", "a"))) is None
