"""Rows of a list found through its indexes: `instance('x')/root/item[key = value and …]`.

pyxform writes every choice_filter and every lookup in this shape. A condition can use an index when one side is
a column of the row and the other does not depend on the row; the other conditions are then tried only on the
rows the index gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldkit.xforms.instance import Node
from fieldkit.xforms.table import Row, TableDocument
from fieldkit.xforms.xpath.ast import Binary, Call, Expr, Filter, Literal, NameTest, Number, Path, Step, Unary
from fieldkit.xforms.xpath.context import Context

if TYPE_CHECKING:
    from fieldkit.xforms.xpath.compiler import Compiler, Nodes, Run

_ABOUT_THE_NODE = frozenset(
    {"position", "last", "string", "number", "string-length", "normalize-space", "name", "local-name", "namespace-uri"}
)  # fmt: skip
LIST_STEPS = 2
"""A list is its root and its rows."""


@dataclass(frozen=True, slots=True)
class _Key:
    """A condition an index serves: the cell in `column` equals `value`."""

    column: str
    value: Run


def lookup(path: Path, compiler: Compiler, begin: Nodes, otherwise: Nodes) -> Nodes | None:
    """Nodes of the first two steps of `path`, through an index where the list is a table and `otherwise` where it
    is not. None where no condition can use an index.
    """
    if not (isinstance(path.start, Call) and path.start.name == "instance") or len(path.steps) < LIST_STEPS:
        return None
    root, item = path.steps[:LIST_STEPS]
    if root.predicates or not item.predicates or not _is_name(root) or not _is_name(item):
        return None
    conditions = list(_conjuncts(item.predicates[0]))
    if any(_uses_position(condition) for condition in conditions):
        return None
    found = [(condition, _key(condition, compiler)) for condition in conditions]
    keys = [key for _, key in found if key is not None]
    if not keys:
        return None
    checks = [compiler.condition(condition) for condition, key in found if key is None]
    later = [compiler.predicate(predicate) for predicate in item.predicates[1:]]
    root_name, item_name = str(root.test), str(item.test)

    def run(c: Context) -> list[Node]:
        documents = begin(c)
        document = documents[0] if documents else None
        if not isinstance(document, TableDocument) or not document.is_called(root_name, item_name):
            return otherwise(c)
        rows = _rows(document, keys, c)
        if rows is None:
            return otherwise(c)
        nodes: list[Node] = [row for row in rows if all(_holds(check, row, c) for check in checks)]
        for keep in later:
            nodes = keep(nodes, c)
        return nodes

    return run


def _rows(document: TableDocument, keys: list[_Key], c: Context) -> list[Row] | None:
    """The rows all keys agree on; None where a value is no text and an index of texts says nothing about it."""
    found: list[Row] | None = None
    for key in keys:
        value = key.value(c)
        if isinstance(value, list):
            texts = {node.string_value() for node in value} or {""}
        elif isinstance(value, str):
            texts = {value}
        else:
            return None
        if found is None:
            rows = [row for text in texts for row in document.table.find(key.column, text)]
            found = sorted(rows, key=lambda row: row.number) if len(texts) > 1 else rows
        else:
            found = [row for row in found if row.cell(key.column) in texts]
    return found


def _holds(check: Callable[[Context], bool], row: Row, c: Context) -> bool:
    return check(Context(row, 1, 1, c.current, c.env))


def _conjuncts(expr: Expr) -> Iterator[Expr]:
    if isinstance(expr, Binary) and expr.operator == "and":
        yield from _conjuncts(expr.left)
        yield from _conjuncts(expr.right)
    else:
        yield expr


def _key(condition: Expr, compiler: Compiler) -> _Key | None:
    if not isinstance(condition, Binary) or condition.operator != "=":
        return None
    for one, other in ((condition.left, condition.right), (condition.right, condition.left)):
        column = _column(one)
        if column and _is_independent(other):
            return _Key(column, compiler.inside(other))
    return None


def _column(expr: Expr) -> str:
    """The name of the child an expression reads of the row, "" where it is more than that."""
    plain = isinstance(expr, Path) and expr.start is None and not expr.absolute and len(expr.steps) == 1
    if not plain or not isinstance(expr, Path) or not _is_name(expr.steps[0]) or expr.steps[0].predicates:
        return ""
    return str(expr.steps[0].test)


def _is_name(step: Step) -> bool:
    return (
        step.axis == "child"
        and isinstance(step.test, NameTest)
        and step.test.name != "*"
        and not step.test.prefix
    )


def _is_independent(expr: Expr) -> bool:
    """Whether an expression has the same value for every row."""
    if isinstance(expr, (Literal, Number)):
        return True
    if isinstance(expr, Path):
        return expr.absolute or (expr.start is not None and _is_independent(expr.start))
    if isinstance(expr, Call):
        about_node = not expr.arguments and expr.name in _ABOUT_THE_NODE
        return not about_node and all(_is_independent(argument) for argument in expr.arguments)
    if isinstance(expr, Binary):
        return _is_independent(expr.left) and _is_independent(expr.right)
    if isinstance(expr, Unary):
        return _is_independent(expr.operand)
    return isinstance(expr, Filter) and _is_independent(expr.primary)


def _uses_position(expr: Expr) -> bool:
    """Whether a condition is a place in the list or asks for one. A bare number is a place."""
    if isinstance(expr, (Number, Unary)):
        return True
    if isinstance(expr, Call):
        return expr.name in {"position", "last", "number"} or any(_uses_position(a) for a in expr.arguments)
    if isinstance(expr, Binary):
        arithmetic = expr.operator in {"+", "-", "*", "div", "mod"}
        return arithmetic or _uses_position(expr.left) or _uses_position(expr.right)
    return False
