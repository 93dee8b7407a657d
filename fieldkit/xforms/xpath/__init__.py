"""XPath 1.0 with the functions of ODK XForms, compiled from text to Python closures over our own tree."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Literal, overload
from zoneinfo import ZoneInfo

from fieldkit.xforms.instance import Element, Node, Parent
from fieldkit.xforms.xpath import ast
from fieldkit.xforms.xpath.compiler import Compiled, compile_expression
from fieldkit.xforms.xpath.context import Context, Environment, Scope
from fieldkit.xforms.xpath.errors import XPathError
from fieldkit.xforms.xpath.parser import parse
from fieldkit.xforms.xpath.steps import in_document_order, root_of

__all__ = [
    "Compiled", "Context", "Environment", "Scope", "XPathError", "ast", "compile_expression", "evaluate", "parse",
]  # fmt: skip

_KNOWN = {"xhtml": "http://www.w3.org/1999/xhtml", "h": "http://www.w3.org/1999/xhtml"}


@overload
def evaluate(
    expr: str, node: Node, *, root: Node | None = ..., namespaces: Mapping[str, str] | None = ...,
    want: Literal["string"] = ..., now: datetime | None = ..., tz: str | tzinfo | None = ..., language: str | None = ...,
) -> str: ...  # fmt: skip
@overload
def evaluate(
    expr: str, node: Node, *, root: Node | None = ..., namespaces: Mapping[str, str] | None = ...,
    want: Literal["number"], now: datetime | None = ..., tz: str | tzinfo | None = ..., language: str | None = ...,
) -> float: ...  # fmt: skip
@overload
def evaluate(
    expr: str, node: Node, *, root: Node | None = ..., namespaces: Mapping[str, str] | None = ...,
    want: Literal["boolean"], now: datetime | None = ..., tz: str | tzinfo | None = ..., language: str | None = ...,
) -> bool: ...  # fmt: skip
@overload
def evaluate(
    expr: str, node: Node, *, root: Node | None = ..., namespaces: Mapping[str, str] | None = ...,
    want: Literal["nodes"], now: datetime | None = ..., tz: str | tzinfo | None = ..., language: str | None = ...,
) -> list[Node]: ...  # fmt: skip
def evaluate(
    expr: str,
    node: Node,
    *,
    root: Node | None = None,
    namespaces: Mapping[str, str] | None = None,
    want: Literal["string", "number", "boolean", "nodes"] = "string",
    now: datetime | None = None,
    tz: str | tzinfo | None = None,
    language: str | None = None,
) -> str | float | bool | list[Node]:
    """Evaluate an expression at `node`.

    root: what absolute paths start from (default: the node's own document). namespaces: prefix to URI.
    want: the kind of value. Unknown functions and wrong numbers of arguments are errors where they are reached;
    text that is no date is one in the date functions. now: an aware datetime for `now()` and `today()`. tz: name or tzinfo.
    Raises XPathError.
    """
    zone = ZoneInfo(tz) if isinstance(tz, str) else tz or (now.tzinfo if now else None) or UTC
    moment = now or datetime.now(zone)
    environment = Environment(
        root=root if root is not None else root_of(node),
        now=lambda: moment.astimezone(zone),
        tz=zone,
        language=language or "",
        instance=lambda name: _instance(root_of(node), name),
        strict=True,
    )
    compiled = compile_expression(expr, Scope(namespaces={**_KNOWN, **(namespaces or {})}, lazy=True))
    context = Context(node, 1, 1, node, environment)
    if want == "nodes":
        return in_document_order(compiled.nodes(context))
    if want == "number":
        return compiled.number(context)
    return compiled.boolean(context) if want == "boolean" else compiled.string(context)


def _instance(root: Node, name: str) -> Node | None:
    """The `instance` element of a model with that id."""
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Element) and node.name == "instance" and node.attribute("id") == name:
            return node
        if isinstance(node, Parent):
            stack += reversed(node.children)
    return None
