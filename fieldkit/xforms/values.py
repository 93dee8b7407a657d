"""Values as XForms writes them (XForms types; ISO 8601): from Python, from expressions, and checked by type."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from fieldkit.xforms.xpath.convert import Value, number_to_string, to_string

if TYPE_CHECKING:
    from fieldkit.xforms.definition import Item

Settable = str | int | float | bool | date | datetime | time | list[str] | tuple[str, ...] | None

_INTEGER = re.compile(r"[-+]?\d+")
_DECIMAL = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_POINT = re.compile(r"\s*-?\d+(\.\d+)?\s+-?\d+(\.\d+)?(\s+-?\d+(\.\d+)?){0,2}\s*")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MAX_INTEGER = 2**63 - 1
_MOST_DIGITS = 30


def to_text(value: Settable) -> str:
    """Write a Python value as XForms text. Raises TypeError for kinds that have no such form."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return number_to_string(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return " ".join(value)
    raise TypeError(f"an answer cannot be a {type(value).__name__}")


def normalise(value: Value, kind: str) -> str:
    """The text a calculation leaves in a node of type `kind`; NaN is no answer."""
    if isinstance(value, str):
        return _shortened(value, kind)
    if isinstance(value, bool) and kind in {"", "int", "decimal"}:
        return "1" if value else "0"
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        if kind == "int" and math.isfinite(value):
            return str(int(value))
        return number_to_string(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if kind == "date" else value.isoformat(timespec="milliseconds")
    return normalise(to_string(value), kind)


def _shortened(text: str, kind: str) -> str:
    """The day of a dateTime where a date is asked, the whole part of a number where an int is; characters that XML
    cannot hold (`base64-decode()` makes them) are left out.
    """
    if not text.isprintable():
        text = _NO_XML.sub("", text)
    if kind == "date" and "T" in text:
        return text[:10]
    if kind == "int" and "." in text and _is_decimal(text) and math.isfinite(float(text)):
        return str(int(float(text)))
    return text


def tidy(text: str, item: Item | None) -> str:
    """An answer as it is kept: choices with one space between them, without characters that XML cannot hold."""
    if not text.isprintable():
        text = _NO_XML.sub("", text)
    several = getattr(item, "control", "") in {"select", "rank"}
    return " ".join(text.split()) if several else text


def fits(text: str, kind: str) -> bool:
    """Whether a non-empty text is a value of the bind type `kind` (unknown types are strings)."""
    check = _CHECKS.get(kind)
    return check is None or check(text)


def in_range(text: str, parameters: Mapping[str, str]) -> bool:
    """Whether a number lies between `start` and `end` of a range, on one of its steps."""
    value, start, end = (_decimal_of(each) for each in (text, parameters.get("start"), parameters.get("end")))
    step = _decimal_of(parameters.get("step"))
    if value is None or start is None or end is None:
        return value is not None
    if not min(start, end) <= value <= max(start, end):
        return False
    return not step or (value - start) % abs(step) == 0


def _decimal_of(text: str | None) -> Decimal | None:
    return Decimal(text.strip()) if text is not None and _DECIMAL.fullmatch(text.strip()) else None


def _is_integer(text: str) -> bool:
    is_one = bool(_INTEGER.fullmatch(text)) and len(text) <= _MOST_DIGITS
    return is_one and abs(int(text)) <= _MAX_INTEGER


def _is_decimal(text: str) -> bool:
    return bool(_DECIMAL.fullmatch(text))


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return bool(_DATE.fullmatch(text))


def _is_time(text: str) -> bool:
    try:
        time.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_datetime(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return "T" in text


def _is_point(text: str) -> bool:
    return bool(_POINT.fullmatch(text))


def _is_trace(text: str) -> bool:
    return all(_is_point(part) for part in text.split(";") if part.strip())


_CHECKS = {
    "int": _is_integer,
    "integer": _is_integer,
    "decimal": _is_decimal,
    "date": _is_date,
    "time": _is_time,
    "dateTime": _is_datetime,
    "geopoint": _is_point,
    "geotrace": _is_trace,
    "geoshape": _is_trace,
}
