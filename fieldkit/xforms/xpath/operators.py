"""Operators over compiled operands (XPath 1.0 §3.4, §3.5); chains of them are worked through without recursion."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

from fieldkit.xforms.xpath.context import Context

_TWO = 2


def all_or_any(tests: list[Callable[[Context], bool]], name: str) -> Callable[[Context], bool]:
    """`and` or `or` of several conditions, from left to right, no further than needed."""
    if len(tests) == _TWO:
        first, second = tests
        return (lambda c: first(c) and second(c)) if name == "and" else (lambda c: first(c) or second(c))
    if name == "and":
        return lambda c: all(test(c) for test in tests)
    return lambda c: any(test(c) for test in tests)


def calculation(
    first: Callable[[Context], float],
    rest: list[tuple[Callable[[float, float], float], Callable[[Context], float]]],
) -> Callable[[Context], float]:
    """The first operand, and what the operators make of it with the others, from left to right."""
    if len(rest) == 1:
        calculate, second = rest[0]
        return lambda c: calculate(first(c), second(c))

    def run(c: Context) -> float:
        result = first(c)
        for calculate, operand in rest:
            result = calculate(result, operand(c))
        return result

    return run


def _divide(a: float, b: float) -> float:
    if b == 0:
        return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1, b)
    return a / b


def _modulo(a: float, b: float) -> float:
    return math.nan if b == 0 or math.isinf(a) or math.isnan(b) else math.fmod(a, b)


ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "div": _divide,
    "mod": _modulo,
}
