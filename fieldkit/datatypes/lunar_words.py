"""Days of the lunar calendar (GB/T 33661-2017) in words, as elders say them: 腊月廿三, 甲子年冬月廿九, 2025年除夕."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from fieldkit.datatypes.lunar import FIRST, LAST, LunarDate, leap_month, month_length, to_lunar, to_solar
from fieldkit.datatypes.refused import RefusedError

_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_NUMERALS = "零一二三四五六七八九十"
_MONTHS = {"正": 1, "冬": 11, "腊": 12, "十一": 11, "十二": 12, **{_NUMERALS[n]: n for n in range(1, 11)}}
_MONTHS_SAID = ["", "正", *_NUMERALS[2:], "冬", "腊"]
_TENS = {"初": 0, "十": 10, "廿": 20, "二十": 20, "卅": 30, "三十": 30}
_FIGURES = str.maketrans("〇零一二三四五六七八九", "00123456789")
_TRADITIONAL = str.maketrans("閏臘農曆歷陰舊", "闰腊农历历阴旧")
_EVE = "末"
"""The last day of the year, 除夕, which is the 29th or the 30th."""
_NAMED = ("农历", "阴历", "旧历", "夏历")
_SHAPE = re.compile(
    r"(?P<named>农历|阴历|旧历|夏历)?"
    r"(?:(?:(?P<year>[0-9]{4}|[〇零一二三四五六七八九]{4})|(?P<cycle>[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]))年)?"
    r"(?P<leap>闰)?(?P<month>正|冬|腊|十[一二]|[一二三四五六七八九十]|[0-9]{1,2})月"
    rf"(?P<day>初[一二三四五六七八九十]|(?:十|廿|二十|卅|三十)?[一二三四五六七八九]?|[0-9]{{1,2}}|{_EVE})[日号]?"
)
_MARKS = re.compile("[闰正冬腊初廿卅一二三四五六七八九十甲乙丙丁戊己庚辛壬癸]")


def plain(text: str) -> str:
    """A typed text in the signs that are read here: no spaces, full-width digits as ASCII (NFKC), 閏 and 臘 as 闰 and 腊."""
    folded = "".join(unicodedata.normalize("NFKC", text).split()).translate(_TRADITIONAL)
    return re.sub("大年三十|除夕", f"腊月{_EVE}", folded).replace("大年初", "正月初")


def is_lunar(typed: str) -> bool:
    """Whether a typed date is said in the words of the lunar calendar; 2020年4月8日 is not, 农历2020年4月8日 is."""
    text = plain(typed)
    return text.startswith(_NAMED) or bool(_MARKS.search(text) and _SHAPE.fullmatch(text))


def read_day(typed: str, today: date) -> LunarDate:
    """The day of the lunar calendar meant. Without a year it is the one nearest to `today`; a year of the cycle of sixty
    (甲子) is the latest that has begun.

    Raises RefusedError: "lunar.unreadable", "lunar.unknown-year", "lunar.no-leap" for a year that does not repeat that month,
    "lunar.leap-needs-year" where none around this one does, "lunar.short-month" for the 30th of a month of 29 days.
    """
    found = _SHAPE.fullmatch(plain(typed))
    month, day = (_month(found["month"]), _day(found["day"])) if found else (0, 0)
    years = list(_years(found["year"], found["cycle"], today)) if found else []
    if found is None or not years or not 1 <= month <= 12 or not 1 <= day <= 30:
        raise RefusedError("lunar.unreadable", text=typed)
    leap = found["leap"] is not None
    if not all(FIRST <= year <= LAST for year in years):
        raise RefusedError("lunar.unknown-year", text=typed, first=FIRST, last=LAST)
    having = [year for year in years if not leap or leap_month(year) == month]
    if not having:
        code = "lunar.no-leap" if len(years) == 1 else "lunar.leap-needs-year"
        raise RefusedError(code, text=typed, month=month, year=years[0])
    is_eve = found["day"] == _EVE
    lengths = {year: month_length(year, month, leap=leap) for year in having}
    days = [
        LunarDate(year, month, length if is_eve else day, leap=leap)
        for year, length in lengths.items()
        if is_eve or day <= length
    ]
    if not days:
        raise RefusedError("lunar.short-month", text=typed)
    return min(days, key=lambda each: abs((to_solar(each) - today).days))


def read(typed: str, today: date) -> date:
    """The usual date of the day meant. Raises RefusedError as `read_day`."""
    return to_solar(read_day(typed, today))


def definite(lunar: LunarDate) -> str:
    """A day in words that mean no other, whenever they are read: 1984年冬月廿九."""
    return f"{lunar.year}年{_month_and_day(lunar)}"


def words(day: date) -> str:
    """A day in the words of the lunar calendar (乙未年正月初一), "" outside its table."""
    lunar = to_lunar(day)
    if lunar is None:
        return ""
    place = lunar.year - 4
    cycle = _STEMS[place % 10] + _BRANCHES[place % 12]
    return f"{cycle}年{_month_and_day(lunar)}"


def _years(year: str | None, cycle: str | None, today: date) -> Iterator[int]:
    """The lunar years that may be meant, none for a stem and a branch that never meet."""
    if year:
        yield int(year.translate(_FIGURES))
        return
    this_day = to_lunar(today)
    this = this_day.year if this_day else today.year
    if cycle is None:
        yield from (this - 1, this, this + 1)
        return
    stem, branch = _STEMS.index(cycle[0]), _BRANCHES.index(cycle[1])
    for each in range(this, this - 60, -1):
        if ((each - 4) % 10, (each - 4) % 12) == (stem, branch):
            yield each


def _month(said: str) -> int:
    return int(said) if said.isdigit() else _MONTHS[said]


def _day(said: str) -> int:
    """The day of the month said, 0 for none; the eve counts as the first, until its month is known."""
    if said.isdigit() or said == _EVE:
        return 1 if said == _EVE else int(said)
    tens = max((ten for ten in _TENS if said.startswith(ten)), key=len, default="")
    unit = said.removeprefix(tens)
    return _TENS.get(tens, 0) + (_NUMERALS.index(unit) if unit else 0)


def _month_and_day(lunar: LunarDate) -> str:
    return f"{'闰' if lunar.leap else ''}{_MONTHS_SAID[lunar.month]}月{_day_said(lunar.day)}"


def _day_said(day: int) -> str:
    if day in {10, 20, 30}:
        return {10: "初十", 20: "二十", 30: "三十"}[day]
    return "初十廿"[day // 10] + _NUMERALS[day % 10]
