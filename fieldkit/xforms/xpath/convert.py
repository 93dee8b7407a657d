"""Conversions between the kinds of value (XPath 1.0 §4; dates as days since 1970-01-01, ODK XForms spec)."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TypeAlias

from fieldkit.xforms.instance import Element, Node

Value: TypeAlias = str | float | bool | list[Node] | date | datetime

NUMBER = re.compile(r"\s*-?(\d+(\.\d*)?|\.\d+)\s*")
_FIRST_DAY, _LAST_DAY = -719_161, 2_932_895
"""Of the calendar, in days since 1970, with a day to spare for time zones."""
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)?")
_NUMBERS = frozenset({"int", "integer", "decimal"})
_DATES = frozenset({"date", "dateTime"})
_EPOCH = date(1970, 1, 1)
_DAY = 86400.0
_FAR = 2.0**31


def to_string(value: Value) -> str:
    """§4.2 `string()`."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return value[0].string_value() if value else ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, date):
        return value.isoformat()
    return number_to_string(value)


def number_to_string(value: float) -> str:
    """§4.2: no exponent, no trailing `.0`."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == int(value):
        return str(int(value))
    text = repr(value)
    return format(value, ".20f").rstrip("0") if "e" in text else text


def to_number(value: Value) -> float:
    """§4.4 `number()`; a text that reads as a date counts its days."""
    if isinstance(value, float):
        return value
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, list):
        return node_to_number(value[0]) if value else math.nan
    if isinstance(value, str):
        return string_to_number(value)
    return days(value)


def node_to_number(node: Node) -> float:
    """The number of a node; the answer to a question counts days only where the question asks for a date."""
    item = node.item if isinstance(node, Element) else None
    if item is not None and item.bind.type not in _DATES:
        text = node.string_value()
        return float(text) if NUMBER.fullmatch(text) else math.nan
    return string_to_number(node.string_value())


def string_to_number(text: str) -> float:
    """A number in text, a date's days, else NaN."""
    if NUMBER.fullmatch(text):
        return float(text)
    moment = parse_date(text)
    return math.nan if moment is None else days(moment)


def to_index(number: float) -> int:
    """A place in a text or list: the whole part of a number; what is no number is 0 (JavaRosa)."""
    return 0 if math.isnan(number) else int(max(-_FAR, min(_FAR, number)))


def to_boolean(value: Value) -> bool:
    """§4.3 `boolean()`."""
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    if isinstance(value, list):
        return bool(value) and (len(value) > 1 or is_answered(value[0]))
    if isinstance(value, str):
        return bool(value)
    return True


def is_answered(node: Node) -> bool:
    """The truth of a node: any node is true (§4.3), but a question of a form only when its answer is: not empty,
    not 0 for a number, not `false` where that was calculated (JavaRosa, on which forms were tested).
    """
    item = node.item if isinstance(node, Element) and not node.children else None
    if item is None:
        return True
    text = node.string_value()
    if item.bind.type == "boolean":
        return text in {"true", "1"}
    if item.bind.type in _NUMBERS:
        return to_boolean(node_to_number(node))
    if item.bind.calculate is not None and text == "false":
        return False
    return bool(text) and (text != "0" or item.bind.type != "")


def parse_date(text: str) -> date | datetime | None:
    """The date or dateTime a text holds (ISO 8601, extended), None if it holds none."""
    text = text.strip()
    try:
        day = _DATE.fullmatch(text)
        if day:
            return date(*map(int, day.groups()))
        if _DATETIME.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        return None
    return None


def days(moment: date | datetime, tz: tzinfo = UTC) -> float:
    """Days since 1970-01-01; a dateTime counts its fraction in UTC."""
    if isinstance(moment, datetime):
        aware = moment if moment.tzinfo else moment.replace(tzinfo=tz)
        return (aware - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() / _DAY
    return float((moment - _EPOCH).days)


def to_date(value: Value, tz: tzinfo) -> date | datetime | None:
    """A date or dateTime from a value: text, days since 1970, or itself; None beyond the years 1 to 9999."""
    if isinstance(value, (date, datetime)):
        return value
    if isinstance(value, float):
        try:
            if value == int(value):
                return date.fromordinal(_EPOCH.toordinal() + int(value))
            return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=value)).astimezone(tz)
        except (ValueError, OverflowError):
            return None
    text = to_string(value)
    if NUMBER.fullmatch(text):
        return to_date(float(text), tz)
    return parse_date(text)


def at_midnight(moment: date, tz: tzinfo) -> datetime:
    """The start of a day."""
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time(), tz)
