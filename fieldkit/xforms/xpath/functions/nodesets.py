"""Node-set functions (XPath 1.0 §4.1; ODK XForms spec, "Node-set functions")."""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING

from fieldkit.xforms.instance import Element, Node, Parent
from fieldkit.xforms.table import TableDocument
from fieldkit.xforms.xpath.ast import Call
from fieldkit.xforms.xpath.context import Context
from fieldkit.xforms.xpath.convert import to_number, to_string
from fieldkit.xforms.xpath.functions.registry import function

if TYPE_CHECKING:
    from fieldkit.xforms.xpath.compiler import Compiler, Run

_PARK_MILLER = 2147483647


@function("count", least=1)
def _count(compiler: Compiler, call: Call) -> Run:
    run = compiler.nodes(call.arguments[0])
    return lambda c: float(len(run(c)))


@function("count-non-empty", least=1)
def _count_non_empty(compiler: Compiler, call: Call) -> Run:
    run = compiler.nodes(call.arguments[0])
    return lambda c: float(sum(1 for node in run(c) if node.string_value()))


@function("position", least=0, most=1)
def _position(compiler: Compiler, call: Call) -> Run:
    if not call.arguments:
        return lambda c: float(c.position)
    run = compiler.nodes(call.arguments[0])

    def position(c: Context) -> float:
        nodes = run(c)
        if not nodes:
            return 0.0
        node, parent = nodes[0], nodes[0].parent
        if parent is None:
            return 1.0
        if isinstance(node, Element) and node.instance_id:
            return float(node.position)
        siblings = [each for each in parent.children if each.name == node.name and isinstance(each, Element)]
        return float(next(place for place, each in enumerate(siblings, 1) if each == node))

    return position


@function("last", least=0)
def _last(_compiler: Compiler, _call: Call) -> Run:
    return lambda c: float(c.size)


@function("instance", least=1)
def _instance(compiler: Compiler, call: Call) -> Run:
    name = compiler.string(call.arguments[0])

    def run(c: Context) -> list[Node]:
        document = c.env.instance(name(c))
        return [document] if document is not None else []

    return run


@function("current", least=0)
def _current(_compiler: Compiler, _call: Call) -> Run:
    return lambda c: [c.current]


@function("id", least=1)
def _id(compiler: Compiler, call: Call) -> Run:
    run = compiler.compile(call.arguments[0])

    def find(c: Context) -> list[Node]:
        value = run(c)
        texts = [node.string_value() for node in value] if isinstance(value, list) else [to_string(value)]
        wanted = {word for text in texts for word in text.split()}
        found: list[Node] = []
        stack: list[Node] = [c.env.root]
        while stack:
            node = stack.pop()
            if isinstance(node, Element) and node.attribute("id") in wanted:
                found.append(node)
            if isinstance(node, Parent):
                stack += reversed(node.children)
        return found

    return find


@function("local-name", least=0, most=1)
def _local_name(compiler: Compiler, call: Call) -> Run:
    return _about(compiler, call, "name")


@function("name", least=0, most=1)
def _name(compiler: Compiler, call: Call) -> Run:
    return _about(compiler, call, "qname")


@function("namespace-uri", least=0, most=1)
def _namespace_uri(compiler: Compiler, call: Call) -> Run:
    return _about(compiler, call, "namespace")


def _about(compiler: Compiler, call: Call, what: str) -> Run:
    run = compiler.nodes(call.arguments[0]) if call.arguments else lambda c: [c.node]
    return lambda c: str(getattr((run(c) or [None])[0], what, ""))


@function("lang", least=1)
def _lang(compiler: Compiler, call: Call) -> Run:
    wanted = compiler.string(call.arguments[0])

    def run(c: Context) -> bool:
        node: Node | None = c.node
        while node is not None:
            own = (
                node.attribute("lang", "http://www.w3.org/XML/1998/namespace")
                if isinstance(node, Element)
                else None
            )
            if own is not None:
                return own.lower() == wanted(c).lower() or own.lower().startswith(wanted(c).lower() + "-")
            node = node.parent
        return False

    return run


@function("indexed-repeat", least=3, counts=frozenset({3, 5, 7, 9, 11}))
def _indexed_repeat(compiler: Compiler, call: Call) -> Run:
    """`indexed-repeat(node, repeat, i …)`: the node inside the i-th instance of each repeat, outermost first."""
    target = compiler.nodes(call.arguments[0])
    given = zip(call.arguments[1::2], call.arguments[2::2], strict=True)
    outermost_first = sorted(given, key=lambda pair: str(pair[0]).count("/"))
    pairs = [(compiler.nodes(repeat), compiler.number(index)) for repeat, index in outermost_first]
    steps = _names(call)

    def run(c: Context) -> list[Node]:
        inside: Node | None = None
        for repeat, index in pairs:
            wanted = index(c)
            instances = [n for n in repeat(c) if inside is None or _lies_in(n, inside)]
            if not math.isfinite(wanted) or not 1 <= int(wanted) <= len(instances):
                return []
            inside = instances[int(wanted) - 1]
        found = [node for node in target(c) if inside is not None and _lies_in(node, inside)]
        return found or _below(inside, steps)

    return run


def _names(call: Call) -> list[str]:
    written = str(call.arguments[0])
    return [step.removeprefix("child::") for step in written.split("/") if step.startswith("child::")]


def _below(instance: Node | None, steps: list[str]) -> list[Node]:
    """The node of that name inside the instance, where the path itself stands for another instance."""
    if not isinstance(instance, Element) or not steps:
        return []
    names = steps[steps.index(instance.qname) + 1 :] if instance.qname in steps else steps[-1:]
    found: list[Node] = [instance]
    for name in names:
        found = [
            child
            for node in found
            if isinstance(node, Element)
            for child in node.elements()
            if child.qname == name
        ]
    return found


def _lies_in(node: Node, inside: Node) -> bool:
    up: Node | None = node
    while up is not None and up is not inside:
        up = up.parent
    return up is inside


@function("randomize", least=1, most=2)
def _randomize(compiler: Compiler, call: Call) -> Run:
    """Fisher–Yates, inside out; with a seed from the Park–Miller generator, so that ODK's order results."""
    run = compiler.nodes(call.arguments[0])
    if len(call.arguments) == 1:
        return lambda c: c.env.random.sample(run(c), len(run(c)))
    seed = compiler.compile(call.arguments[1])

    def shuffled(c: Context) -> list[Node]:
        number = to_number(seed(c))
        whole = int(number) if math.isfinite(number) else _hash(to_string(seed(c)))
        state = whole % _PARK_MILLER if whole >= 0 else -(-whole % _PARK_MILLER)
        state = state if state > 0 else state + _PARK_MILLER - 1
        order: list[Node] = []
        for place, node in enumerate(run(c)):
            state = state * 16807 % _PARK_MILLER
            other = int((state - 1) / (_PARK_MILLER - 1) * (place + 1))
            order.append(node)
            order[place], order[other] = order[other], order[place]
        return order

    return shuffled


def _hash(text: str) -> int:
    """The seed that a text makes in JavaRosa: the first 64 bits of its SHA-256, signed."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True) if text else 0


@function("pulldata", least=4)
def _pulldata(compiler: Compiler, call: Call) -> Run:
    name, column, key_column, key = (compiler.string(argument) for argument in call.arguments)

    def run(c: Context) -> str:
        document = c.env.instance(name(c))
        wanted, by, want = key(c), key_column(c), column(c)
        if isinstance(document, TableDocument):
            rows = document.table.find(by, wanted)
            return rows[0].cell(want) if rows else ""
        if document is None or not isinstance(document, Parent):
            return ""
        for root in document.elements():
            for item in root.elements():
                own = item.child(by)
                if own is not None and own.string_value() == wanted:
                    found = item.child(want)
                    return found.string_value() if found is not None else ""
        return ""

    return run


@function("property", least=1)
def _property(compiler: Compiler, call: Call) -> Run:
    name = compiler.string(call.arguments[0])
    return lambda c: c.env.property(name(c))


@function("version", least=0)
def _version(_compiler: Compiler, _call: Call) -> Run:
    return lambda c: c.env.version


@function("depend", least=1, most=None)
def _depend(compiler: Compiler, call: Call) -> Run:
    return compiler.compile(call.arguments[0])
