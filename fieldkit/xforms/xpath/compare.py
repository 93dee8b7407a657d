"""Comparisons (XPath 1.0 §3.4), and what they mean between dates."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date

from fieldkit.xforms.xpath.convert import Value, node_to_number, parse_date, to_boolean, to_number

ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_DATE_LENGTH = 10


def equal(x: Value, y: Value, *, same: bool, none_is_empty: bool = False) -> bool:
    """`x = y`, or `x != y` where not `same`.

    none_is_empty: no node at all is the empty string, as it is in forms: what is not relevant is empty.
    """
    if none_is_empty:
        x, y = ("" if side == [] else side for side in (x, y))
    if isinstance(x, list) and isinstance(y, list):
        theirs = [node.string_value() for node in y]
        return any((node.string_value() == other) == same for node in x for other in theirs)
    if isinstance(x, list) or isinstance(y, list):
        nodes, other = (x, y) if isinstance(x, list) else (y, x)
        assert isinstance(nodes, list)
        if isinstance(other, bool):
            return (to_boolean(nodes) == other) == same
        return any(equal(node.string_value(), other, same=same) for node in nodes)
    if isinstance(x, bool) or isinstance(y, bool):
        return (to_boolean(x) == to_boolean(y)) == same
    if isinstance(x, (float, date)) or isinstance(y, (float, date)):
        return (to_number(x) == to_number(y)) == same
    if x == y:
        return same
    return (_as_moment(x) == _as_moment(y)) == same if _as_moment(x) and _as_moment(y) else not same


def is_moment(text: str) -> bool:
    """Whether a text may be a dateTime, which equals others that say the same moment."""
    return text[:1].isdigit() and len(text) > _DATE_LENGTH


def ordered(x: Value, y: Value, order: Callable[[float, float], bool]) -> bool:
    """The comparisons that need numbers: true if any pair of them is in order."""
    return any(order(a, b) for a in _numbers(x) for b in _numbers(y))


def _as_moment(text: Value) -> date | None:
    return parse_date(text) if isinstance(text, str) and is_moment(text) else None


def _numbers(value: Value) -> list[float]:
    return [node_to_number(node) for node in value] if isinstance(value, list) else [to_number(value)]
