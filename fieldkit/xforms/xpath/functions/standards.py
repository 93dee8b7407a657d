"""fieldkit's own functions, prefix `fk:`: what forms of this country need and XForms has no function for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.datatypes.damm import check_digit
from fieldkit.datatypes.money import capital_figures
from fieldkit.xforms.xpath.functions.registry import function

if TYPE_CHECKING:
    from fieldkit.xforms.xpath.ast import Call
    from fieldkit.xforms.xpath.compiler import Compiler, Run


@function("fk:damm-digit", least=1, most=1)
def _damm_digit(compiler: Compiler, call: Call) -> Run:
    digits = compiler.string(call.arguments[0])
    return lambda c: check_digit(digits(c))


@function("fk:capital-figures", least=1, most=1)
def _capital_figures(compiler: Compiler, call: Call) -> Run:
    amount = compiler.string(call.arguments[0])
    return lambda c: capital_figures(amount(c))
