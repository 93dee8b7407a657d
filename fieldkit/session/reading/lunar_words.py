"""Lunar dates in words, as elders say them: 腊月廿三, 闰六月初一, 甲子年冬月廿九, 农历2020年四月初八."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from fieldkit.session.reading.lunar import (
    FIRST,
    LAST,
    LunarDate,
    leap_month,
    month_length,
    to_lunar,
    to_solar,
)
from fieldkit.session.reading.plain import ReadingError

_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_NUMERALS = "零一二三四五六七八九十"
_MONTHS = {"正": 1, "冬": 11, "腊": 12, "十一": 11, "十二": 12, **{_NUMERALS[n]: n for n in range(1, 11)}}
_MONTHS_SAID = ["", "正", *_NUMERALS[2:], "冬", "腊"]
_TENS = {"初": 0, "十": 10, "廿": 20, "二十": 20, "卅": 30, "三十": 30}
_NAMED = {"农历", "阴历", "旧历", "夏历"}
_SHAPE = re.compile(
    r"(?P<named>农历|阴历|旧历|夏历)?\s*(?:(?:(?P<year>[0-9]{4})|(?P<cycle>[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]))年)?\s*"
    r"(?P<leap>闰)?(?P<month>正|冬|腊|十[一二]|[一二三四五六七八九十]|[0-9]{1,2})月\s*"
    r"(?P<day>初[一二三四五六七八九十]|(?:十|廿|二十|卅|三十)?[一二三四五六七八九]?|[0-9]{1,2})[日号]?"
)
_MARKS = re.compile("[闰正冬腊初廿卅一二三四五六七八九十甲乙丙丁戊己庚辛壬癸]")


def is_lunar(typed: str) -> bool:
    """Whether a typed date is said in the words of the lunar calendar; 2020年4月8日 is not, 农历2020年4月8日 is."""
    return any(typed.startswith(name) for name in _NAMED) or bool(
        _MARKS.search(typed) and _SHAPE.fullmatch(typed)
    )


def read(typed: str, today: date) -> date:
    """The day meant. Without a year it is the one nearest to `today`; a year of the cycle of sixty (甲子) is the
    latest that has begun. Raises ReadingError.
    """
    found = _SHAPE.fullmatch(typed)
    month, day = (_month(found["month"]), _day(found["day"])) if found else (0, 0)
    if found is None or not 1 <= month <= 12 or not 1 <= day <= 30:
        raise ReadingError("reading.lunar", text=typed)
    leap = found["leap"] is not None
    years = list(_years(found["year"], found["cycle"], today))
    if not all(FIRST <= year <= LAST for year in years):
        raise ReadingError("reading.lunar-years", text=typed, first=FIRST, last=LAST)
    having = [year for year in years if not leap or leap_month(year) == month]
    if not having:
        code = "reading.lunar-no-leap" if len(years) == 1 else "reading.lunar-leap-year"
        raise ReadingError(code, text=typed, month=month, year=years[0])
    long_enough = [year for year in having if month_length(year, month, leap=leap) >= day]
    if not long_enough:
        raise ReadingError("reading.lunar-short-month", text=typed)
    days = [to_solar(LunarDate(year, month, day, leap=leap)) for year in long_enough]
    return min(days, key=lambda each: abs((each - today).days))


def words(day: date) -> str:
    """A day in the words of the lunar calendar (乙未年正月初一), "" outside its table."""
    lunar = to_lunar(day)
    if lunar is None:
        return ""
    place = lunar.year - 4
    cycle = _STEMS[place % 10] + _BRANCHES[place % 12]
    leap = "闰" if lunar.leap else ""
    return f"{cycle}年{leap}{_MONTHS_SAID[lunar.month]}月{_day_said(lunar.day)}"


def _years(year: str | None, cycle: str | None, today: date) -> Iterator[int]:
    """The lunar years that may be meant."""
    if year:
        yield int(year)
        return
    this_day = to_lunar(today)
    this = this_day.year if this_day else today.year
    if cycle is None:
        yield from (this - 1, this, this + 1)
        return
    stem, branch = _STEMS.index(cycle[0]), _BRANCHES.index(cycle[1])
    fitting = [
        each for each in range(this, this - 60, -1) if ((each - 4) % 10, (each - 4) % 12) == (stem, branch)
    ]
    yield fitting[0] if fitting else 0


def _month(said: str) -> int:
    return int(said) if said.isdigit() else _MONTHS[said]


def _day(said: str) -> int:
    """The day of the month said, 0 for none."""
    if said.isdigit():
        return int(said)
    tens = max((ten for ten in _TENS if said.startswith(ten)), key=len, default="")
    unit = said.removeprefix(tens)
    return _TENS.get(tens, 0) + (_NUMERALS.index(unit) if unit else 0)


def _day_said(day: int) -> str:
    if day in {10, 20, 30}:
        return {10: "初十", 20: "二十", 30: "三十"}[day]
    return "初十廿"[day // 10] + _NUMERALS[day % 10]
