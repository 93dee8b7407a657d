"""Giving households out, as rules: what is proposed, who has what, what goes back, and how services stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit.fieldwork.assigning import (
    FOR_GOOD,
    Holding,
    Laptop,
    Listed,
    by_household,
    ending,
    has_not_come,
    order,
    propose,
    record_of,
    rests_until,
    rows_for,
    to_give_out,
)
from fieldkit.fieldwork.contact import Said
from fieldkit.fieldwork.targets import Progress, Standing, expected_by

TODAY = date(2026, 3, 31)
UNIT = ("990101100201", "2")
HELD = Holding(
    "r1", UNIT, "a", "2026-04-01", "2026-04-30", "visit", ("1", "2"), "2026-03-31T09:00:00+08:00", "1"
)

villages = st.sampled_from(["990101100200", "990101100201", "990101100202"])
groups = st.sampled_from(["", "1", "2", "10"])
rests = st.sampled_from(["", "2026-03-31", "2026-04-01", FOR_GOOD])
registers = st.lists(
    st.tuples(villages, groups, rests), max_size=60
).map(lambda rows: [Listed(f"{number:05}", *row) for number, row in enumerate(rows)])  # fmt: skip
laptops = st.lists(
    st.sampled_from("abcd"), max_size=4, unique=True
).flatmap(
    lambda ids: st.tuples(*(st.frozensets(villages, max_size=2) for _id in ids)).map(
        lambda served: [Laptop(each, each.upper(), some) for each, some in zip(ids, served, strict=True)]
    )
)  # fmt: skip


# -- what may be given out --------------------------------------------------------------------------------


@given(registers)
def test_who_rests_is_not_given_out_whatever_the_reason(register):
    units = to_give_out(register, TODAY)
    given_out = [number for numbers in units.values() for number in numbers]
    assert sorted(given_out) == [each.number for each in register if each.rests <= TODAY.isoformat()]
    assert list(units) == sorted(units, key=order)


@given(registers)
def test_a_wish_to_be_left_alone_and_a_day_agreed_leave_the_same_behind(register):
    """Nothing that is given out tells one from the other: both are simply not there."""
    resting = [each for each in register if each.rests > TODAY.isoformat()]
    swapped = [
        replace(each, rests=FOR_GOOD if each.rests == "2026-04-01" else "2026-04-01")
        if each in resting
        else each
        for each in register
    ]
    assert to_give_out(register, TODAY) == to_give_out(swapped, TODAY)


def test_the_wish_to_stop_lasts_and_a_day_put_off_passes():
    assert rests_until([Said(closed="2026-03-01")], "2026-03-05") == FOR_GOOD
    assert rests_until([Said(closed="2026-03-01"), Said(opened="2026-03-02")], "2026-04-05") == "2026-04-05"
    assert rests_until([], "") == ""


# -- a proposal -------------------------------------------------------------------------------------------


@given(registers, laptops, st.dictionaries(st.sampled_from("abcd"), st.integers(0, 50)))
def test_a_proposal_names_every_open_household_once_and_splits_no_group(register, some, has):
    units = to_give_out(register, TODAY)
    shares = propose(units, some, has)
    if not some:
        assert shares == []
        return
    assert {share.unit: share.households for share in shares} == units
    assert len(shares) == len(units)
    assert {share.laptop for share in shares} <= {each.id for each in some}
    for share in shares:
        able = {each.id for each in some if share.unit[0] in each.villages}
        assert not able or share.laptop in able
    shuffled = dict(sorted(units.items(), key=lambda item: hash(item[0])))
    assert propose(shuffled, some, has) == shares


@given(registers, laptops)
def test_a_village_that_is_no_more_than_an_equal_share_stays_whole(register, some):
    units = to_give_out(register, TODAY)
    total = sum(map(len, units.values()))
    for village in {unit[0] for unit in units}:
        size = sum(len(numbers) for unit, numbers in units.items() if unit[0] == village)
        with_it = {share.laptop for share in propose(units, some, {}) if share.unit[0] == village}
        if some and size <= total / len(some):
            assert len(with_it) == 1


def test_numbers_are_evened_out_where_nobody_says_who_serves_which_village():
    units = {(f"9901011002{n:02}", "1"): tuple(str(n * 100 + k) for k in range(10)) for n in range(9)}
    some = [Laptop("a", "A"), Laptop("b", "B"), Laptop("c", "C")]
    counts = {each.id: 0 for each in some}
    for share in propose(units, some, {}):
        counts[share.laptop] += len(share.households)
    assert counts == {"a": 30, "b": 30, "c": 30}


# -- who has what -----------------------------------------------------------------------------------------


def test_a_household_in_two_records_is_with_whoever_got_it_last():
    moved = replace(HELD, record="r2", unit=("990101100201", "3"), laptop="b", clock="2")
    assert by_household([moved, HELD], TODAY) == {"1": [moved], "2": [moved]}
    assert by_household([replace(moved, households=("2",)), HELD], TODAY)["1"] == [HELD]


def test_two_who_were_given_the_same_at_once_both_have_it():
    twice = replace(HELD, laptop="b", clock="3", is_both=True)
    other = replace(HELD, record="r2", unit=("990101100201", "3"), laptop="c", clock="2", households=("9",))
    one = replace(HELD, is_both=True)
    assert by_household([twice, other, one], TODAY) == {"1": [one, twice], "2": [one, twice], "9": [other]}


def test_a_lease_ends_by_itself():
    ended = replace(HELD, until="2026-03-30")
    assert by_household([ended], TODAY) == {}
    assert by_household([replace(ended, until="2026-03-31")], TODAY).keys() == {"1", "2"}
    assert rows_for("a", [ended], {"1", "2"}, TODAY) == []


def test_a_list_holds_what_is_open_and_no_other_laptops():
    assert rows_for("a", [HELD], {"2"}, TODAY) == [
        {"household": "2", "due": "2026-04-01", "until": "2026-04-30"}
    ]
    assert rows_for("b", [HELD], {"1", "2"}, TODAY) == []


def test_what_was_taken_back_is_named_as_ended_only_where_nothing_else_is_left():
    gone = replace(HELD, gone="2026-03-31")
    assert rows_for("a", [gone], {"1", "2"}, TODAY) == [
        {"household": each, "due": "2026-04-01", "until": "2026-03-30"} for each in ("1", "2")
    ]
    other = replace(HELD, record="r2", households=("7",), clock="2")
    assert [row["household"] for row in rows_for("a", [gone, other], {"1", "2", "7"}, TODAY)] == ["7"]
    assert rows_for("a", [replace(gone, until="2026-03-29")], {"1", "2"}, TODAY) == []


def test_what_ends_soon_stands_by_day_and_what_was_taken_back_not_at_all():
    soon = replace(HELD, record="r2", until="2026-04-07")
    later = replace(HELD, record="r3", until="2026-04-08")
    over = replace(HELD, record="r4", until="2026-03-01")
    back = replace(over, record="r5", gone="2026-03-02")
    assert ending([soon, later, over, back], TODAY, 7) == [over, soon]


@pytest.mark.parametrize(
    ("seen", "late"),
    [
        ("", True),
        ("2026-03-31T08:59:00+08:00", True),
        ("2026-03-31T02:00:00+00:00", False),
        ("2026-03-31T00:59:00+00:00", True),
    ],
)
def test_whether_a_laptop_has_come_since_is_told_by_the_clock_wherever_it_is(seen, late):
    assert has_not_come(HELD, seen) is late


def test_the_record_of_a_group_is_the_same_at_every_desk():
    assert record_of(UNIT) == record_of(("990101100201", "2"))
    assert len({record_of(UNIT), record_of(UNIT, 1), record_of(("990101100201", "3"))}) == 3


# -- services ---------------------------------------------------------------------------------------------


def test_what_is_expected_grows_with_the_working_days():
    first, last = date(2026, 3, 2), date(2026, 3, 13)
    assert expected_by(10, first, last, date(2026, 3, 6)) == 5
    assert expected_by(10, first, last, date(2026, 3, 8)) == 5, "nothing is expected of a weekend"
    assert expected_by(10, first, last, date(2026, 4, 1)) == 10


@pytest.mark.parametrize(
    ("done", "standing"), [(9, Standing.REACHED), (5, Standing.ON_COURSE), (4, Standing.NEEDS_SUPPORT)]
)
def test_a_service_is_reached_on_course_or_in_need_of_support(done, standing):
    assert Progress("I-11", "", "2026-Q1", "number", 9, 4.5, done).standing is standing
