"""Rows of a list found through its indexes: `instance('x')/root/item[key = value and …]`.

pyxform writes every choice_filter and every lookup in this shape. A condition can use an index when one side is
a column of the row and the other does not depend on the row; the other conditions are then tried only on the
rows the index gives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldkit.xforms.instance import Node
from fieldkit.xforms.table import Row, TableDocument
from fieldkit.xforms.xpath.ast import (
    Binary,
    Call,
    Expr,
    Filter,
    Literal,
    NameTest,
    Number,
    Path,
    Step,
    Unary,
    conjuncts,
)
from fieldkit.xforms.xpath.context import Context
from fieldkit.xforms.xpath.locations import Nodes
from fieldkit.xforms.xpath.operators import ARITHMETIC

if TYPE_CHECKING:
    from fieldkit.xforms.xpath.compiler import Compiler, Keep, Run

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


class Lookup:
    """The rows of a list that meet conditions. Conditions are of three kinds, tried in this order: `keys` through
    an index, `checks` row by row, and `later` predicates on what is left. `seeds` are those of the orders the rows
    are shuffled into.
    """

    __slots__ = ("_begin", "_checks", "_item", "_keys", "_later", "_root", "seeds")

    def __init__(
        self,
        begin: Nodes,
        names: tuple[str, str],
        keys: list[_Key],
        checks: list[Callable[[Context], bool]],
        later: list[Keep],
    ) -> None:
        self._begin = begin
        self._root, self._item = names
        self._keys = keys
        self._checks = checks
        self._later = later
        self.seeds: list[Callable[[Context], str]] = []

    @property
    def is_whole(self) -> bool:
        """Whether every row is meant."""
        return not (self._keys or self._checks or self._later)

    @property
    def is_keyed(self) -> bool:
        """Whether an index helps."""
        return bool(self._keys)

    def document(self, c: Context) -> TableDocument | None:
        """The list, where it is a table of these names."""
        documents = self._begin(c)
        document = documents[0] if documents else None
        if isinstance(document, TableDocument) and document.is_called(self._root, self._item):
            return document
        return None

    def rows(self, document: TableDocument, c: Context) -> list[Node] | None:
        """The rows that meet all conditions; None where a value is no text: an index of texts says nothing of it."""
        found: list[Row] | None = None
        for key in self._keys:
            texts = _texts(key.value(c))
            if texts is None:
                return None
            if found is None:
                rows = [row for text in texts for row in document.table.find(key.column, text)]
                found = sorted(rows, key=lambda row: row.number) if len(texts) > 1 else rows
            else:
                found = [row for row in found if row.cell(key.column) in texts]
        nodes: list[Node] = list(found if found is not None else document.table.rows())
        if self._checks:
            nodes = [node for node in nodes if self._meets_checks(node, c)]
        for keep in self._later:
            nodes = keep(nodes, c)
        return nodes

    def signature(self, c: Context) -> tuple[frozenset[str], ...] | None:
        """What the rows and their order depend on now: the texts of keys and seeds. None where they depend on more."""
        if self._checks or self._later:
            return None
        found = [frozenset({seed(c)}) for seed in self.seeds]
        for key in self._keys:
            texts = _texts(key.value(c))
            if texts is None:
                return None
            found.append(frozenset(texts))
        return tuple(found)

    def admits(self, column: str, value: str, c: Context) -> bool | None:
        """Whether some row with `value` in `column` meets all conditions; None where only `rows` can tell."""
        document = self.document(c)
        if document is None or self._later:
            return None
        wanted = [(key.column, _texts(key.value(c))) for key in self._keys]
        if any(texts is None for _, texts in wanted):
            return None
        return any(
            all(texts is not None and row.cell(key) in texts for key, texts in wanted)
            and self._meets_checks(row, c)
            for row in document.table.find(column, value)
        )

    def _meets_checks(self, row: Node, c: Context) -> bool:
        return all(check(Context(row, 1, 1, c.current, c.env)) for check in self._checks)


def lookup(path: Path, compiler: Compiler, begin: Nodes) -> Lookup | None:
    """How to find the nodes of the first two steps of `path` where they are the rows of a table; None where the path
    is of another shape.
    """
    if not (isinstance(path.start, Call) and path.start.name == "instance") or len(path.steps) < LIST_STEPS:
        return None
    root, item = path.steps[:LIST_STEPS]
    if root.predicates or not _is_name(root) or not _is_name(item):
        return None
    names = str(root.test), str(item.test)
    if not item.predicates:
        return Lookup(begin, names, [], [], [])
    conditions = list(conjuncts(item.predicates[0]))
    if any(_uses_position(condition) for condition in conditions):
        return None
    found = [(condition, _key(condition, compiler)) for condition in conditions]
    return Lookup(
        begin,
        names,
        [key for _, key in found if key is not None],
        [compiler.condition(condition) for condition, key in found if key is None],
        [compiler.predicate(predicate) for predicate in item.predicates[1:]],
    )


def _texts(value: object) -> set[str] | None:
    """The texts a value equals in a list, None for a value that is no text. No node at all is empty."""
    if isinstance(value, str):
        return {value}
    return {node.string_value() for node in value} or {""} if isinstance(value, list) else None


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
        first, rest = expr.chain
        return _is_independent(first) and all(_is_independent(operand) for _, operand in rest)
    if isinstance(expr, Unary):
        return _is_independent(expr.operand)
    return isinstance(expr, Filter) and _is_independent(expr.primary)


def _uses_position(expr: Expr) -> bool:
    """Whether a condition is a place in the list or asks for one. A bare number is a place."""
    if isinstance(expr, (Number, Unary)):
        return True
    if isinstance(expr, Call):
        return expr.name in {"position", "last", "number"} or any(_uses_position(a) for a in expr.arguments)
    return isinstance(expr, Binary) and (expr.operator in ARITHMETIC or _asks_for_position(expr))


def _asks_for_position(expr: Expr) -> bool:
    """Whether an expression asks for a place in the list: what is only compared or calculated with is none."""
    if isinstance(expr, Call):
        return expr.name in {"position", "last"} or any(_asks_for_position(each) for each in expr.arguments)
    if isinstance(expr, Binary):
        first, rest = expr.chain
        return _asks_for_position(first) or any(_asks_for_position(operand) for _, operand in rest)
    if isinstance(expr, Unary):
        return _asks_for_position(expr.operand)
    return isinstance(expr, Filter) and _asks_for_position(expr.primary)
