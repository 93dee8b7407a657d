"""Boolean functions (XPath 1.0 §4.3; ODK XForms spec, "Boolean functions")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.xforms.instance import Element, Node
from fieldkit.xforms.xpath.ast import Call
from fieldkit.xforms.xpath.context import Context
from fieldkit.xforms.xpath.convert import Value, is_answered, to_boolean, to_index, to_number, to_string
from fieldkit.xforms.xpath.functions.registry import function, strings

if TYPE_CHECKING:
    from fieldkit.xforms.xpath.compiler import Compiler, Run


@function("true", least=0)
def _true(_compiler: Compiler, _call: Call) -> Run:
    return lambda _c: True


@function("false", least=0)
def _false(_compiler: Compiler, _call: Call) -> Run:
    return lambda _c: False


@function("boolean", least=1)
def _boolean(compiler: Compiler, call: Call) -> Run:
    return compiler.boolean(call.arguments[0])


@function("not", least=1)
def _not(compiler: Compiler, call: Call) -> Run:
    run = compiler.boolean(call.arguments[0])
    return lambda c: not run(c)


strings("boolean-from-string", least=1)(lambda text: text in {"true", "1"})


@function("if", least=3)
def _if(compiler: Compiler, call: Call) -> Run:
    test = compiler.boolean(call.arguments[0])
    yes, no = (compiler.compile(argument) for argument in call.arguments[1:])
    return lambda c: yes(c) if test(c) else no(c)


@function("coalesce", least=2)
def _coalesce(compiler: Compiler, call: Call) -> Run:
    first, second = (compiler.compile(argument) for argument in call.arguments)

    def run(c: Context) -> Value:
        value = first(c)
        return value if to_string(value) not in {"", "NaN"} else second(c)

    return run


@function("once", least=1)
def _once(compiler: Compiler, call: Call) -> Run:
    run = compiler.compile(call.arguments[0])
    return lambda c: c.current.string_value() or run(c)


@function("checklist", least=2, most=None)
def _checklist(compiler: Compiler, call: Call) -> Run:
    least, most = (compiler.number(argument) for argument in call.arguments[:2])
    runs = [compiler.compile(argument) for argument in call.arguments[2:]]

    def run(c: Context) -> bool:
        count = sum(_ticked(part) for each in runs for part in _parts(each(c)))
        return _within(count, least(c), most(c))

    return run


@function("weighted-checklist", least=4, most=None, pairs=True)
def _weighted_checklist(compiler: Compiler, call: Call) -> Run:
    least, most = (compiler.number(argument) for argument in call.arguments[:2])
    runs = [compiler.compile(argument) for argument in call.arguments[2:]]

    def run(c: Context) -> bool:
        values = [_parts(each(c)) for each in runs[::2]]
        weights = [_parts(each(c)) for each in runs[1::2]]
        pairs = zip((v for vs in values for v in vs), (w for ws in weights for w in ws), strict=False)
        return _within(sum(to_number(weight) for value, weight in pairs if _ticked(value)), least(c), most(c))

    return run


def _parts(value: Value) -> list[Value]:
    return [_typed(node) for node in value] if isinstance(value, list) else [value]


def _typed(node: Node) -> Value:
    return node.string_value() if not isinstance(node, Element) or node.item is None else is_answered(node)


def _ticked(value: Value) -> bool:
    """Whether a factor counts: as JavaRosa has it, by its truth."""
    return to_boolean(value)


def _within(count: float, least: float, most: float) -> bool:
    """Whether a count lies within bounds: -1 is none, what is no number is 0 (JavaRosa)."""
    low, high = to_index(least), to_index(most)
    return (low == -1 or count >= low) and (high == -1 or count <= high)
