"""Date functions (ODK XForms spec, "Date and time functions")."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from fieldkit.errors import phrase
from fieldkit.i18n import N_
from fieldkit.xforms.xpath.ast import Call
from fieldkit.xforms.xpath.context import Context
from fieldkit.xforms.xpath.convert import NUMBER, Value, at_midnight, days, parse_date, to_date, to_string
from fieldkit.xforms.xpath.errors import XPathError
from fieldkit.xforms.xpath.functions.registry import function

if TYPE_CHECKING:
    from fieldkit.xforms.xpath.compiler import Compiler, Run

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@function("today", least=0)
def _today(_compiler: Compiler, _call: Call) -> Run:
    return lambda c: c.env.now().date()


@function("now", least=0)
def _now(_compiler: Compiler, _call: Call) -> Run:
    return lambda c: c.env.now()


@function("date", "date-time", least=1)
def _date(compiler: Compiler, call: Call) -> Run:
    """The day or moment a value says. A time given is kept: a node of type date takes the day alone."""
    moment = _moment(compiler, call)

    def run(c: Context) -> Value:
        found = moment(c)
        return "" if found is None else found

    return run


@function("decimal-date-time", least=1)
def _decimal_date_time(compiler: Compiler, call: Call) -> Run:
    moment = _moment(compiler, call)

    def number(c: Context) -> float:
        found = moment(c)
        return math.nan if found is None else days(at_midnight(found, c.env.tz), c.env.tz)

    return number


@function("decimal-time", least=1)
def _decimal_time(compiler: Compiler, call: Call) -> Run:
    """The part of a day that has passed at a time, in the zone of the interview where the text names a zone."""
    run = compiler.string(call.arguments[0])

    def fraction(c: Context) -> float:
        text = run(c)
        found = parse_date(text if "T" in text else f"1970-01-01T{text}")
        if not isinstance(found, datetime):
            return math.nan
        local = found.astimezone(c.env.tz) if found.tzinfo else found
        return (local.hour * 3600 + local.minute * 60 + local.second + local.microsecond / 1e6) / 86400

    return fraction


def _moment(compiler: Compiler, call: Call) -> Callable[[Context], date | None]:
    """The first argument as a day or moment; None where it is none, an error for an author who tries it out."""
    run = compiler.compile(call.arguments[0])

    def moment(c: Context) -> date | None:
        value = run(c)
        is_number = isinstance(value, str) and bool(NUMBER.fullmatch(value))
        found = None if isinstance(value, bool) or is_number else to_date(value, c.env.tz)
        text = to_string(value)
        if found is None and c.env.strict and text not in {"", "NaN"}:
            reason = phrase(N_("{text!r} is no date; write it as 2026-03-31"), text=text)
            raise XPathError("xpath.type", compiler.source, call.offset, call.name, reason)
        return found

    return moment


@function("format-date", least=2)
def _format_date(compiler: Compiler, call: Call) -> Run:
    return _formatter(compiler, call)


@function("format-date-time", least=2)
def _format_date_time(compiler: Compiler, call: Call) -> Run:
    return _formatter(compiler, call)


def _formatter(compiler: Compiler, call: Call) -> Run:
    run, pattern = compiler.compile(call.arguments[0]), compiler.string(call.arguments[1])

    def text(c: Context) -> str:
        value = run(c)
        if not isinstance(value, (date, float)) and not to_string(value):
            return ""
        found = to_date(value, c.env.tz)
        return "" if found is None else _format(at_midnight(found, c.env.tz), pattern(c))

    return text


def _week(moment: datetime) -> int:
    """The week of the year as JavaRosa counts it: weeks begin on Sunday, the first is that of 1 January."""
    saturday = moment.date().toordinal() - moment.isoweekday() % 7 + 6
    if saturday > date.max.toordinal():
        return 1
    first = date(date.fromordinal(saturday).year, 1, 1)
    return (saturday - first.toordinal()) // 7 + 1


def _format(moment: datetime, pattern: str) -> str:
    parts = {
        "Y": f"{moment.year:04}", "y": f"{moment.year % 100:02}", "m": f"{moment.month:02}", "n": str(moment.month),
        "b": _MONTHS[moment.month - 1], "d": f"{moment.day:02}", "e": str(moment.day), "a": _DAYS[moment.weekday()],
        "H": f"{moment.hour:02}", "h": str(moment.hour), "M": f"{moment.minute:02}", "S": f"{moment.second:02}",
        "3": f"{moment.microsecond // 1000:03}", "W": str(_week(moment)), "%": "%",
    }  # fmt: skip
    letters = iter(pattern)
    return "".join(parts.get(next(letters, ""), "") if letter == "%" else letter for letter in letters)
