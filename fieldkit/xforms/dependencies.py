"""Which expressions read which nodes, in what order they run, and where a form runs in a circle.

A `Rule` computes one thing about one template path. A `Read` is a template path an expression looks at;
`shared` says how many of its leading steps are the same instances as those of the rule's own node, so that
an answer in one household member touches only that member.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum

from fieldkit.xforms.definition import Bind, Item, Question, Repeat, unstored
from fieldkit.xforms.expression import Expression
from fieldkit.xforms.xpath import ast

Steps = tuple[str, ...]
Reader = tuple["Rule", int]


_WORDED = frozenset({"jr:choice-name", "jr:itext"})


class Kind(IntEnum):
    """What a rule computes. CHOICES drops chosen values that are no longer offered."""

    RELEVANT = 0
    CALCULATE = 1
    REQUIRED = 2
    READONLY = 3
    CHOICES = 4
    COUNT = 5


_LAST = frozenset({Kind.CHOICES, Kind.COUNT})
"""These run when all else has settled. What they change starts a new round, so that a count may depend on the
instances it made (`if(last answer = 'yes', count + 1, count)`) without being a circle."""


@dataclass(frozen=True, slots=True)
class Read:
    """A template path that an expression reads, and how many leading steps it shares with the rule's node.

    implied: by a function that is given nothing and looks at the node it stands on.
    """

    steps: Steps
    shared: int
    implied: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """An expression and what it decides.

    order: its place in the order of computation. path, steps: the template path of the elements it runs for: of
    its item, for a count or an attribute of the element that holds it. many: those lie in a repeat.
    attribute: the name of the attribute it computes, "" for an element.
    """

    kind: Kind
    item: Item
    expression: Expression
    order: int
    path: str
    steps: Steps
    many: bool
    attribute: str = ""


_SHOWN = 10
"""How many steps of a circle are named; longer ones show their beginning and their end."""


class CycleError(Exception):
    """A form whose rules feed themselves: each of `rules` reads what the one before it decides."""

    def __init__(self, rules: list[Rule]) -> None:
        names = [rule.item.path for rule in [*rules, rules[0]]]
        if len(names) > _SHOWN:
            names = [*names[: _SHOWN // 2], "…", *names[-_SHOWN // 2 :]]
        super().__init__(" → ".join(names))
        self.rules = rules


class Graph:
    """The rules of a form in order.

    readers: template path → the rules that read it, each with the number of leading steps it shares with the
    node that changed. structure: path of a repeat → the rules to run when an instance comes or goes, with the
    steps they share with its parent. inside: path of a repeat → the rules of the nodes in it. worded: the rules
    whose value is in the language of the interview. unstored: order of a calculation → what it reads that is seen and
    never stored.
    """

    def __init__(self, items: Mapping[str, Item], attributes: Mapping[str, Bind] | None = None) -> None:
        self._repeats = frozenset(item.steps for item in items.values() if isinstance(item, Repeat))
        bound = [Item(path, bind) for path, bind in (attributes or {}).items()]
        found = [*self._rules(items.values()), *self._attribute_rules(bound)]
        reads = [references(rule.expression, items) | _values(rule, items) for rule in found]
        order = _sorted(found, reads, items)
        self.rules = [replace(found[i], order=place) for place, i in enumerate(order)]
        self.readers: dict[str, list[Reader]] = {}
        self.structure: dict[str, list[Reader]] = {}
        self.inside: dict[str, list[Rule]] = {}
        for place, i in enumerate(order):
            for read in reads[i]:
                self._register(self.rules[place], read)
        seen = unstored(items)
        self.unstored: dict[int, tuple[Read, ...]] = {}
        for place, i in enumerate(order if seen else ()):
            apart = tuple(sorted((read for read in reads[i] if _path(read.steps) in seen), key=_by_steps))
            if apart and self.rules[place].kind is Kind.CALCULATE:
                self.unstored[place] = apart
        self.worded = [rule for rule in self.rules if _WORDED & rule.expression.functions]
        for rule in self.rules:
            for repeat in self._around(rule.steps):
                self.inside.setdefault(repeat, []).append(rule)

    def _register(self, rule: Rule, read: Read) -> None:
        self.readers.setdefault(_path(read.steps), []).append((rule, read.shared))
        for length in range(1, len(read.steps) + 1):
            repeat = read.steps[:length]
            if repeat in self._repeats and (read.shared < length or length == len(read.steps)):
                self.structure.setdefault(_path(repeat), []).append((rule, min(read.shared, length - 1)))

    def _rules(self, items: Iterable[Item]) -> Iterator[Rule]:
        for item in items:
            bind = item.bind
            itemset = item.itemset if isinstance(item, Question) and item.is_select else None
            for kind, expression in (
                (Kind.RELEVANT, bind.relevant),
                (Kind.CALCULATE, bind.calculate),
                (Kind.REQUIRED, bind.required),
                (Kind.READONLY, bind.readonly),
                (Kind.CHOICES, itemset.nodes if itemset else None),
                (Kind.COUNT, item.count if isinstance(item, Repeat) else None),
            ):
                if expression is not None:
                    steps = item.steps[:-1] if kind is Kind.COUNT else item.steps
                    many = any(self._around(steps))
                    path = item.path if kind is not Kind.COUNT else _path(steps)
                    yield Rule(kind, item, expression, 0, path, steps, many)

    def _attribute_rules(self, bound: Iterable[Item]) -> Iterator[Rule]:
        for item in bound:
            calculate, steps = item.bind.calculate, item.steps[:-1]
            if calculate is not None:
                many = any(self._around(steps))
                name = item.name.removeprefix("@")
                yield Rule(Kind.CALCULATE, item, calculate, 0, _path(steps), steps, many, name)

    def _around(self, steps: Steps) -> Iterator[str]:
        """The paths of the repeats around a template path, itself included."""
        for length in range(1, len(steps) + 1):
            if steps[:length] in self._repeats:
                yield _path(steps[:length])


def _by_steps(read: Read) -> Steps:
    return read.steps


def _path(steps: Steps) -> str:
    return "/" + "/".join(steps)


def _sorted(rules: list[Rule], reads: list[set[Read]], items: Mapping[str, Item]) -> list[int]:
    """Order the rules so that each runs after all it reads (Kahn). Raises CycleError."""
    for rule, own in zip(rules, reads, strict=True):
        if rule.kind not in _LAST and any(_decides(rule, read, items) for read in own):
            raise CycleError([rule])
    after = _followers(rules, reads)
    waits = [0] * len(rules)
    for followers in after:
        for i in followers:
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
    return sorted(order, key=lambda i: rules[i].kind if rules[i].kind in _LAST else 0)


def _followers(rules: list[Rule], reads: list[set[Read]]) -> list[set[int]]:
    """For each rule those that read what it decides."""
    writers: dict[tuple[Kind, Steps], list[int]] = {}
    for i, rule in enumerate(rules):
        if rule.kind not in _LAST:
            writers.setdefault((rule.kind, rule.item.steps), []).append(i)
    after: list[set[int]] = [set() for _ in rules]
    for i, own in enumerate(reads):
        for read in own:
            for j in _writers_of(read.steps, writers):
                if i != j:
                    after[j].add(i)
    return after


def _writers_of(steps: Steps, writers: Mapping[tuple[Kind, Steps], list[int]]) -> Iterator[int]:
    yield from writers.get((Kind.CALCULATE, steps), ())
    for length in range(1, len(steps) + 1):
        yield from writers.get((Kind.RELEVANT, steps[:length]), ())


def _decides(rule: Rule, read: Read, items: Mapping[str, Item]) -> bool:
    """Whether a rule decides what it reads: its own node, and for relevance whatever lies in it."""
    if read.implied or _path(read.steps) not in items:
        return False
    within = read.steps[: len(rule.steps)] == rule.steps
    return within and (rule.kind is Kind.RELEVANT or len(read.steps) == len(rule.steps))


def _circle(after: list[set[int]], stuck: set[int]) -> list[int]:
    """Some circle among the rules that could not be ordered."""
    before: dict[int, int] = {}
    for j in sorted(stuck, reverse=True):
        before |= dict.fromkeys(after[j] & stuck, j)
    seen: dict[int, int] = {}
    walk: list[int] = []
    node = min(stuck)
    while node not in seen:
        seen[node] = len(walk)
        walk.append(node)
        node = before[node]
    return list(reversed(walk[seen[node] :]))


def references(expression: Expression, items: Mapping[str, Item]) -> set[Read]:
    """The template paths that an expression reads, among `items` by template path."""
    collector = _References(expression.scope.context, items)
    collector.visit(expression.compiled.expr, expression.scope.context, len(expression.scope.context))
    return collector.reads


def _values(rule: Rule, items: Mapping[str, Item]) -> set[Read]:
    """The answers that are choices of a select whose list is taken from the answers."""
    itemset = rule.item.itemset if rule.kind is Kind.CHOICES and isinstance(rule.item, Question) else None
    if itemset is None:
        return set()
    read = references(rule.expression, items)
    found = {Read((*each.steps, *itemset.value.split("/")), each.shared) for each in read}
    return {each for each in found if _path(each.steps) in items}


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
            first, rest = node.chain
            for operand in (first, *(operand for _, operand in rest)):
                self.visit(operand, context, shared)
        elif isinstance(node, ast.Unary):
            self.visit(node.operand, context, shared)

    def _implicit(self, node: ast.Call, context: Steps | None, shared: int) -> None:
        """Functions that read the context node when they are given nothing."""
        if not node.arguments and context:
            self.reads.add(Read(context, min(shared, len(context)), implied=True))

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
            return [(*place, f"@{_written(step.test)}")] if isinstance(step.test, ast.NameTest) else []
        if step.axis in {"descendant", "descendant-or-self"}:
            return [item.steps for item in self.items.values() if item.steps[: len(place)] == place]
        return [place] if isinstance(step.test, ast.KindTest) and step.axis == "child" else self._everything()

    def _everything(self) -> list[Steps]:
        return [item.steps for item in self.items.values()]


def _written(test: ast.NameTest) -> str:
    return f"{test.prefix}:{test.name}" if test.prefix else test.name
