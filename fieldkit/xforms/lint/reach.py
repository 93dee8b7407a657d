"""Questions that can never be asked and answers that can never fit, as far as the expressions alone tell."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping

from fieldkit.errors import FormProblem, phrase
from fieldkit.i18n import N_
from fieldkit.xforms.definition import Form, Item, Question, absolute
from fieldkit.xforms.expression import Expression
from fieldkit.xforms.lint.place import found_at
from fieldkit.xforms.table import TableDocument
from fieldkit.xforms.xpath import ast

Known = bool | float | str | None
"""A value that is the same whatever is answered; None where it depends."""

_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_SELECTED = 2
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}


def reach_findings(form: Form) -> Iterator[FormProblem]:
    """Groups and questions whose relevance never holds, and constraints that no answer meets."""
    folder = _Folder(form)
    for item in form.items.values():
        relevant, constraint = item.bind.relevant, item.bind.constraint
        if relevant is not None and folder.never(relevant, item):
            message = (
                N_("this is never asked: {expression} can never be true. Correct it or take it out")
                if isinstance(item, Question)
                else N_(
                    "this and everything in it is never asked: {expression} can never be true. Correct it or take it out"
                )
            )
            yield found_at(item, "relevant", phrase(message, expression=relevant.source))
        if constraint is not None and folder.never(constraint, item):
            yield found_at(
                item,
                "constraint",
                phrase(
                    N_("no answer can ever fit: {expression} can never be true. Correct it"),
                    expression=constraint.source,
                ),
            )


class _Folder:
    """Folds expressions of one form. The values of a select are those of its whole list."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self._values: dict[str, frozenset[str] | None] = {}

    def never(self, expression: Expression, item: Item) -> bool:
        """Whether an expression is false whatever is answered."""
        return _truth(self._fold(expression.compiled.expr, item)) is False

    def _fold(self, expr: ast.Expr, item: Item) -> Known:
        if isinstance(expr, (ast.Literal, ast.Number)):
            return expr.value
        if isinstance(expr, ast.Call):
            return self._call(expr, item)
        if isinstance(expr, ast.Binary) and expr.operator in {"and", "or"}:
            return self._junction(expr, item)
        if isinstance(expr, ast.Binary) and expr.operator in {"=", "!=", *_COMPARE}:
            return self._comparison(expr, item)
        return None

    def _call(self, call: ast.Call, item: Item) -> Known:
        if call.name in {"true", "false"} and not call.arguments:
            return call.name == "true"
        if call.name == "not" and len(call.arguments) == 1:
            inside = _truth(self._fold(call.arguments[0], item))
            return None if inside is None else not inside
        if call.name == "selected" and len(call.arguments) == _SELECTED:
            asked, value = call.arguments
            return False if self._impossible(asked, value, item) else None
        return None

    def _junction(self, expr: ast.Binary, item: Item) -> Known:
        first, rest = expr.chain
        truths = [_truth(self._fold(each, item)) for each in (first, *(operand for _, operand in rest))]
        decides = expr.operator == "or"
        if decides in truths:
            return decides
        if expr.operator == "and" and None in truths and self._contradicts(expr, item):
            return False
        return None if None in truths else not decides

    def _comparison(self, expr: ast.Binary, item: Item) -> Known:
        left, right = self._fold(expr.left, item), self._fold(expr.right, item)
        if left is not None and right is not None:
            if expr.operator in {"=", "!="}:
                return (left == right) == (expr.operator == "=") if type(left) is type(right) else None
            return _COMPARE[expr.operator](float(left), float(right)) if _both_numbers(left, right) else None
        if expr.operator == "=" and (
            self._impossible(expr.left, expr.right, item) or self._impossible(expr.right, expr.left, item)
        ):
            return False
        return None

    def _impossible(self, asked: ast.Expr, value: ast.Expr, item: Item) -> bool:
        """Whether a select is compared with a value that its list does not have."""
        question = self._question(asked, item)
        values = self._values_of(question) if question is not None else None
        return (
            isinstance(value, ast.Literal)
            and bool(value.value)
            and bool(values)
            and value.value not in (values or ())
        )

    def _contradicts(self, expr: ast.Binary, item: Item) -> bool:
        """Whether conditions joined by `and` exclude each other: two values of one select, an empty interval."""
        equal: dict[str, set[str]] = {}
        bounds: dict[str, list[tuple[str, float]]] = {}
        for part in ast.conjuncts(expr):
            if not isinstance(part, ast.Binary) or part.operator not in _TURNED:
                continue
            for one, other, sign in (
                (part.left, part.right, part.operator),
                (part.right, part.left, _TURNED[part.operator]),
            ):
                question = self._question(one, item)
                if question is None:
                    continue
                if sign == "=" and isinstance(other, ast.Literal) and question.control != "select":
                    equal.setdefault(question.path, set()).add(other.value)
                elif isinstance(other, ast.Number):
                    bounds.setdefault(question.path, []).append((sign, other.value))
        return any(len(values) > 1 for values in equal.values()) or any(
            _is_empty(each) for each in bounds.values()
        )

    def _question(self, expr: ast.Expr, item: Item) -> Question | None:
        if not isinstance(expr, ast.Path) or expr.start is not None:
            return None
        names = []
        for step in expr.steps:
            if step.predicates or step.axis not in {"child", "self", "parent"}:
                return None
            names.append({"self": ".", "parent": ".."}.get(step.axis) or str(step.test))
        path = ("/" if expr.absolute else "") + "/".join(names)
        found = self.form.items.get(absolute(path, item.path))
        return found if isinstance(found, Question) else None

    def _values_of(self, question: Question) -> frozenset[str] | None:
        if question.path not in self._values:
            self._values[question.path] = self._read_values(question)
        return self._values[question.path]

    def _read_values(self, question: Question) -> frozenset[str] | None:
        if question.choices:
            return frozenset(choice.value for choice in question.choices)
        itemset = question.itemset
        names = [name for name in self.form.instances if itemset and f"'{name}'" in itemset.nodes.source]
        instance = self.form.instances.get(names[0]) if len(names) == 1 else None
        if itemset is None or not question.is_select or instance is None or instance.src:
            return None
        document = self.form.lists.document(instance.id)
        if not isinstance(document, TableDocument):
            return None
        return frozenset(row.cell(itemset.value) for row in document.table.rows())


def _truth(value: Known) -> bool | None:
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return None if value is None else bool(value)


def _both_numbers(left: Known, right: Known) -> bool:
    return isinstance(left, float) and isinstance(right, float)


def _is_empty(bounds: list[tuple[str, float]]) -> bool:
    """Whether no number lies within all bounds."""
    least = max((value for sign, value in bounds if sign in {">", ">=", "="}), default=-math.inf)
    most = min((value for sign, value in bounds if sign in {"<", "<=", "="}), default=math.inf)
    open_end = any(value in {least, most} and sign in {"<", ">"} for sign, value in bounds)
    return least > most or (least == most and open_end)
