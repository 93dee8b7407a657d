"""Where paths begin and the steps they are mostly made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from fieldkit.xforms.instance import Node, Parent
from fieldkit.xforms.xpath.ast import NameTest, Path
from fieldkit.xforms.xpath.context import Context
from fieldkit.xforms.xpath.steps import Test, root_of

Nodes: TypeAlias = Callable[[Context], list[Node]]


def names_last(path: Path) -> bool:
    """Whether a path ends in a name: an ancestor or the node itself is there even when it is not relevant."""
    return bool(path.steps) and isinstance(path.steps[-1].test, NameTest)


def here(c: Context) -> list[Node]:
    """The context node."""
    return [c.node]


def root(c: Context) -> list[Node]:
    """The document of the answers."""
    return [c.env.root]


def own_root(c: Context) -> list[Node]:
    """The root of plain XPath: the document given, else that of the node itself."""
    return [c.env.root if getattr(c.env.root, "children", None) else root_of(c.node)]


def child_step(before: Nodes, name: str, is_named: Test) -> Nodes:
    """The relevant children of a name of the nodes `before`; `is_named` looks at their namespace."""

    def run(c: Context) -> list[Node]:
        return [
            child
            for node in before(c)
            if isinstance(node, Parent)
            for child in node.named(name)
            if child.relevant and is_named(child)
        ]

    return run


def parent_step(before: Nodes) -> Nodes:
    """The parents of the nodes `before`."""

    def run(c: Context) -> list[Node]:
        return list({n.parent: n.parent for n in before(c) if n.parent is not None}.values())

    return run
