"""A sample is decided by its seed and the records alone: nobody picks, nobody's own is in it, every stratum is."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit.fieldwork.sampling import (
    Item,
    allocate,
    count_of,
    draw,
    questions,
    seed_of,
    without_own,
)

SEEDS = st.text("0123456789abcdef", min_size=1, max_size=8)


@st.composite
def frames(draw_, least=1, most=60):
    ids = draw_(st.sets(st.uuids(version=4), min_size=least, max_size=most))
    villages, authors = st.sampled_from("ABCD"), st.sampled_from(["S1", "S2", "S3"])
    return [Item(str(each), draw_(villages), draw_(authors)) for each in sorted(ids)]


def of(frame, drawn):
    known = {item.record: item for item in frame}
    return Counter((known[record].village, known[record].author) for record in drawn.drawn)


@given(frames(), SEEDS, st.integers(0, 80), st.randoms())
def test_the_order_in_which_records_came_changes_nothing(frame, seed, count, shuffler):
    shuffled = list(frame)
    shuffler.shuffle(shuffled)
    assert draw(frame, seed, count) == draw(shuffled, seed, count)


@given(frames(), SEEDS, st.integers(0, 80))
def test_as_many_are_drawn_as_were_wanted_each_once_and_of_the_frame(frame, seed, count):
    found = draw(frame, seed, count)
    assert len(found.drawn) == min(count, len(frame))
    assert len(set(found.drawn)) == len(found.drawn)
    assert set(found.drawn) <= {item.record for item in frame}
    assert sum(each.size for each in found.strata) == found.frame == len(frame)


@given(frames(), SEEDS, st.integers(0, 80))
def test_every_stratum_has_one_where_there_are_enough(frame, seed, count):
    strata = {(item.village, item.author) for item in frame}
    covered = set(of(frame, draw(frame, seed, count)))
    assert len(covered) == min(len(strata), count)


@given(frames(least=2), SEEDS, st.integers(1, 40), st.randoms())
def test_names_of_people_and_villages_have_no_say(frame, seed, count, shuffler):
    villages, authors = list("ABCD"), ["S1", "S2", "S3"]
    shuffler.shuffle(villages)
    shuffler.shuffle(authors)
    village = dict(zip("ABCD", villages, strict=True))
    author = dict(zip(["S1", "S2", "S3"], authors, strict=True))
    renamed = [Item(each.record, village[each.village], author[each.author]) for each in frame]
    assert set(draw(frame, seed, count).drawn) == set(draw(renamed, seed, count).drawn)


@given(frames(), SEEDS, st.integers(0, 80))
def test_whoever_stands_in_is_of_the_same_stratum_and_was_not_drawn(frame, seed, count):
    known = {item.record: item for item in frame}
    found = draw(frame, seed, count)
    for each in found.strata:
        assert len({(known[record].village, known[record].author) for record in each.records}) == 1
        assert not set(each.records[each.drawn :]) & set(found.drawn)
        assert len(each.records) >= min(each.size, each.drawn + 2)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=20), st.data())
def test_shares_add_up_and_no_stratum_gives_more_than_it_has(sizes, data):
    count = data.draw(st.integers(0, sum(sizes)))
    given_ = allocate(sizes, count)
    assert sum(given_) == count
    assert all(0 <= share <= size for share, size in zip(given_, sizes, strict=True))
    if count >= len(sizes):
        rest, left = count - len(sizes), sum(sizes) - len(sizes)
        quotas = [Fraction(rest * (size - 1), left) if left else Fraction(0) for size in sizes]
        assert all(abs(share - 1 - quota) < 1 for share, quota in zip(given_, quotas, strict=True))


def test_hamilton_of_a_known_apportionment():
    # Sizes less one are 6, 5 and 4 of 15; 7 places beyond one each: quotas 2.8, 2.33, 1.87, so floors 2, 2, 1 and the
    # two left over go to the remainders .87 and .8.
    assert allocate([7, 6, 5], 10) == [4, 3, 3]
    assert allocate([20] * 12, 24) == [2] * 12
    assert allocate([1, 100], 2) == [1, 1]
    assert allocate([3, 3, 3], 2) == [1, 1, 0]


def test_the_same_on_every_machine():
    """Whoever draws again, with another Python or another program, gets these."""
    frame = [Item(f"00000000-0000-7000-8000-{number:012d}", "AB"[number % 2], "S1") for number in range(20)]
    found = draw(frame, seed_of("0f" * 32, "2603-1"), 4)
    assert [record[-2:] for record in found.drawn] == ["18", "04", "19", "17"]
    assert seed_of("0f" * 32, "2603-1").startswith("3b0899014eb6b6f1")


def test_another_number_or_another_archive_is_another_seed():
    seeds = {seed_of(state, number) for state in ("a", "b") for number in ("2603-1", "2603-2")}
    assert len(seeds) == 4


@pytest.mark.parametrize("who", ["Wang Fang", "wang fang", "ＷＡＮＧ　ＦＡＮＧ", "ea22c6f2", "k01"])
def test_nobodys_own_is_drawn_by_name_laptop_or_code(who):
    own = Item("1", "A", "x", frozenset({"ea22c6f2", "Wang Fang", "K01"}))
    other = Item("2", "A", "y", frozenset({"d0d0", "Li", "K02"}))
    assert without_own([own, other], {who}) == [other]


@pytest.mark.parametrize(
    ("frame", "percent", "wanted"), [(240, 10, 24), (241, 10, 25), (1, 1, 1), (0, 10, 0), (7, 100, 7)]
)
def test_a_share_is_rounded_up(frame, percent, wanted):
    assert count_of(frame, percent) == wanted


def test_what_is_asked_is_two_two_and_one_and_nobody_chooses_it():
    fields = [{"name": f"{kind}{number}", "type": kind} for kind in "123" for number in range(4)]
    answered = {each["name"] for each in fields} - {"10"}
    found = questions("s", "r", fields, answered)
    assert [name[0] for name in found] == ["1", "1", "2", "2", "3"]
    assert "10" not in found
    shuffled = list(fields)
    random.Random(1).shuffle(shuffled)
    assert questions("s", "r", shuffled, answered) == found
    others = {tuple(questions("s", str(record), fields, answered)) for record in range(20)}
    assert len(others) > 5
