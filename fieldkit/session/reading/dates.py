"""Dates as people type them. Each reader gives the ISO date or raises ReadingError."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from fieldkit.datatypes import lunar_words
from fieldkit.datatypes.refused import RefusedError
from fieldkit.session.reading.plain import ReadingError, plain

_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_PARTS = re.compile(r"([0-9]{4})\s*[-./年]\s*([0-9]{1,2})\s*[-./月]\s*([0-9]{1,2})\s*[日号]?")
_MONTH_DAY = re.compile(r"([0-9]{1,2})\s*[-./月]\s*([0-9]{1,2})\s*[日号]?")
_SHORT_YEAR = re.compile(
    r"[0-9]{2}\s*[-./年]\s*[0-9]{1,2}(?:\s*[-./月]\s*[0-9]{1,2}\s*[日号]?|月)|[0-9]{6}|[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{2}"
)
_OFFSET = re.compile(r"([-+][0-9]{1,3})天?")
_WEEKDAY = re.compile(r"(上|本|这|下)?个?(?:周|星期|礼拜)([一二三四五六日天])")
_MONTH = re.compile(r"([0-9]{4})\s*[-./年]?\s*([0-9]{1,2})\s*月?")
_MONTH_ALONE = re.compile(r"([0-9]{1,2})月")
_YEAR = re.compile(r"([0-9]{4})年?")
_DAYS = {
    "今": 0, "今天": 0, "今日": 0, "today": 0, "昨": -1, "昨天": -1, "昨日": -1, "yesterday": -1,
    "前天": -2, "大前天": -3, "明": 1, "明天": 1, "tomorrow": 1, "后天": 2, "大后天": 3,
}  # fmt: skip
_MONTHS = {"本月": 0, "这个月": 0, "上月": -1, "上个月": -1, "下月": 1, "下个月": 1}
_YEARS = {"今年": 0, "本年": 0, "去年": -1, "前年": -2, "明年": 1}
_WEEKS = {"上": -1, "本": 0, "这": 0, "下": 1}


def read_date(text: str, today: date) -> str:
    """A date: 2026-3-8, 2026.3.8, 2026/3/8, 20260308, 2026年3月8日, 3.8 (this year), 今, 昨, -3, +7, 上周三."""
    found = _day(text, plain(text).lower(), today)
    if found is None:
        raise ReadingError("reading.date", text=text)
    return found


def read_lunar(text: str, today: date) -> str:
    """A date of the lunar calendar (see `lunar_words.read`), or any usual one as `read_date` takes it."""
    typed = plain(text)
    if lunar_words.is_lunar(typed):
        try:
            return lunar_words.read(typed, today).isoformat()
        except RefusedError as refusal:
            raise ReadingError(refusal.code, **refusal.params) from refusal
    found = _day(text, typed.lower(), today)
    if found is None:
        raise ReadingError("reading.lunar", text=text)
    return found


def read_month(text: str, today: date) -> str:
    """A month, as the date of its first day: 2026-3, 2026年3月, 202603, 3月 (this year), 上月."""
    typed = plain(text)
    if typed in _MONTHS:
        months = today.year * 12 + today.month - 1 + _MONTHS[typed]
        return date(months // 12, months % 12 + 1, 1).isoformat()
    whole = _MONTH.fullmatch(typed)
    alone = _MONTH_ALONE.fullmatch(typed)
    if whole and (len(whole.group(2)) == 2 or not typed.isdigit()):
        year, month = int(whole.group(1)), int(whole.group(2))
    elif alone:
        year, month = today.year, int(alone.group(1))
    else:
        code = (
            "reading.short-year" if re.fullmatch(r"[0-9]{2}[-./年][0-9]{1,2}月?", typed) else "reading.month"
        )
        raise ReadingError(code, text=text)
    return _real(text, year, month, 1)


def read_year(text: str, today: date) -> str:
    """A year, as the date of its first day: 2026, 2026年, 去年."""
    typed = plain(text)
    if typed in _YEARS:
        return date(today.year + _YEARS[typed], 1, 1).isoformat()
    found = _YEAR.fullmatch(typed)
    if not found:
        code = "reading.short-year" if re.fullmatch("[0-9]{2}年?", typed) else "reading.year"
        raise ReadingError(code, text=text)
    return _real(text, int(found.group(1)), 1, 1)


def _day(text: str, typed: str, today: date) -> str | None:
    """The date meant, None for what is none. Raises ReadingError with the reason where there is a better one."""
    if typed in _DAYS:
        return (today + timedelta(days=_DAYS[typed])).isoformat()
    offset = _OFFSET.fullmatch(typed)
    if offset:
        return (today + timedelta(days=int(offset.group(1)))).isoformat()
    weekday = _WEEKDAY.fullmatch(typed)
    if weekday:
        return _of_week(text, weekday.group(1), weekday.group(2), today)
    found = _DIGITS.fullmatch(typed) or _PARTS.fullmatch(typed)
    if found:
        year, month, day = (int(part) for part in found.groups())
        return _real(text, year, month, day)
    if _SHORT_YEAR.fullmatch(typed):
        raise ReadingError("reading.short-year", text=text)
    found = _MONTH_DAY.fullmatch(typed)
    if found:
        return _real(text, today.year, int(found.group(1)), int(found.group(2)))
    if lunar_words.is_lunar(typed):
        try:
            meant = lunar_words.read(typed, today).isoformat()
        except RefusedError:
            return None
        raise ReadingError("reading.lunar-here", text=text, date=meant)
    return None


def _of_week(text: str, week: str | None, day: str, today: date) -> str:
    if week is None:
        raise ReadingError("reading.weekday", text=text, day=day)
    monday = today - timedelta(days=today.weekday())
    return (
        monday + timedelta(weeks=_WEEKS[week], days="一二三四五六日天".index(day.replace("天", "日")))
    ).isoformat()


def _real(text: str, year: int, month: int, day: int) -> str:
    if not 1 <= month <= 12 or year == 0:
        raise ReadingError("reading.no-such-month", text=text, month=month)
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise ReadingError("reading.no-such-day", text=text, year=year, month=month, last=last)
    return date(year, month, day).isoformat()
