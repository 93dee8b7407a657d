"""Date functions (ODK XForms spec, "Date and time functions")."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import TYPE_CHECKING

from fieldkit.xforms.xpath.ast import Call
from fieldkit.xforms.xpath.context import Context
from fieldkit.xforms.xpath.convert import Value, at_midnight, days, to_date, to_string
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


@function("date", least=1)
def _date(compiler: Compiler, call: Call) -> Run:
    run = compiler.compile(call.arguments[0])

    def only_date(c: Context) -> Value:
        found = to_date(run(c), c.env.tz)
        if found is None:
            return ""
        return found.date() if isinstance(found, datetime) else found

    return only_date


@function("date-time", least=1)
def _date_time(compiler: Compiler, call: Call) -> Run:
    run = compiler.compile(call.arguments[0])

    def moment(c: Context) -> Value:
        found = to_date(run(c), c.env.tz)
        return "" if found is None else at_midnight(found, c.env.tz)

    return moment


@function("decimal-date-time", least=1)
def _decimal_date_time(compiler: Compiler, call: Call) -> Run:
    run = compiler.compile(call.arguments[0])

    def number(c: Context) -> float:
        found = to_date(run(c), c.env.tz)
        return math.nan if found is None else days(at_midnight(found, c.env.tz), c.env.tz)

    return number


@function("decimal-time", least=1)
def _decimal_time(compiler: Compiler, call: Call) -> Run:
    run = compiler.string(call.arguments[0])

    def fraction(c: Context) -> float:
        parts = run(c).split("T")[-1][:12].rstrip("Z").split("+")[0].split(":")
        try:
            hours, minutes, *seconds = (float(part) for part in parts)
        except ValueError:
            return math.nan
        return (hours * 3600 + minutes * 60 + sum(seconds)) / 86400

    return fraction


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


def _format(moment: datetime, pattern: str) -> str:
    parts = {
        "Y": f"{moment.year:04}", "y": f"{moment.year % 100:02}", "m": f"{moment.month:02}", "n": str(moment.month),
        "b": _MONTHS[moment.month - 1], "d": f"{moment.day:02}", "e": str(moment.day), "a": _DAYS[moment.weekday()],
        "H": f"{moment.hour:02}", "h": str(moment.hour), "M": f"{moment.minute:02}", "S": f"{moment.second:02}",
        "3": f"{moment.microsecond // 1000:03}", "%": "%",
    }  # fmt: skip
    letters = iter(pattern)
    return "".join(parts.get(next(letters, ""), "") if letter == "%" else letter for letter in letters)
