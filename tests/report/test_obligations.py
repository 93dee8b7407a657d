"""Which report is due when: every day in exactly one window of each kind, over every month end and leap year."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit.i18n import set_language
from fieldkit.report.obligations import Kind, obligation, obligations

YEARS = st.sampled_from([2023, 2024, 2025, 2026, 2000, 2100])
ENDS = st.integers(0, 28)
DAY = timedelta(days=1)


@given(YEARS, ENDS, st.sampled_from(Kind))
def test_every_day_of_a_year_is_in_exactly_one_window_and_there_is_no_gap(year, month_ends, kind):
    day, windows = date(year, 1, 1), []
    while day.year == year:
        found = obligation(kind, day, month_ends)
        assert found.first <= day <= found.last == found.due
        if not windows or windows[-1] != found:
            windows.append(found)
        day += DAY
    assert all(after.first == before.last + DAY for before, after in pairwise(windows))
    assert len(windows) == len({each.first for each in windows})


@given(st.dates(date(1990, 1, 1), date(2110, 1, 1)), ENDS, st.sampled_from(Kind))
def test_every_day_of_a_window_leads_to_the_same_window(day, month_ends, kind):
    found = obligation(kind, day, month_ends)
    inside = [found.first + n * DAY for n in range((found.last - found.first).days + 1)]
    assert {obligation(kind, each, month_ends) for each in inside} == {found}


@pytest.mark.parametrize(
    ("kind", "day", "month_ends", "first", "last"),
    [
        (Kind.THREE_DAYS, "2026-03-01", 0, "2026-03-01", "2026-03-03"),
        (Kind.THREE_DAYS, "2026-03-27", 0, "2026-03-25", "2026-03-27"),
        (Kind.THREE_DAYS, "2026-03-31", 0, "2026-03-28", "2026-03-31"),
        (Kind.THREE_DAYS, "2026-02-28", 0, "2026-02-28", "2026-02-28"),
        (Kind.THREE_DAYS, "2024-02-28", 0, "2024-02-28", "2024-02-29"),
        (Kind.WEEK, "2026-01-01", 0, "2025-12-29", "2026-01-04"),
        (Kind.WEEK, "2026-04-05", 0, "2026-03-30", "2026-04-05"),
        (Kind.MONTH, "2024-02-10", 0, "2024-02-01", "2024-02-29"),
        (Kind.MONTH, "2026-03-25", 25, "2026-02-26", "2026-03-25"),
        (Kind.MONTH, "2026-03-26", 25, "2026-03-26", "2026-04-25"),
        (Kind.MONTH, "2026-12-31", 25, "2026-12-26", "2027-01-25"),
        (Kind.MONTH, "2026-01-01", 28, "2025-12-29", "2026-01-28"),
    ],
)
def test_windows_are_those_the_office_counts_by(kind, day, month_ends, first, last):
    found = obligation(kind, date.fromisoformat(day), month_ends)
    assert (str(found.first), str(found.last)) == (first, last)


def test_one_of_each_kind_is_due_next_and_says_so_in_words():
    found = obligations(date(2026, 3, 31))
    assert [(each.kind, str(each.due)) for each in found] == [
        (Kind.MONTH, "2026-03-31"), (Kind.THREE_DAYS, "2026-03-31"), (Kind.WEEK, "2026-04-05"),
    ]  # fmt: skip
    set_language("zh")
    assert str(found[1]) == "三日动态，2026-03-28 至 2026-03-31"
