"""Location steps (XPath 1.0 §2): axes, node tests, document order. What is not relevant is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from fieldkit.xforms.instance import (
    Attribute,
    Comment,
    Document,
    Element,
    Namespace,
    Node,
    Parent,
    ProcessingInstruction,
    Text,
)
from fieldkit.xforms.table import Row
from fieldkit.xforms.xpath.ast import KindTest, NameTest

Test = Callable[[Node], bool]


def children(node: Node) -> Iterator[Node]:
    """The children; the text of a leaf is its one child."""
    if isinstance(node, Element) and not node.children and node.text:
        text = Text(node.text)
        text.parent = node
        yield text
    elif isinstance(node, Parent):
        for child in node.children:
            if not isinstance(child, Element) or child.relevant:
                yield child


def _descendants(node: Node) -> Iterator[Node]:
    stack = list(children(node))[::-1]
    while stack:
        found = stack.pop()
        yield found
        stack += list(children(found))[::-1]


def _ancestors(node: Node) -> Iterator[Node]:
    while node.parent is not None:
        node = node.parent
        yield node


def _siblings(node: Node, *, after: bool) -> list[Node]:
    if node.parent is None or isinstance(node, (Attribute, Namespace)):
        return []
    around = list(children(node.parent))
    here = next((n for n, sibling in enumerate(around) if sibling == node), -1)
    return around[here + 1 :] if after else around[:here][::-1]


def _following(node: Node) -> Iterator[Node]:
    for up in (node, *_ancestors(node)):
        for sibling in _siblings(up, after=True):
            yield sibling
            yield from _descendants(sibling)


def _preceding(node: Node) -> Iterator[Node]:
    for up in (node, *_ancestors(node)):
        for sibling in _siblings(up, after=False):
            yield from reversed([sibling, *_descendants(sibling)])


def _attributes(node: Node) -> Iterable[Node]:
    return node.attributes if isinstance(node, Element) else ()


def _namespaces(node: Node) -> Iterable[Node]:
    """What is in scope: lxml names all of it at the nearest element that declares any, and `xml` always is."""
    if not isinstance(node, Element):
        return ()
    near: Node | None = node
    while isinstance(near, Element) and near.declared is None:
        near = near.parent
    scope = {"xml": _XML} | dict((near.declared or {}) if isinstance(near, Element) else {})
    return [Namespace(prefix, uri, node) for prefix, uri in sorted(scope.items())]


AXES: Mapping[str, Callable[[Node], Iterable[Node]]] = {
    "child": children,
    "descendant": _descendants,
    "descendant-or-self": lambda node: (node, *_descendants(node)),
    "parent": lambda node: (node.parent,) if node.parent is not None else (),
    "ancestor": _ancestors,
    "ancestor-or-self": lambda node: (node, *_ancestors(node)),
    "self": lambda node: (node,),
    "following-sibling": lambda node: _siblings(node, after=True),
    "preceding-sibling": lambda node: _siblings(node, after=False),
    "following": _following,
    "preceding": _preceding,
    "attribute": _attributes,
    "namespace": _namespaces,
}
_XML = "http://www.w3.org/XML/1998/namespace"
_PRINCIPAL: Mapping[str, type[Node]] = {"attribute": Attribute, "namespace": Namespace}
"""The kind of node a name means on an axis (§2.3)."""
_UNPREFIXED = frozenset({"", "http://www.w3.org/2002/xforms"})
REVERSE = frozenset({"ancestor", "ancestor-or-self", "preceding", "preceding-sibling"})


def node_test(test: NameTest | KindTest, axis: str, namespaces: Mapping[str, str], *, in_form: bool) -> Test:
    """A node test as a function (§2.3). In forms a name without a prefix means one written without a prefix."""
    if isinstance(test, KindTest):
        return _kind_test(test)
    principal = _PRINCIPAL.get(axis, Element)
    if test.name == "*" and not test.prefix:
        return lambda node: isinstance(node, principal)
    name, is_named = test.name, namespace_test(test.prefix, namespaces, in_form=in_form)
    return lambda node: isinstance(node, principal) and name in {node.name, "*"} and is_named(node)


def namespace_test(prefix: str, namespaces: Mapping[str, str], *, in_form: bool) -> Test:
    """Whether a node is in the namespace a prefix stands for; without a prefix, in none or that of XForms."""
    uri = namespaces.get(prefix)
    if prefix:
        return lambda node: node.prefix == prefix or (uri is not None and node.namespace == uri)
    if in_form:
        return lambda node: not node.prefix
    return lambda node: not node.prefix and node.namespace in _UNPREFIXED


def _kind_test(test: KindTest) -> Test:
    if test.kind == "node":
        return lambda _node: True
    if test.kind == "text":
        return lambda node: isinstance(node, Text)
    if test.kind == "comment":
        return lambda node: isinstance(node, Comment)
    return lambda node: isinstance(node, ProcessingInstruction) and test.target in {"", node.name}


def in_document_order(nodes: Iterable[Node]) -> list[Node]:
    """Without repetitions, in document order (§5)."""
    distinct = list({_identity(node): node for node in nodes}.values())
    return sorted(distinct, key=_place) if len(distinct) > 1 else distinct


def _identity(node: Node) -> tuple[Node, bool]:
    """The text of a leaf is made when it is asked for; it is the same node as long as its leaf is."""
    if isinstance(node, Text) and isinstance(node.parent, Element) and not node.parent.children:
        return node.parent, True
    return node, False


def _among(node: Node, parent: Parent) -> int:
    """The place of a child."""
    if isinstance(node, Row):
        return node.number
    return next((n for n, child in enumerate(parent.children) if child == node), 0)


def _place(node: Node) -> tuple[tuple[int, int], ...]:
    place: list[tuple[int, int]] = []
    while node.parent is not None:
        parent = node.parent
        if isinstance(node, Namespace):
            place.append((-1, 0))  # their order among each other is left open (§5.4)
        elif isinstance(node, Attribute) and isinstance(parent, Element):
            place.append((0, parent.attributes.index(node)))
        else:
            place.append((1, _among(node, parent)))
        node = parent
    return tuple(reversed(place))


def root_of(node: Node) -> Node:
    """The document, or the topmost node."""
    while node.parent is not None and not isinstance(node, Document):
        node = node.parent
    return node
