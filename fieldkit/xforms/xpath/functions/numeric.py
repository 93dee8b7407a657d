"""Number functions (XPath 1.0 §4.4; ODK XForms spec, "Number functions")."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from fieldkit.xforms.xpath.ast import Call
from fieldkit.xforms.xpath.context import Context
from fieldkit.xforms.xpath.convert import node_to_number, to_index, to_number
from fieldkit.xforms.xpath.functions.registry import function, numbers

if TYPE_CHECKING:
    from fieldkit.xforms.xpath.compiler import Compiler, Run


_DIGITS = 300
"""Beyond so many digits rounding changes nothing, or leaves nothing."""


@function("number", least=0, most=1)
def _number(compiler: Compiler, call: Call) -> Run:
    if call.arguments:
        return compiler.number(call.arguments[0])
    return lambda c: node_to_number(c.node)


@numbers("int", least=1)
def _int(number: float) -> float:
    return float(math.trunc(number)) if math.isfinite(number) else number


_MOST_DIGITS = 400
"""More than any number has on either side of its point."""


@function("round", least=1, most=2)
def _round_call(compiler: Compiler, call: Call) -> Run:
    """A decimal comma is understood, as in JavaRosa."""
    value = compiler.compile(call.arguments[0])
    digits = compiler.number(call.arguments[1]) if len(call.arguments) > 1 else lambda _c: 0.0

    def run(c: Context) -> float:
        given = value(c)
        return _round(to_number(given.replace(",", ".") if isinstance(given, str) else given), digits(c))

    return run


def _round(number: float, digits: float) -> float:
    if not math.isfinite(number):
        return number
    unit = Decimal(1).scaleb(-max(-_DIGITS, min(_DIGITS, to_index(digits))))
    return float(((Decimal(repr(number)) / unit) + Decimal("0.5")).to_integral_value(ROUND_FLOOR) * unit)


def _guarded(plain: Callable[..., float]) -> Callable[..., float]:
    """Outside its domain a function of mathematics is not a number."""

    def run(*values: float) -> float:
        try:
            return plain(*values)
        except OverflowError:
            return math.inf
        except ValueError:
            return math.nan

    return run


def _power(base: float, exponent: float) -> float:
    """As ECMAScript and Java have it: no number to the power of none is one, 0 to a negative power is endless."""
    if math.isnan(exponent):
        return math.nan
    return math.inf if base == 0 and exponent < 0 else math.pow(base, exponent)


_FUNCTIONS: dict[str, Callable[[float], float]] = {
    "floor": lambda x: float(math.floor(x)) if math.isfinite(x) else x,
    "ceiling": lambda x: float(math.ceil(x)) if math.isfinite(x) else x,
    "abs": abs,
    "sqrt": math.sqrt,
    "log": lambda x: -math.inf if x == 0 else math.log(x),
    "log10": lambda x: -math.inf if x == 0 else math.log10(x),
    "exp": math.exp,
    "exp10": lambda x: 10.0**x,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
}
for _name, _plain in _FUNCTIONS.items():
    numbers(_name, least=1)(_guarded(_plain))
numbers("pow", least=2)(_guarded(_power))
numbers("atan2", least=2)(_guarded(math.atan2))
numbers("pi", least=0)(lambda: math.pi)


@function("random", least=0)
def _random(_compiler: Compiler, _call: Call) -> Run:
    return lambda c: c.env.random.random()


@function("sum", least=1)
def _sum(compiler: Compiler, call: Call) -> Run:
    """In a form what is no number is passed over, as in JavaRosa: an empty answer does not empty the sum."""
    run = compiler.nodes(call.arguments[0])
    if not compiler.in_form:
        return lambda c: math.fsum(node_to_number(node) for node in run(c))
    return lambda c: math.fsum(x for node in run(c) if (x := node_to_number(node)) == x)


@function("max", least=1, most=None)
def _max(compiler: Compiler, call: Call) -> Run:
    return _extreme(compiler, call, max)


@function("min", least=1, most=None)
def _min(compiler: Compiler, call: Call) -> Run:
    return _extreme(compiler, call, min)


def _extreme(compiler: Compiler, call: Call, choose: Callable[[list[float]], float]) -> Run:
    runs = [compiler.compile(argument) for argument in call.arguments]
    in_form = compiler.in_form

    def run(c: Context) -> float:
        found: list[float] = []
        for each in runs:
            value = each(c)
            if isinstance(value, list):
                found += [node_to_number(node) for node in value if node.string_value()]
            else:
                found.append(to_number(value))
        known = [number for number in found if not math.isnan(number)]
        return choose(known) if known and (in_form or len(known) == len(found)) else math.nan

    return run
