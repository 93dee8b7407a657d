"""Numbers as people type them. Each reader gives the XForms text or raises ReadingError."""

from __future__ import annotations

import re
from collections.abc import Mapping

from fieldkit.session.reading.plain import ReadingError, plain
from fieldkit.xforms.values import fits, in_range

_INTEGER = re.compile(r"[-+]?[0-9]+")
_DECIMAL = re.compile(r"([-+]?)([0-9]*)(?:\.([0-9]*))?")
_SEPARATED = re.compile(r"[-+]?[0-9.]+(?:[,、' _][0-9.]+)+")
_IN_THOUSANDS = re.compile(r"[-+负]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_MOBILE = re.compile(r"(?:\+86|0086)?(1[3-9][0-9]{9})")


def read_integer(text: str) -> str:
    """A whole number of at most 64 bits."""
    typed = _number(text)
    if not _INTEGER.fullmatch(typed):
        raise ReadingError("reading.integer", text=text)
    if not fits(typed, "int"):
        raise ReadingError("reading.too-large", text=text)
    return str(int(typed))


def read_decimal(text: str) -> str:
    """A number with or without decimals, which stay as they were typed."""
    found = _DECIMAL.fullmatch(_number(text))
    sign, whole, rest = found.groups("") if found else ("", "", "")
    if not whole and not rest:
        raise ReadingError("reading.decimal", text=text)
    return f"{sign.strip('+')}{whole.lstrip('0') or '0'}{'.' + rest if rest else ''}"


def read_range(text: str, kind: str, parameters: Mapping[str, str]) -> str:
    """A number of the range with these `start`, `end` and `step`; whole where its bind type `kind` is."""
    value = read_integer(text) if kind == "int" else read_decimal(text)
    if not in_range(value, parameters):
        known = {name: parameters.get(name, "?") for name in ("start", "end", "step")}
        raise ReadingError("reading.range", text=text, **known)
    return value


def read_digits(text: str) -> str:
    """Digits alone, as of a telephone or a card: spaces and hyphens go, and China's code before a mobile number."""
    typed = re.sub(r"[\s-]", "", plain(text))
    mobile = _MOBILE.fullmatch(typed)
    digits = mobile.group(1) if mobile else typed
    if not re.fullmatch("[0-9]+", digits):
        raise ReadingError("reading.digits", text=text)
    return digits


def ungrouped(text: str) -> str:
    """A number that has commas between its thousands without them; anything else as it is."""
    typed = plain(text)
    return typed.replace(",", "") if _IN_THOUSANDS.fullmatch(typed) else text


def grouped(value: str) -> str:
    """A stored number with commas between its thousands; `ungrouped` takes them out."""
    whole, point, rest = value.partition(".")
    return re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+$)", ",", whole) + point + rest


def _number(text: str) -> str:
    """The typed text, "负" as a minus; digits in groups are refused, as 3,500 means one thing here and another there."""
    typed = plain(text)
    if typed.startswith("负"):
        typed = f"-{typed[1:]}"
    if _SEPARATED.fullmatch(typed):
        raise ReadingError("reading.separator", text=text)
    return typed
