"""What people type for numbers, dates and times."""

from __future__ import annotations

from datetime import date

import pytest

from fieldkit.widgets.reading import read_date, read_decimal, read_integer, read_time

TODAY = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2026-3-8", "2026-03-08"), ("2026.3.8", "2026-03-08"), ("2026/3/8", "2026-03-08"), ("20260308", "2026-03-08"),
        ("2026年3月8日", "2026-03-08"), ("3.8", "2026-03-08"), ("3月8日", "2026-03-08"), ("今", "2026-03-31"), ("昨", "2026-03-30"),
        ("-3", "2026-03-28"), ("+7", "2026-04-07"), ("２０２６０３０８", "2026-03-08"), ("2026。3。8", "2026-03-08"), (" 3.8 ", "2026-03-08"),
    ],
)  # fmt: skip
def test_dates(typed, read):
    assert read_date(typed, TODAY) == read


@pytest.mark.parametrize("typed", ["26-3-8", "2026-13-1", "2026-02-30", "1978", "tomorrow", "3.8.26", ""])
def test_ambiguous_or_impossible_dates_are_refused(typed):
    with pytest.raises(ValueError):
        read_date(typed, TODAY)


@pytest.mark.parametrize(
    ("typed", "read"),
    [("8:05", "08:05"), ("805", "08:05"), ("0805", "08:05"), ("8点05分", "08:05"), ("１８：３０", "18:30")],
)
def test_times(typed, read):
    assert read_time(typed)[:5] == read


@pytest.mark.parametrize("typed", ["25:00", "8:75", "8", "noon"])
def test_impossible_times_are_refused(typed):
    with pytest.raises(ValueError):
        read_time(typed)


def test_numbers():
    assert read_integer("１３８") == "138"
    assert read_integer("-5") == "-5"
    assert read_decimal("3.50") == "3.50"
    for typed in ("3,5", "1e5", "inf", "nan", "abc"):
        with pytest.raises(ValueError):
            read_decimal(typed)
