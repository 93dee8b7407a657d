"""Keeping the tree true after each change: only what depends on a change is computed again, in order.

Rules wait in a heap by their order; each knows for which nodes it must run. A value or relevance that comes
out as before stops there. Relevance is inherited: an element is relevant when it and everything above is.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable

from fieldkit.xforms.definition import Repeat
from fieldkit.xforms.dependencies import Graph, Kind, Rule
from fieldkit.xforms.instance import Element
from fieldkit.xforms.tree import AnswerTree
from fieldkit.xforms.values import normalise
from fieldkit.xforms.xpath import Context, Environment

_STEADY = 1000
"""How often one rule may run for one node in one round before the form is taken to be unstable."""


class State:
    """What rules decided about elements, beside their values: which are hidden, required, read-only."""

    __slots__ = ("hidden", "readonly", "required")

    def __init__(self) -> None:
        self.hidden: set[Element] = set()
        self.required: set[Element] = set()
        self.readonly: set[Element] = set()


class Recomputation:
    """Runs the rules of a form over the tree of one entry.

    `changed` gathers the elements whose value, relevance, required or read-only state changed since `begin`.
    """

    def __init__(self, tree: AnswerTree, graph: Graph, environment: Environment) -> None:
        self.tree = tree
        self.graph = graph
        self.environment = environment
        self.state = State()
        self.changed: dict[Element, None] = {}
        self._waiting: dict[int, dict[Element, None]] = {}
        self._heap: list[int] = []
        self._runs: dict[tuple[int, Element], int] = {}

    def begin(self) -> None:
        """Start gathering changes anew."""
        self.changed = {}

    def everything(self) -> None:
        """Run every rule for every node: when an entry is opened."""
        for rule in self.graph.rules:
            for node in self._nodes_of(rule, None, 0):
                self._wait(rule, node)
        self.run()

    def value_changed(self, element: Element) -> None:
        """Note that the value of a leaf changed."""
        self.changed[element] = None
        self._touch(element)

    def structure_changed(self, parent: Element, repeat: Repeat, added: Element | None = None) -> None:
        """Note that a repeat below `parent` gained `added`, or lost an instance."""
        steps = repeat.steps
        for rule, shared in self.graph.structure.get(steps, ()):
            start = self.tree.ancestor(parent, shared) if shared else None
            for node in self._nodes_of(rule, start, shared):
                self._wait(rule, node)
        if added is not None:
            self.changed[added] = None
            self._begin_instance(added, repeat)

    def run(self) -> None:
        """Compute until nothing waits."""
        self._runs.clear()
        while self._heap:
            order = heapq.heappop(self._heap)
            nodes = self._waiting.pop(order)
            rule = self.graph.rules[order]
            for node in nodes:
                if node.parent is None:
                    continue
                runs = self._runs[order, node] = self._runs.get((order, node), 0) + 1
                if runs <= _STEADY:
                    self._apply(rule, node)

    def _begin_instance(self, added: Element, repeat: Repeat) -> None:
        """Run every rule inside a new instance."""
        depth = len(repeat.steps)
        self._inherit(added)
        for rule in self.graph.rules:
            inside = _steps_of(rule)
            if inside[:depth] == repeat.steps:
                for node in self.tree.expand(added, inside[depth:]):
                    self._wait(rule, node)
        for leaf in self.tree.leaves(added):
            if leaf.text:
                self._touch(leaf)

    def _wait(self, rule: Rule, node: Element) -> None:
        nodes = self._waiting.get(rule.order)
        if nodes is None:
            self._waiting[rule.order] = {node: None}
            heapq.heappush(self._heap, rule.order)
        else:
            nodes[node] = None

    def _touch(self, element: Element) -> None:
        """Make every rule that reads this element wait, for the nodes that see it."""
        item = element.item
        if item is None:
            return
        for rule, shared in self.graph.readers.get(item.steps, ()):
            start = self.tree.ancestor(element, shared) if shared else None
            for node in self._nodes_of(rule, start, shared):
                self._wait(rule, node)

    def _nodes_of(self, rule: Rule, start: Element | None, shared: int) -> Iterable[Element]:
        steps = _steps_of(rule)
        if start is None:
            return self.tree.expand(self.tree.root, steps[1:])
        return self.tree.expand(start, steps[shared:]) if shared <= len(steps) else [_up(start)]

    def _apply(self, rule: Rule, node: Element) -> None:
        if rule.kind is Kind.COUNT:
            self._count(rule, node)
            return
        context = Context(node, 1, 1, node, self.environment)
        compiled = rule.expression.compiled
        if rule.kind is Kind.CALCULATE:
            self._calculate(node, normalise(compiled.value(context), compiled, context, rule.item.bind.type))
        elif rule.kind is Kind.RELEVANT:
            self._relevant(node, relevant=compiled.boolean(context))
        elif rule.kind is Kind.REQUIRED:
            self._flag(self.state.required, node, on=compiled.boolean(context))
        elif rule.kind is Kind.READONLY:
            self._flag(self.state.readonly, node, on=compiled.boolean(context))

    def _count(self, rule: Rule, parent: Element) -> None:
        """Bring a counted repeat below `parent` to its number; what is taken off comes back with its answers."""
        repeat = rule.item
        assert isinstance(repeat, Repeat)
        standing_in = Element(repeat.steps[-1])
        standing_in.parent = parent
        number = rule.expression.compiled.number(Context(standing_in, 1, 1, standing_in, self.environment))
        wanted = max(0, int(number)) if math.isfinite(number) else 0
        instances = self.tree.instances(parent, repeat.steps[-1])
        for _ in range(wanted - len(instances)):
            self.structure_changed(parent, repeat, self.tree.add_kept(parent, repeat))
        for instance in instances[wanted:]:
            self.tree.keep(instance)
            self.changed[instance] = None
        if wanted < len(instances):
            self.structure_changed(parent, repeat)

    def _calculate(self, node: Element, text: str) -> None:
        if text != node.text:
            node.text = text
            self.value_changed(node)

    def _flag(self, flags: set[Element], node: Element, *, on: bool) -> None:
        if on != (node in flags):
            (flags.add if on else flags.discard)(node)
            self.changed[node] = None

    def _relevant(self, node: Element, *, relevant: bool) -> None:
        if relevant == (node not in self.state.hidden):
            return
        (self.state.hidden.discard if relevant else self.state.hidden.add)(node)
        self._inherit(node)

    def _inherit(self, top: Element) -> None:
        """Let relevance flow down from `top`; whatever changes wakes its readers."""
        above = top.parent
        stack = [(top, above.relevant if isinstance(above, Element) else True)]
        while stack:
            node, outside = stack.pop()
            effective = outside and node not in self.state.hidden
            if effective == node.relevant:
                continue
            node.relevant = effective
            self.changed[node] = None
            self._touch(node)
            stack += [(child, effective) for child in node.elements()]


def _steps_of(rule: Rule) -> tuple[str, ...]:
    """The steps of the nodes a rule runs for: a count runs for the element that holds the repeat."""
    return rule.item.steps[:-1] if rule.kind is Kind.COUNT else rule.item.steps


def _up(element: Element) -> Element:
    assert isinstance(element.parent, Element)
    return element.parent
