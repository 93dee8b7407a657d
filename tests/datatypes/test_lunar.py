"""The lunar calendar: published vectors, and every day of its table there and back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit.datatypes import lunar_words
from fieldkit.datatypes.lunar import FIRST, LAST, LunarDate, leap_month, month_length, to_lunar, to_solar
from fieldkit.datatypes.refused import RefusedError


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2015-02-19", "乙未年正月初一"), ("2015-02-18", "甲午年腊月三十"), ("2014-09-24", "甲午年九月初一"),
        ("2014-10-24", "甲午年闰九月初一"), ("1985-01-19", "甲子年冬月廿九"), ("2024-02-10", "甲辰年正月初一"), ("2025-01-29", "乙巳年正月初一"),
        ("2026-02-17", "丙午年正月初一"), ("2027-02-06", "丁未年正月初一"), ("1900-01-31", "庚子年正月初一"),
    ],
)  # fmt: skip
def test_vectors(day, words):
    solar = date.fromisoformat(day)
    assert lunar_words.words(solar) == words
    assert lunar_words.read(words, solar) == solar


@pytest.mark.parametrize(
    ("day", "lunar"),
    [
        # Months that older printed tables begin a day early or late: the new moon falls close to midnight in Beijing.
        ("1933-07-23", LunarDate(1933, 6, 1)),
        ("1954-11-25", LunarDate(1954, 11, 1)),
        ("1978-09-03", LunarDate(1978, 8, 1)),
        ("2057-09-29", LunarDate(2057, 9, 1)),
    ],
)
def test_months_that_begin_close_to_midnight(day, lunar):
    assert to_solar(lunar) == date.fromisoformat(day)


def test_years_have_the_days_they_can_have():
    for year in range(FIRST, LAST + 1):
        months = [month_length(year, month) for month in range(1, 13)]
        leap = month_length(year, leap_month(year), leap=True) if leap_month(year) else 0
        assert set(months) <= {29, 30}
        assert leap in ({29, 30} if leap_month(year) else {0})
        assert sum(months) + leap in ({383, 384, 385} if leap else {353, 354, 355}), year


@pytest.mark.parametrize(
    "new_year",
    [
        "1912-02-18", "1949-01-29", "1966-01-21", "1978-02-07", "1985-02-20", "1997-02-07", "2000-02-05", "2008-02-07", "2012-01-23",
        "2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22", "2033-01-31", "2034-02-19", "2050-01-23", "2100-02-09",
    ],
)  # fmt: skip
def test_spring_festivals(new_year):
    day = date.fromisoformat(new_year)
    assert to_lunar(day) == LunarDate(day.year, 1, 1)


def test_the_winter_solstice_lies_in_the_eleventh_month():
    """The rule that places every leap month (GB/T 33661-2017): 冬至 falls on December 21 to 23, always in 冬月."""
    for year in range(FIRST, LAST + 1):
        months = {to_lunar(date(year, 12, day)).month for day in (21, 22, 23)}
        assert 11 in months, year


def test_leap_months():
    assert {year: leap_month(year) for year in range(2020, 2034) if leap_month(year)} == {
        2020: 4, 2023: 2, 2025: 6, 2028: 5, 2031: 3, 2033: 11,
    }  # fmt: skip


def test_every_day_of_the_table_there_and_back():
    day, months = date(1900, 1, 31), set()
    while (lunar := to_lunar(day)) is not None:
        assert to_solar(lunar) == day
        months.add((lunar.year, lunar.month, lunar.leap))
        day += timedelta(days=1)
    assert day == date(2101, 1, 29)
    assert len(months) == 12 * (LAST - FIRST + 1) + sum(
        leap_month(year) > 0 for year in range(FIRST, LAST + 1)
    )


def test_outside_the_table_nothing_is_said():
    assert to_lunar(date(1900, 1, 30)) is None
    assert lunar_words.words(date(2101, 1, 29)) == ""
    for lunar in (
        LunarDate(2101, 1, 1),
        LunarDate(2014, 8, 1, leap=True),
        LunarDate(2015, 1, 30),
        LunarDate(2015, 0, 1),
    ):
        with pytest.raises(ValueError):
            to_solar(lunar)


@given(st.dates(date(1900, 1, 31), date(2101, 1, 28)))
def test_words_are_read_as_the_day_they_were_made_from(day):
    assert lunar_words.read(lunar_words.words(day), day) == day
    lunar = to_lunar(day)
    leap = "闰" if lunar.leap else ""
    assert lunar_words.read(f"农历{lunar.year}年{leap}{lunar.month}月{lunar.day}日", date(2026, 3, 31)) == day


def test_without_a_year_the_nearest_is_meant():
    assert lunar_words.read("腊月廿三", date(2026, 3, 31)) == date(2026, 2, 10)
    assert lunar_words.read("腊月廿三", date(2026, 11, 30)) == date(2027, 1, 30)
    assert lunar_words.read("腊月三十", date(2016, 2, 1)) == date(2015, 2, 18), "the last of 2015 is the 29th"


def test_a_year_of_the_cycle_is_the_latest_that_has_begun():
    assert lunar_words.read("甲子年正月初一", date(2026, 3, 31)) == date(1984, 2, 2)
    assert lunar_words.read("丙午年腊月初一", date(2026, 3, 31)) == date(2027, 1, 8)
    assert lunar_words.read("丁未年正月初一", date(2026, 3, 31)) == date(1967, 2, 9)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("甲子年冬月廿九", "1985-01-19"), ("1984年十一月二十九", "1985-01-19"), ("１９８４年冬月２９日", "1985-01-19"), ("1985年腊月廿三", "1986-02-01"),
        ("二〇二三年闰二月初三", "2023-03-24"), ("二零二三年閏二月初三", "2023-03-24"), ("二〇二三 年 闰二月 初三", "2023-03-24"), ("正月十五", "2026-03-03"),
        ("大年三十", "2026-02-16"), ("2024年除夕", "2025-01-28"), ("2023年大年三十", "2024-02-09"), ("大年初一", "2026-02-17"), ("2025年腊月廿九", "2026-02-16"),
        ("農曆臘月廿三", "2026-02-10"), ("十二月二十三", "2026-02-10"), ("一月十五", "2026-03-03"), ("2020年四月卅", "2020-05-22"), ("2020年四月三十", "2020-05-22"),
    ],
)  # fmt: skip
def test_what_elders_say(said, day):
    assert lunar_words.read(said, date(2026, 3, 31)) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", "unreadable"), ("1985-1-19", "unreadable"), ("腊月", "unreadable"), ("甲丑年正月初一", "unreadable"), ("除夕夜", "unreadable"), ("正月三十一", "unreadable"),
        ("闰七月初一", "leap-needs-year"), ("2024年闰二月初三", "no-leap"), ("2015年正月三十", "short-month"), ("一八九九年正月初一", "unknown-year"),
        ("2101年正月初一", "unknown-year"), ("十月廿十", "unreadable"),
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused_with_its_reason(said, code):
    with pytest.raises(RefusedError) as refusal:
        lunar_words.read(said, date(2026, 3, 31))
    assert refusal.value.code == f"lunar.{code}"
    assert refusal.value.params["text"] == said


@given(st.dates(date(1900, 1, 31), date(2101, 1, 28)), st.dates(date(1900, 1, 31), date(2101, 1, 28)))
def test_definite_words_mean_the_same_day_whenever_they_are_read(day, today):
    assert lunar_words.read(lunar_words.definite(to_lunar(day)), today) == day
