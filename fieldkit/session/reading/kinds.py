"""How each question is answered by typing: by its type, control, appearance and parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from fieldkit.datatypes import lunar_words
from fieldkit.i18n import N_, _
from fieldkit.session.reading.dates import read_date, read_lunar, read_month, read_year
from fieldkit.session.reading.numbers import (
    grouped,
    read_decimal,
    read_digits,
    read_integer,
    read_range,
    ungrouped,
)
from fieldkit.session.reading.plain import ReadingError, plain
from fieldkit.session.reading.points import read_point, read_shape, read_trace, shown_points, shown_shape
from fieldkit.session.reading.standards import day_of, read_lunar_words, read_money
from fieldkit.session.reading.times import read_moment, read_time, shown_moment, shown_time
from fieldkit.xforms import Item, Question

_AGREED = {"1", "ok", "y", "yes", "是", "好", "对", "确认", "同意"}
_OTHER_CALENDARS = frozenset(
    {"bikram-sambat", "buddhist", "coptic", "ethiopian", "islamic", "myanmar", "persian"}
)
"""Calendars that ODK shows a date in; it is kept by the Gregorian one, which is typed here."""
_WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one kind of question is typed. `hint` is a message to be translated."""

    read: Callable[[str, datetime], str]
    shown: Callable[[str], str] = str
    hint: str = ""


def _barcode(text: str, _now: datetime) -> str:
    """A scanned code: full-width letters of an input method as ASCII, without the scanner's own line ends and tabs."""
    # Once more, for what stands together only after a control character between has gone.
    return plain("".join(each for each in plain(text) if each.isprintable()))


def _acknowledge(text: str, _now: datetime) -> str:
    if plain(text).lower() not in _AGREED:
        raise ReadingError("reading.acknowledge", text=text)
    return "OK"


_TEXT = _Kind(lambda text, _now: text.strip())
_NUMBERS = _Kind(lambda text, _now: read_digits(text), hint=N_("Digits only"))
_UPLOAD = _Kind(lambda text, _now: text.strip(), hint=N_("Type the file's path, or drop it here"))
_SIGNATURE = _Kind(
    lambda text, _now: text.strip(), hint=N_("The number of the signed paper, or the path of its picture")
)
_ACKNOWLEDGE = _Kind(_acknowledge, hint=N_("1 says OK"))
_LUNAR = _Kind(
    lambda text, now: read_lunar(text, now.date()),
    hint=N_("Lunar, as 腊月廿三 or 2014年闰九月初一; or 2026-3-8"),
)
_OF_CHECK = {
    "lunar-date": _Kind(
        lambda text, now: read_lunar_words(text, now.date()), hint=N_("Lunar, as 1984年冬月廿九 or 腊月廿三")
    ),
    "money": _Kind(lambda text, _now: read_money(text), hint=N_("An amount, as 81945, 81,945.50 or 3.5万元")),
}
_MONTH_YEAR = _Kind(
    lambda text, now: read_month(text, now.date()), lambda value: value[:7], N_("Year and month, as 2026-3")
)
_YEAR = _Kind(lambda text, now: read_year(text, now.date()), lambda value: value[:4], N_("Year, as 2026"))
_OF_TYPE = {
    "int": _Kind(lambda text, _now: read_integer(text), hint=N_("A whole number")),
    "decimal": _Kind(lambda text, _now: read_decimal(text), hint=N_("A number, as 3.5")),
    "date": _Kind(
        lambda text, now: read_date(text, now.date()), hint=N_("A date, as 2026-3-8, 3.8, 今 or -3")
    ),
    "time": _Kind(read_time, shown_time, N_("A time of day, as 8:05 or 0805")),
    "dateTime": _Kind(read_moment, shown_moment, N_("A date and a time, as 2026-3-8 8:05")),
    "geopoint": _Kind(
        lambda text, _now: read_point(text), shown_points, N_("Latitude and longitude, as 30.45 115.02")
    ),
    "geotrace": _Kind(
        lambda text, _now: read_trace(text), shown_points, N_("Points, as 30.45 115.02; 30.46 115.03")
    ),
    "geoshape": _Kind(
        lambda text, _now: read_shape(text),
        shown_shape,
        N_("Corners, as 30.45 115.02; 30.46 115.03; 30.4 115"),
    ),
    "barcode": _Kind(_barcode, hint=N_("Scan the code, or type it")),
}


def read(question: Item, text: str, now: datetime) -> str:
    """The XForms text of what was typed as the answer to a question; "" for nothing. Raises ReadingError."""
    return _kind(question).read(text, now) if text.strip() else ""


def shown(question: Item, value: str) -> str:
    """A stored answer as a person would type it; `read` takes it back."""
    return _kind(question).shown(value) if value else ""


def typing_hint(question: Item) -> str:
    """What may be typed, in a few words; "" for plain text."""
    parameters = _range(question)
    if parameters:
        start, end, step = (parameters.get(name, "?") for name in ("start", "end", "step"))
        if step in {"1", "?"}:
            return _("{start} – {end}", start=start, end=end)
        return _("{start} – {end} in steps of {step}", start=start, end=end, step=step)
    hint = _kind(question).hint
    if question.appearance & _OTHER_CALENDARS and question.bind.type in {"date", "dateTime"}:
        return _("{hint}; by the Gregorian calendar", hint=_(hint))
    return _(hint) if hint else ""


def beside(question: Item, value: str) -> str:
    """What is worth knowing of a stored date: the day of the week, and the lunar calendar; of a day of the lunar calendar
    the usual date; "" for other answers.
    """
    if question.bind.check == "lunar-date":
        solar = day_of(value)
        return f"{solar.isoformat()}  {_(_WEEKDAYS[solar.weekday()])}" if solar else ""
    if question.bind.type not in {"date", "dateTime"} and not _is_lunar(question):
        return ""
    if question.appearance & {"month-year", "year"}:
        return ""
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        return ""
    lunar = lunar_words.words(day)
    parts = [_(_WEEKDAYS[day.weekday()]), _("lunar {words}", words=lunar) if lunar else ""]
    return "  ".join(part for part in parts if part)


def hidden(question: Item) -> bool:
    """Whether what is typed must not be seen."""
    return bool(question.appearance & {"masked", "hidden-answer"})


def multiline(question: Item) -> bool:
    """Whether the answer is text of several lines."""
    return "multiline" in question.appearance and _kind(question) is _TEXT


def _kind(question: Item) -> _Kind:
    control = question.control if isinstance(question, Question) else ""
    parameters = _range(question)
    if parameters:
        kind = question.bind.type
        return _Kind(lambda text, _now: read_range(text, kind, parameters))
    if control == "upload" and "signature" in question.appearance:
        return _SIGNATURE
    if control in {"upload", "trigger"}:
        return _UPLOAD if control == "upload" else _ACKNOWLEDGE
    if question.bind.check in _OF_CHECK:
        return _in_thousands(_OF_CHECK[question.bind.check], question)
    if _is_lunar(question):
        return _LUNAR
    if question.bind.type == "date" and "month-year" in question.appearance:
        return _MONTH_YEAR
    if question.bind.type == "date" and "year" in question.appearance:
        return _YEAR
    if question.bind.type in {"", "string"} and "numbers" in question.appearance:
        return _in_thousands(_NUMBERS, question)
    if question.bind.type in {"int", "decimal"}:
        return _in_thousands(_OF_TYPE[question.bind.type], question)
    return _OF_TYPE.get(question.bind.type, _TEXT)


def _in_thousands(kind: _Kind, question: Item) -> _Kind:
    """A kind of number with commas between its thousands, where the question asks for them."""
    if "thousands-sep" not in question.appearance:
        return kind
    return replace(kind, read=lambda text, now: kind.read(ungrouped(text), now), shown=grouped)


def _is_lunar(question: Item) -> bool:
    return "lunar" in question.appearance and question.bind.type in {"", "string", "date"}


def _range(question: Item) -> dict[str, str]:
    return dict(question.parameters) if isinstance(question, Question) and question.control == "range" else {}
