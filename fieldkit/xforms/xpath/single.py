"""Paths that stand for one element of the answers at most: found without building node-sets.

Such a path has only names and `..`, and enters no repeat but those around the node it belongs to. Most paths in
forms are of this kind.
"""

from __future__ import annotations

from collections.abc import Callable

from fieldkit.xforms.instance import Element, Node
from fieldkit.xforms.xpath.ast import Call, Expr, KindTest, NameTest, Path, Step
from fieldkit.xforms.xpath.context import Context, Scope

Find = Callable[[Context], Element | None]
"""Finds the element, relevant or not; None where there is none."""


def single(expr: Expr, scope: Scope, *, in_predicate: bool) -> Find | None:
    """How to find the one element `expr` stands for in a form, None if it may stand for several.

    in_predicate: the context node is not the node the expression belongs to.
    """
    if not isinstance(expr, Path) or not scope.context:
        return None
    if expr.absolute:
        names = _names(expr.steps)
        return _absolute(names, scope) if names else None
    at_current = isinstance(expr.start, Call) and expr.start.name == "current"
    if at_current or (expr.start is None and not in_predicate):
        return _relative(expr.steps, scope)
    return None


def _names(steps: tuple[Step, ...]) -> tuple[str, ...] | None:
    """The steps as plain names, None if they are more than that."""
    names = []
    for step in steps:
        test = step.test
        plain = step.axis == "child" and not step.predicates and isinstance(test, NameTest)
        if not plain or not isinstance(test, NameTest) or test.name == "*":
            return None
        names.append(str(test))
    return tuple(names)


def _absolute(names: tuple[str, ...], scope: Scope) -> Find | None:
    shared = 0
    for ours, theirs in zip(names, scope.context, strict=False):
        if ours != theirs:
            break
        shared += 1
    if shared == len(names) and names in scope.repeats:
        return None
    return _find(names, shared, scope)


def _relative(steps: tuple[Step, ...], scope: Scope) -> Find | None:
    climb = 0
    for step in steps:
        if step.predicates or not isinstance(step.test, KindTest) or step.test.kind != "node":
            break
        if step.axis not in {"self", "parent"}:
            return None
        climb += step.axis == "parent"
    ups = sum(1 for step in steps if isinstance(step.test, KindTest))
    names = _names(steps[ups:])
    if names is None or climb >= len(scope.context):
        return None
    shared = len(scope.context) - climb
    return _find((*scope.context[:shared], *names), shared, scope)


def _find(names: tuple[str, ...], shared: int, scope: Scope) -> Find | None:
    """Find the template path `names`, whose first `shared` steps are instances around the current node."""
    lengths = range(1, len(names) + 1)
    if any(names[:length] in scope.repeats for length in lengths if length > shared):
        return None
    if not any(names[:length] in scope.repeats for length in lengths):
        path = "/" + "/".join(names)
        return lambda c: c.env.single.get(path)
    climb, below = len(scope.context) - shared, names[shared:]

    def find(c: Context) -> Element | None:
        node: Node | None = c.current
        for _ in range(climb):
            node = node.parent if node is not None else None
        for name in below:
            node = _child(node, name)
        return node if isinstance(node, Element) else None

    return find


def _child(node: Node | None, name: str) -> Element | None:
    if not isinstance(node, Element):
        return None
    prefix, _, local = name.rpartition(":")
    return next((child for child in node.named(local) if child.prefix == prefix), None)
