"""Which expressions read which nodes, in what order they run, and where a form runs in a circle.

A `Rule` computes one thing about one template path. A `Read` is a template path an expression looks at;
`shared` says how many of its leading steps are the same instances as those of the rule's own node, so that
an answer in one household member touches only that member.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

from fieldkit.xforms.definition import Item, Repeat
from fieldkit.xforms.expression import Expression
from fieldkit.xforms.xpath import ast

Steps = tuple[str, ...]


class Kind(IntEnum):
    """What a rule computes."""

    RELEVANT = 0
    CALCULATE = 1
    COUNT = 2
    REQUIRED = 3
    READONLY = 4


@dataclass(frozen=True, slots=True)
class Read:
    """A template path that an expression reads, and how many leading steps it shares with the rule's node."""

    steps: Steps
    shared: int


@dataclass(frozen=True, slots=True)
class Rule:
    """An expression and what it decides. `order` is its place in the order of computation."""

    kind: Kind
    item: Item
    expression: Expression
    order: int = 0


class CycleError(Exception):
    """A form whose rules feed themselves; `paths` name the circle."""

    def __init__(self, rules: list[Rule]) -> None:
        super().__init__(" → ".join(rule.item.path for rule in [*rules, rules[0]]))
        self.rules = rules


class Graph:
    """The rules of a form in order, and for each template path the rules that read it."""

    def __init__(self, items: Mapping[str, Item]) -> None:
        repeats = frozenset(item.steps for item in items.values() if isinstance(item, Repeat))
        found = list(_rules(items.values()))
        reads = [list(references(rule.expression, items)) for rule in found]
        order = _sorted(found, reads)
        self.rules = [
            Rule(found[i].kind, found[i].item, found[i].expression, place) for place, i in enumerate(order)
        ]
        self.readers: dict[Steps, list[tuple[Rule, int]]] = {}
        self.structure: dict[Steps, list[tuple[Rule, int]]] = {}
        for place, i in enumerate(order):
            for read in reads[i]:
                self._register(self.rules[place], read, repeats)
        self.rules_at: dict[str, list[Rule]] = {}
        for rule in self.rules:
            self.rules_at.setdefault(rule.item.path, []).append(rule)

    def _register(self, rule: Rule, read: Read, repeats: frozenset[Steps]) -> None:
        self.readers.setdefault(read.steps, []).append((rule, read.shared))
        for length in range(1, len(read.steps) + 1):
            repeat = read.steps[:length]
            if repeat in repeats and (read.shared < length or length == len(read.steps)):
                self.structure.setdefault(repeat, []).append((rule, min(read.shared, length - 1)))


def _rules(items: Iterable[Item]) -> Iterator[Rule]:
    for item in items:
        bind = item.bind
        for kind, expression in (
            (Kind.RELEVANT, bind.relevant),
            (Kind.CALCULATE, bind.calculate),
            (Kind.COUNT, item.count if isinstance(item, Repeat) else None),
            (Kind.REQUIRED, bind.required),
            (Kind.READONLY, bind.readonly),
        ):
            if expression is not None:
                yield Rule(kind, item, expression)


def _sorted(rules: list[Rule], reads: list[list[Read]]) -> list[int]:
    """Order the rules so that each runs after all it reads, itself aside (Kahn). Raises CycleError."""
    writers: dict[tuple[Kind, Steps], list[int]] = {}
    for i, rule in enumerate(rules):
        writers.setdefault((rule.kind, rule.item.steps), []).append(i)
    after: list[set[int]] = [set() for _ in rules]
    waits = [0] * len(rules)
    for i, own in enumerate(reads):
        for read in own:
            for j in _writers_of(read.steps, writers):
                if i != j and i not in after[j]:
                    after[j].add(i)
                    waits[i] += 1
    ready = [i for i, count in enumerate(waits) if count == 0]
    order: list[int] = []
    for i in ready:
        order.append(i)
        for j in sorted(after[i]):
            waits[j] -= 1
            if waits[j] == 0:
                ready.append(j)
    if len(order) < len(rules):
        raise CycleError([rules[i] for i in _circle(after, {i for i, count in enumerate(waits) if count})])
    return order


def _writers_of(steps: Steps, writers: Mapping[tuple[Kind, Steps], list[int]]) -> Iterator[int]:
    yield from writers.get((Kind.CALCULATE, steps), ())
    for length in range(1, len(steps) + 1):
        yield from writers.get((Kind.RELEVANT, steps[:length]), ())
        yield from writers.get((Kind.COUNT, steps[:length]), ())


def _circle(after: list[set[int]], stuck: set[int]) -> list[int]:
    """Some circle among the rules that could not be ordered."""
    before = {i: [j for j in stuck if i in after[j]] for i in stuck}
    seen: dict[int, int] = {}
    walk: list[int] = []
    node = min(stuck)
    while node not in seen:
        seen[node] = len(walk)
        walk.append(node)
        node = min(before[node])
    return list(reversed(walk[seen[node] :]))


def references(expression: Expression, items: Mapping[str, Item]) -> set[Read]:
    """The template paths that an expression reads, among `items` by template path."""
    collector = _References(expression.scope.context, items)
    collector.visit(expression.compiled.expr, expression.scope.context, len(expression.scope.context))
    return collector.reads


class _References:
    """Walks an expression; `context` are the steps of the node it is evaluated for, None inside lists."""

    def __init__(self, current: Steps, items: Mapping[str, Item]) -> None:
        self.current = current
        self.items = items
        self.reads: set[Read] = set()

    def visit(self, node: ast.Expr, context: Steps | None, shared: int) -> None:
        if isinstance(node, ast.Path):
            self._path(node, context, shared)
        elif isinstance(node, ast.Filter):
            self.visit(node.primary, context, shared)
            for predicate in node.predicates:
                self.visit(predicate, None, 0)
        elif isinstance(node, ast.Call):
            for argument in node.arguments:
                self.visit(argument, context, shared)
            if node.name in {"position", "string-length", "normalize-space", "number", "string"}:
                self._implicit(node, context, shared)
        elif isinstance(node, ast.Binary):
            self.visit(node.left, context, shared)
            self.visit(node.right, context, shared)
        elif isinstance(node, ast.Unary):
            self.visit(node.operand, context, shared)

    def _implicit(self, node: ast.Call, context: Steps | None, shared: int) -> None:
        """Functions that read the context node when they are given nothing."""
        if not node.arguments and context:
            self.reads.add(Read(context, min(shared, len(context))))

    def _path(self, path: ast.Path, context: Steps | None, shared: int) -> None:
        if path.absolute:
            self._follow(path.steps, (), self._shared_by_absolute(path.steps))
        elif path.start is None:
            if context is None:
                self._predicates_only(path.steps)
            else:
                self._follow(path.steps, context, shared)
        elif isinstance(path.start, ast.Call) and path.start.name == "current":
            self._follow(path.steps, self.current, len(self.current))
        else:
            self.visit(path.start, context, shared)
            self._predicates_only(path.steps)

    def _predicates_only(self, steps: tuple[ast.Step, ...]) -> None:
        for step in steps:
            for predicate in step.predicates:
                self.visit(predicate, None, 0)

    def _shared_by_absolute(self, steps: tuple[ast.Step, ...]) -> int:
        """How many steps of an absolute path stand for the current instances (see `xpath.Scope`)."""
        names = []
        for step in steps:
            if step.axis != "child" or step.predicates or not isinstance(step.test, ast.NameTest):
                break
            names.append(_written(step.test))
        common = 0
        for ours, theirs in zip(names, self.current, strict=False):
            if ours != theirs:
                break
            common += 1
        if common == len(steps) and isinstance(self.items.get("/" + "/".join(names)), Repeat):
            common -= 1
        return common

    def _follow(self, steps: tuple[ast.Step, ...], start: Steps, shared: int) -> None:
        places: list[Steps] = [start]
        for step in steps:
            places = [reached for place in places for reached in self._step(step, place)]
            if step.axis == "parent":
                shared = min([shared, *(len(place) for place in places)])
            for predicate in step.predicates:
                for place in places:
                    self.visit(predicate, place, min(shared, len(place)))
        self.reads.update(Read(place, min(shared, len(place))) for place in places if place)

    def _step(self, step: ast.Step, place: Steps) -> list[Steps]:
        if step.axis == "self":
            return [place]
        if step.axis == "parent":
            return [place[:-1]]
        if step.axis == "child" and isinstance(step.test, ast.NameTest) and step.test.name != "*":
            return [(*place, _written(step.test))]
        if step.axis == "child" and isinstance(step.test, ast.NameTest):
            return [item.steps for item in self.items.values() if item.steps[:-1] == place]
        if step.axis == "attribute":
            return []
        if step.axis in {"descendant", "descendant-or-self"}:
            return [item.steps for item in self.items.values() if item.steps[: len(place)] == place]
        return [place] if isinstance(step.test, ast.KindTest) and step.axis == "child" else self._everything()

    def _everything(self) -> list[Steps]:
        return [item.steps for item in self.items.values()]


def _written(test: ast.NameTest) -> str:
    return f"{test.prefix}:{test.name}" if test.prefix else test.name
