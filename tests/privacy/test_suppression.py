"""Small counts cannot be read and cannot be worked out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldkit.privacy.suppression import COVER, LEAST, SMALL, hidden, is_small, rows_and_total, shown

Cell = tuple[int, int]


def table(columns: Sequence[Sequence[int]]) -> dict[Cell, int]:
    """Counts by row and column, with the total of each column in the last row."""
    return {
        (row, column): count
        for column, counts in enumerate(columns)
        for row, count in enumerate([*counts, sum(counts)])
    }


@pytest.mark.parametrize(("count", "small"), [(0, False), (1, True), (4, True), (5, False), (500, False)])
def test_one_to_four_are_small(count: int, small: bool) -> None:
    assert is_small(count) == small
    assert shown({"n": count}, []) == {"n": SMALL if small else str(count)}


def test_a_single_hidden_count_takes_another_with_it() -> None:
    counts = table([[3, 20, 7, 0]])
    assert hidden(counts, rows_and_total(4, 1)) == {(0, 0), (2, 0)}
    assert shown(counts, rows_and_total(4, 1))[3, 0] == "0"


def test_counts_that_their_sum_forces_take_more_with_them() -> None:
    assert hidden(table([[1, 1, 30]]), rows_and_total(3, 1)) == {(0, 0), (1, 0), (2, 0)}
    assert (3, 0) in hidden(table([[1, 1, 0]]), rows_and_total(3, 1)), "nothing else is left: the total goes"


def test_a_hidden_total_is_not_told_by_its_parts() -> None:
    gone = hidden(table([[4, 0, 0]]), rows_and_total(3, 1))
    assert gone == {(0, 0), (3, 0)}


def test_sums_along_both_sides_hold_together() -> None:
    counts = {"a": 3, "b": 9, "c": 8, "d": 7, "ab": 12, "cd": 15, "ac": 11, "bd": 16, "all": 27}
    sums = [
        ("ab", "a", "b"),
        ("cd", "c", "d"),
        ("ac", "a", "c"),
        ("bd", "b", "d"),
        ("all", "ab", "cd"),
        ("all", "ac", "bd"),
    ]
    gone = hidden(counts, sums)
    assert {"a", "b", "c", "d"} <= gone
    assert "all" not in gone


@settings(max_examples=120, deadline=None)
@given(st.lists(st.integers(0, 7), min_size=1, max_size=4))
def test_nobody_can_work_out_a_small_count(column: list[int]) -> None:
    """Every way to fill the hidden places that fits what is shown; a small count must stand open between several."""
    counts = table([column])
    gone = hidden(counts, rows_and_total(len(column), 1))
    for key, count in counts.items():
        assert not is_small(count) or key in gone
    dark = sorted(gone)
    fits = [
        dict(zip(dark, filled, strict=True))
        for filled in product(range(1, 3 * LEAST), repeat=len(dark))
        if _adds_up({**counts, **dict(zip(dark, filled, strict=True))}, len(column))
    ]
    for key in gone:
        if is_small(counts[key]):
            assert len({each[key] for each in fits}) > 1, (column, key)


def _adds_up(counts: Mapping[Cell, int], rows: int) -> bool:
    return counts[rows, 0] == sum(counts[row, 0] for row in range(rows))


@given(st.lists(st.lists(st.integers(0, 60), min_size=3, max_size=3), min_size=1, max_size=4))
def test_hiding_never_shows_a_false_count_and_leaves_zeros(columns: list[list[int]]) -> None:
    counts = table(columns)
    told = shown(counts, rows_and_total(3, len(columns)))
    for key, count in counts.items():
        assert told[key] in {str(count), SMALL if is_small(count) else COVER}
        assert count != 0 or told[key] == "0"
