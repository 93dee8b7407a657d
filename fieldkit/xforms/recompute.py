"""Keeping the tree true after each change: only what depends on a change is computed again, in order.

Rules wait in a heap by their order; each knows for which nodes it must run. A value or relevance that comes
out as before stops there. Relevance is inherited: an element is relevant when it and everything above is.

An answer that is seen and never stored (tier X) is gone when its entry is opened again. What was calculated from it
stands until it is given anew: computed without it, it would be lost too.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable

from fieldkit.xforms.definition import Question, Repeat
from fieldkit.xforms.dependencies import Graph, Kind, Rule
from fieldkit.xforms.instance import Element
from fieldkit.xforms.tree import AnswerTree
from fieldkit.xforms.values import normalise
from fieldkit.xforms.xpath import Context, Environment

_STEADY = 1000
"""How often one rule may run for one node in one round before the form is taken to be unstable."""


_MOST = 10_000
"""How many instances a count makes at most: a slip of the key must not fill the memory."""
_NOT_REPEATABLE = frozenset({"uuid", "random", "now", "today", "once", "fk:solar-date"})
"""Functions that give something else another time; a lunar date said without its year means one near today."""


class State:
    """What rules decided about elements, beside their values: which are hidden, required, read-only."""

    __slots__ = ("hidden", "readonly", "required")

    def __init__(self) -> None:
        self.hidden: set[Element] = set()
        self.required: set[Element] = set()
        self.readonly: set[Element] = set()


class Recomputation:
    """Runs the rules of a form over the tree of one entry.

    changed: the elements whose value, relevance, required or read-only state changed since `begin`.
    dropped: what was in leaves that computing anew would not bring back: answers taken away since `begin` because
    they are no longer offered, results of chance, of the clock, of `once()`, of actions, and of what is never stored.
    grown: the repeat instances that counts made since `begin`; settled: those that a count of less took out, with
    what they lay in and their place there.
    offers: says whether a question offers a value now.
    """

    def __init__(
        self,
        tree: AnswerTree,
        graph: Graph,
        environment: Environment,
        offers: Callable[[Element, str], bool],
    ) -> None:
        self.tree = tree
        self.graph = graph
        self.environment = environment
        self.offers = offers
        self.state = State()
        self.changed: dict[Element, None] = {}
        self.dropped: list[tuple[Element, str]] = []
        self._acted_on = frozenset(action.target for action in tree.form.actions)
        self.grown: list[Element] = []
        self.settled: list[tuple[Element, Element, int]] = []
        self._provisional: dict[Element, list[str]] = {}
        self._waiting: dict[int, dict[Element, None]] = {}
        self._heap: list[int] = []
        self._given: set[Element] = set()
        self._goes_on = False
        self._runs: dict[tuple[int, Element], int] = {}
        self._taken = (
            False  # whether instances were taken out since the last run, with rules that wait for them
        )

    def begin(self) -> None:
        """Start gathering changes anew."""
        self.changed = {}
        if self.dropped or self.grown or self.settled:
            self.dropped, self.grown, self.settled = [], [], []

    def begin_counts(self) -> None:
        """Take the instances of counted repeats for provisional until their number is known: in a new entry."""
        for rule in self.graph.rules:
            if rule.kind is Kind.COUNT:
                for parent in self._all_nodes(rule):
                    for instance in self.tree.instances(parent, rule.item.steps[-1]):
                        self._provisional[instance] = []
        self.note_defaults()

    def note_defaults(self) -> None:
        """Take what provisional instances hold now for defaults, not for answers."""
        self._provisional = {instance: self._answers(instance) for instance in self._provisional}

    def everything(self, *, is_new: bool) -> None:
        """Run every rule for every node: when an entry is opened. One that goes on loses no answer to a list, and
        keeps what was calculated from chance, the clock or `once()` until what else it depends on changes.
        """
        self._goes_on = not is_new
        for rule in self.graph.rules:
            if not is_new and rule.kind is Kind.CHOICES:
                continue
            once = (
                not is_new
                and rule.kind is Kind.CALCULATE
                and bool(rule.expression.functions & _NOT_REPEATABLE)
            )
            for node in self._all_nodes(rule):
                held = node.attribute(rule.attribute) if rule.attribute else node.text or node.missing
                if not (once and held):
                    self._wait(rule, node)
        self.run()

    def language_changed(self) -> None:
        """Run the rules whose value is in the language of the interview."""
        for rule in self.graph.worded:
            for node in self._all_nodes(rule):
                self._wait(rule, node)
        self.run()

    def value_changed(self, element: Element) -> None:
        """Note that the value of a leaf changed."""
        self.changed[element] = None
        if self.graph.unstored:
            self._given.add(element)
        self.wake_readers(element)

    def taken_back(self, element: Element) -> None:
        """Note that an answer was undone: it counts as never given."""
        self._given.discard(element)

    def set_attribute(self, element: Element, name: str, text: str) -> None:
        """Give an attribute its value and wake what reads it."""
        attribute = element.attribute_node(name)
        if attribute.value != text:
            attribute.value = text
            self.changed[element] = None
            if element.item is not None:
                self._wake(f"{element.item.path}/@{name}", element)

    def admissible(self, element: Element, text: str) -> str:
        """What of an answer its question offers: all of it where the question offers no list."""
        question = element.item
        if not text or not isinstance(question, Question) or not question.is_select:
            return text
        if question.control == "select1":
            return text if self.offers(element, text) else ""
        return " ".join(value for value in text.split() if self.offers(element, value))

    def _check_choice(self, element: Element) -> None:
        """Take an answer away that its question no longer offers."""
        kept = self.admissible(element, element.text)
        if kept != element.text:
            self.dropped.append((element, element.text))
            element.text = kept
            self.value_changed(element)

    def structure_changed(self, parent: Element, repeat: Repeat, added: Element | None = None) -> None:
        """Note that a repeat below `parent` gained `added`, or lost an instance."""
        for rule, shared in self.graph.structure.get(repeat.path, ()):
            for node in self._nodes_from(rule, parent, shared):
                self._wait(rule, node)
        if added is not None:
            self.changed[added] = None
            self._begin_instance(added, repeat)
        else:
            self._taken = True

    def run(self) -> None:
        """Compute until nothing waits."""
        heap, rules = self._heap, self.graph.rules
        if self._runs:
            self._runs.clear()
        while heap:
            order = heapq.heappop(heap)
            nodes = self._waiting.pop(order)
            rule = rules[order]
            for node in nodes:
                gone = rule.many and self._taken and not self.tree.holds(node)
                if not gone and self._may_run(order, node):
                    self._apply(rule, node)
        self._taken = False

    def _may_run(self, order: int, node: Element) -> bool:
        runs = self._runs[order, node] = self._runs.get((order, node), 0) + 1
        return runs <= _STEADY

    def _begin_instance(self, added: Element, repeat: Repeat) -> None:
        """Run every rule inside a new instance."""
        depth = len(repeat.steps)
        self._inherit(added)
        for rule in self.graph.inside.get(repeat.path, ()):
            for node in self.tree.expand(added, rule.steps[depth:]):
                self._wait(rule, node)
        for leaf in self.tree.leaves(added):
            if leaf.text:
                self.wake_readers(leaf)

    def _wait(self, rule: Rule, node: Element) -> None:
        order = rule.order
        nodes = self._waiting.get(order)
        if nodes is None:
            self._waiting[order] = {node: None}
            heapq.heappush(self._heap, order)
        else:
            nodes[node] = None

    def wake_readers(self, element: Element) -> None:
        """Make every rule that reads this element wait, for the nodes that see it."""
        if element.item is not None:
            self._wake(element.item.path, element)

    def _wake(self, path: str, element: Element) -> None:
        """Make the rules that read the template path `path` wait, which is at or in `element`."""
        single = self.tree.single
        for rule, shared in self.graph.readers.get(path, ()):
            if not rule.many:
                node = single.get(rule.path)
                if node is not None:
                    self._wait(rule, node)
                continue
            for node in self._nodes_from(rule, element, shared):
                self._wait(rule, node)

    def _nodes_from(self, rule: Rule, element: Element, shared: int) -> Iterable[Element]:
        """The nodes of a rule that share the first `shared` steps with `element`."""
        if not rule.many or not shared:
            return self._all_nodes(rule)
        start = self.tree.ancestor(element, shared)
        return self.tree.expand(start, rule.steps[shared:]) if shared <= len(rule.steps) else (_up(start),)

    def _all_nodes(self, rule: Rule) -> Iterable[Element]:
        if rule.many:
            return self.tree.expand(self.tree.root, rule.steps[1:])
        node = self.tree.single.get(rule.path)
        return (node,) if node is not None else ()

    def _apply(self, rule: Rule, node: Element) -> None:
        kind = rule.kind
        unstored = self.graph.unstored
        if unstored and rule.order in unstored and self._stands(rule, node):
            return
        if kind is Kind.COUNT:
            self._count(rule, node)
            return
        if kind is Kind.CHOICES:
            self._check_choice(node)
            return
        if rule.attribute:
            self._calculate_attribute(rule, node)
            return
        context = Context(node, node.position, 1, node, self.environment)
        compiled = rule.expression.compiled
        if kind is Kind.CALCULATE:
            text = normalise(compiled.value(context), rule.item.bind.type)
            if text != node.text:
                is_repeatable = not rule.expression.functions & _NOT_REPEATABLE and rule.order not in unstored
                if rule.path in self._acted_on or not is_repeatable:
                    self.dropped.append((node, node.text))
                node.text = text
                self.value_changed(node)
        elif kind is Kind.RELEVANT:
            self._relevant(node, relevant=compiled.boolean(context))
        else:
            flags = self.state.required if kind is Kind.REQUIRED else self.state.readonly
            self._flag(flags, node, on=compiled.boolean(context))

    def _stands(self, rule: Rule, node: Element) -> bool:
        """Whether a calculation keeps what it has, since all it reads that is never stored is not there any more. One that
        is itself never stored keeps even nothing: whoever reads it keeps what it has.
        """
        held = node.attribute(rule.attribute) if rule.attribute else node.text
        if not self._goes_on or not (held or rule.item.path in self.tree.form.unstored):
            return False
        for each in self.graph.unstored[rule.order]:
            depth = min(max(1, each.shared), len(rule.steps))
            start = self.tree.ancestor(node, depth)
            for element in self.tree.expand(start, each.steps[depth:]):
                if element.text or element.missing or element in self._given:
                    return False
        return True

    def _calculate_attribute(self, rule: Rule, element: Element) -> None:
        attribute = element.attribute_node(rule.attribute)
        context = Context(attribute, 1, 1, attribute, self.environment)
        text = normalise(rule.expression.compiled.value(context), rule.item.bind.type)
        self.set_attribute(element, rule.attribute, text)

    def _count(self, rule: Rule, parent: Element) -> None:
        """Grow a counted repeat below `parent` to its number. A number that becomes smaller takes nothing away
        (ODK documentation, "Dynamically defined repeat count"): a slip would cost the answers.
        """
        repeat = rule.item
        assert isinstance(repeat, Repeat)
        standing_in = Element(repeat.steps[-1])
        standing_in.parent = parent
        number = rule.expression.compiled.number(Context(standing_in, 1, 1, standing_in, self.environment))
        if not math.isfinite(number) or len(self.grown) > _MOST:
            return
        wanted = min(int(number), _MOST)
        self._settle_provisional(parent, repeat, wanted)
        for _ in range(wanted - len(self.tree.instances(parent, repeat.steps[-1]))):
            instance = self.tree.add(parent, repeat)
            self.grown.append(instance)
            self.structure_changed(parent, repeat, instance)

    def _settle_provisional(self, parent: Element, repeat: Repeat, wanted: int) -> None:
        """Once the number of a counted repeat is known, the instances that only the template brings along go where
        they are too many and nobody answered in them: a count of 0 asks nothing.
        """
        if not self._provisional:
            return
        instances = self.tree.instances(parent, repeat.steps[-1])
        for instance in reversed(instances[max(0, wanted) :]):
            if self._provisional.get(instance) == self._answers(instance):
                self.settled.append((instance, parent, self.tree.remove(instance)))
                self.changed[instance] = None
                self.structure_changed(parent, repeat)
        for instance in instances:
            self._provisional.pop(instance, None)

    def _answers(self, instance: Element) -> list[str]:
        """What the questions in an instance hold, calculations aside."""
        leaves = (leaf for leaf in self.tree.leaves(instance) if leaf.item and not leaf.item.bind.calculate)
        return [leaf.missing.value if leaf.missing else leaf.text for leaf in leaves]

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
            self.wake_readers(node)
            stack += [(child, effective) for child in node.elements()]


def _up(element: Element) -> Element:
    assert isinstance(element.parent, Element)
    return element.parent
