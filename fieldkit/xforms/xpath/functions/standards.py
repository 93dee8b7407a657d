"""fieldkit's own functions, prefix `fk:`: what forms of this country need and XForms has no function for."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from fieldkit.datatypes import lunar_words
from fieldkit.datatypes.damm import check_digit
from fieldkit.datatypes.money import capital_figures
from fieldkit.datatypes.refused import RefusedError
from fieldkit.xforms.xpath.convert import Value, to_date
from fieldkit.xforms.xpath.functions.registry import function

if TYPE_CHECKING:
    from fieldkit.xforms.xpath.ast import Call
    from fieldkit.xforms.xpath.compiler import Compiler, Run
    from fieldkit.xforms.xpath.context import Context


@function("fk:damm-digit", least=1, most=1)
def _damm_digit(compiler: Compiler, call: Call) -> Run:
    digits = compiler.string(call.arguments[0])
    return lambda c: check_digit(digits(c))


@function("fk:capital-figures", least=1, most=1)
def _capital_figures(compiler: Compiler, call: Call) -> Run:
    amount = compiler.string(call.arguments[0])
    return lambda c: capital_figures(amount(c))


@function("fk:solar-date", least=1, most=1)
def _solar_date(compiler: Compiler, call: Call) -> Run:
    """The usual date of a day said in the words of the lunar calendar; "" for what is none."""
    text = compiler.string(call.arguments[0])

    def run(c: Context) -> Value:
        try:
            return lunar_words.read(text(c), c.env.now().date())
        except RefusedError:
            return ""

    return run


@function("fk:lunar-words", least=1, most=1)
def _lunar_words(compiler: Compiler, call: Call) -> Run:
    """A date in the words of the lunar calendar; "" for what is none, and outside the years of its table."""
    day = compiler.compile(call.arguments[0])

    def run(c: Context) -> Value:
        found = to_date(day(c), c.env.tz)
        found = found.date() if isinstance(found, datetime) else found
        return "" if found is None else lunar_words.words(found)

    return run
