"""Functions of choices and words (ODK XForms spec, "Select functions")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.xforms.xpath.ast import Call
from fieldkit.xforms.xpath.convert import to_index
from fieldkit.xforms.xpath.functions.registry import function, strings

if TYPE_CHECKING:
    from fieldkit.xforms.xpath.compiler import Compiler, Run

strings("selected", "is-selected", least=2)(lambda chosen, value: f" {value.strip()} " in f" {chosen} ")
strings("count-selected", least=1)(lambda chosen: float(len(chosen.split())))


@function("selected-at", least=2)
def _selected_at(compiler: Compiler, call: Call) -> Run:
    chosen, place = compiler.string(call.arguments[0]), compiler.number(call.arguments[1])
    return lambda c: dict(enumerate(chosen(c).split())).get(to_index(place(c)), "")


@function("jr:choice-name", least=2)
def _choice_name(compiler: Compiler, call: Call) -> Run:
    value, path = compiler.string(call.arguments[0]), compiler.string(call.arguments[1])
    return lambda c: c.env.choice_name(value(c), path(c).strip(), c.node)


@function("jr:itext", least=1)
def _itext(compiler: Compiler, call: Call) -> Run:
    key = compiler.string(call.arguments[0])
    return lambda c: c.env.itext(key(c))
