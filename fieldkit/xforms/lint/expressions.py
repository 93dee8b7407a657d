"""Paths in expressions that lead nowhere, and patterns that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fieldkit.errors import FormProblem, phrase
from fieldkit.i18n import N_
from fieldkit.xforms.definition import Form, Item, Question, Repeat
from fieldkit.xforms.dependencies import references
from fieldkit.xforms.expression import Expression
from fieldkit.xforms.lint.place import found_at
from fieldkit.xforms.xpath import ast

_ARGUMENTS_OF_REGEX = 2


def expression_findings(form: Form) -> Iterator[FormProblem]:
    """Expressions that read a node the form does not have, and `regex()` with a pattern that is none."""
    for item in form.items.values():
        for expression in _expressions(item):
            for read in sorted(references(expression, form.items), key=lambda read: read.steps):
                path = "/" + "/".join(read.steps)
                if path not in form.items and "@" not in path:
                    message = phrase(
                        N_(
                            "{expression} reads {path}, which is no node of the form. Write ${{name}} for an answer, 'name' for a text, true() for a truth"
                        ),
                        expression=expression.source,
                        path=path,
                    )
                    yield found_at(item, expression.column, message)
            for pattern, reason in _bad_patterns(expression):
                message = phrase(
                    N_("the pattern {pattern} cannot be read ({reason}), so nothing fits it. Correct it"),
                    pattern=pattern,
                    reason=reason,
                )
                yield found_at(item, expression.column, message)


def _expressions(item: Item) -> Iterator[Expression]:
    bind = item.bind
    rules = [bind.required, bind.relevant, bind.readonly, bind.constraint, bind.calculate, bind.warning]
    rules.append(item.count if isinstance(item, Repeat) else None)
    rules.append(item.itemset.nodes if isinstance(item, Question) and item.itemset else None)
    yield from (rule for rule in rules if rule is not None)


def _bad_patterns(expression: Expression) -> Iterator[tuple[str, str]]:
    if "regex" not in expression.functions:
        return
    for node in parts(expression.compiled.expr):
        if isinstance(node, ast.Call) and node.name == "regex" and len(node.arguments) == _ARGUMENTS_OF_REGEX:
            pattern = node.arguments[1]
            try:
                re.compile(pattern.value if isinstance(pattern, ast.Literal) else "")
            except re.error as error:
                yield str(pattern), error.msg


def parts(expression: ast.Expr) -> Iterator[ast.Expr]:
    """An expression and every expression in it."""
    stack: list[ast.Expr] = [expression]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, ast.Unary):
            stack.append(node.operand)
        elif isinstance(node, ast.Binary):
            first, rest = node.chain
            stack += [first, *(operand for _, operand in rest)]
        elif isinstance(node, ast.Call):
            stack += node.arguments
        elif isinstance(node, ast.Filter):
            stack += [node.primary, *node.predicates]
        elif isinstance(node, ast.Path):
            stack += [predicate for step in node.steps for predicate in step.predicates]
            stack += [node.start] if node.start is not None else []
