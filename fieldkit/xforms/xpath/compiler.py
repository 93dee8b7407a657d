"""From syntax to Python closures: everything that can be decided once is decided here."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TypeAlias, cast

from fieldkit.errors import phrase
from fieldkit.i18n import N_
from fieldkit.xforms.instance import Element, Node
from fieldkit.xforms.xpath.ast import Binary, Call, Expr, Filter, Literal, NameTest, Number, Path, Step, Unary
from fieldkit.xforms.xpath.compare import ORDER, equal, is_moment, ordered
from fieldkit.xforms.xpath.context import Context, Scope
from fieldkit.xforms.xpath.convert import (
    Value,
    is_answered,
    node_to_number,
    to_boolean,
    to_number,
    to_string,
)
from fieldkit.xforms.xpath.errors import XPathError
from fieldkit.xforms.xpath.locations import Nodes, child_step, here, names_last, own_root, parent_step, root
from fieldkit.xforms.xpath.lookup import LIST_STEPS, Lookup, lookup
from fieldkit.xforms.xpath.operators import ARITHMETIC, all_or_any, calculation
from fieldkit.xforms.xpath.parser import parse
from fieldkit.xforms.xpath.single import Find, single
from fieldkit.xforms.xpath.steps import (
    AXES,
    REVERSE,
    Test,
    in_document_order,
    namespace_test,
    node_test,
)

Run: TypeAlias = Callable[[Context], Value]
Keep: TypeAlias = Callable[[list[Node], Context], list[Node]]

_TRUTHS = frozenset({"and", "or", "=", "!=", "<", "<=", ">", ">="})


class Compiled:
    """An expression ready to run. `expr` is its syntax, `source` its text; `lookup` says how it finds rows of a
    list, if that is what it does.
    """

    __slots__ = ("_run", "expr", "lookup", "source")

    def __init__(self, source: str, expr: Expr, run: Run, lookup: Lookup | None) -> None:
        self.source = source
        self.expr = expr
        self.lookup = lookup
        self._run = run

    def value(self, context: Context) -> Value:
        """The value as it comes."""
        return self._run(context)

    def string(self, context: Context) -> str:
        """The value as a string."""
        return to_string(self._run(context))

    def number(self, context: Context) -> float:
        """The value as a number."""
        return to_number(self._run(context))

    def boolean(self, context: Context) -> bool:
        """The value as a boolean."""
        return to_boolean(self._run(context))

    def nodes(self, context: Context) -> list[Node]:
        """The value as nodes in document order; [] if it is none."""
        value = self._run(context)
        return value if isinstance(value, list) else []


_PLAIN = Scope()


def compile_expression(source: str, scope: Scope = _PLAIN) -> Compiled:
    """Compile an expression for where it stands.

    Raises XPathError for syntax, an unknown function or a wrong number of arguments.
    """
    expr = _parsed(source)
    compiler = Compiler(source, scope)
    return Compiled(source, expr, compiler.compile(expr), compiler.lookup(expr))


@lru_cache(maxsize=4096)
def _parsed(source: str) -> Expr:
    return parse(source)


class Compiler:
    """Compiles the parts of one expression; functions use it to compile their arguments as they need them."""

    def __init__(self, source: str, scope: Scope) -> None:
        self.source = source
        self.scope = scope
        self._predicates = 0

    @property
    def in_form(self) -> bool:
        """Whether the expression belongs to a node of a form, where some things are as JavaRosa has them."""
        return bool(self.scope.context)

    def compile(self, expr: Expr) -> Run:
        """Compile any expression."""
        find = self._single(expr) if isinstance(expr, Path) and names_last(expr) else None
        if find is not None:
            return lambda c: [node] if (node := find(c)) is not None and node.relevant else []
        match expr:
            case Literal(value):
                return lambda _c: value
            case Number(value):
                return lambda _c: value
            case Unary(operand):
                inner = self.number(operand)
                return lambda c: -inner(c)
            case Binary():
                return self._binary(expr)
            case Call():
                return self._call(expr)
            case Filter():
                return self._filter(expr)
            case Path():
                return self._path(expr)
        raise XPathError(
            "xpath.variable", self.source, None, str(expr), phrase(N_("variables are not used in forms"))
        )

    def string(self, expr: Expr) -> Callable[[Context], str]:
        """Compile to a string."""
        find = self._single(expr)
        if find is not None:
            return lambda c: node.string_value() if (node := find(c)) is not None else ""
        run = self.compile(expr)
        return lambda c: to_string(run(c))

    def number(self, expr: Expr) -> Callable[[Context], float]:
        """Compile to a number."""
        if isinstance(expr, Number):
            value = expr.value
            return lambda _c: value
        find = self._single(expr)
        if find is not None:
            return lambda c: node_to_number(node) if (node := find(c)) is not None else math.nan
        run = self.compile(expr)
        return lambda c: to_number(run(c))

    def boolean(self, expr: Expr) -> Callable[[Context], bool]:
        """Compile to a boolean."""
        find = self._single(expr)
        if find is not None:
            return lambda c: (node := find(c)) is not None and node.relevant and is_answered(node)
        if isinstance(expr, Binary) and expr.operator in _TRUTHS:
            return cast("Callable[[Context], bool]", self._binary(expr))
        run = self.compile(expr)
        return lambda c: to_boolean(run(c))

    def nodes(self, expr: Expr) -> Nodes:
        """Compile to nodes. Raises XPathError where the expression can give none."""
        if isinstance(expr, (Literal, Number, Unary)) or (isinstance(expr, Binary) and expr.operator != "|"):
            return cast("Nodes", self._fault("xpath.no-nodes", None, str(expr), f"{expr} is no node"))
        run = self.compile(expr)
        if isinstance(expr, Path):
            return cast("Nodes", run)

        def get(c: Context) -> list[Node]:
            value = run(c)
            return value if isinstance(value, list) else []

        return get

    def _call(self, call: Call) -> Run:
        from fieldkit.xforms.xpath.functions import FUNCTIONS

        function = FUNCTIONS.get(call.name)
        count = len(call.arguments)
        if function is None:
            reason = phrase(N_("there is no function {name}()"), name=call.name)
            return self._fault("xpath.unknown-function", call.offset, call.name, reason)
        if not function.accepts(count):
            takes = N_("{name}() takes {arguments}, not {count}")
            reason = phrase(takes, name=call.name, arguments=function.arity_words, count=count)
            return self._fault("xpath.arity", call.offset, call.name, reason)
        return function.build(self, call)

    def _fault(self, code: str, offset: int | None, token: str, reason: str) -> Run:
        """A fault of the expression: told at once in a form, elsewhere only where it is reached."""
        fault = XPathError(code, self.source, offset, token, reason)
        if not self.scope.lazy:
            raise fault

        def reached(_c: Context) -> Value:
            raise fault

        return reached

    def _binary(self, expr: Binary) -> Run:
        first, rest = expr.chain
        operands = [first, *(operand for _, operand in rest)]
        if expr.operator in {"and", "or"}:
            return all_or_any([self.boolean(each) for each in operands], expr.operator)
        if expr.operator == "|":
            parts = [self.nodes(each) for each in operands]
            return lambda c: in_document_order([node for part in parts for node in part(c)])
        if expr.operator in ARITHMETIC:
            return calculation(
                self.number(first), [(ARITHMETIC[operator], self.number(each)) for operator, each in rest]
            )
        return self._single_comparison(expr) or self._comparison(expr)

    def _comparison(self, expr: Binary) -> Run:
        x, y = self.compile(expr.left), self.compile(expr.right)
        if expr.operator in {"=", "!="}:
            same, in_form = expr.operator == "=", self.in_form
            return lambda c: equal(x(c), y(c), same=same, none_is_empty=in_form)
        order = ORDER[expr.operator]
        return lambda c: ordered(x(c), y(c), order)

    def _single_comparison(self, expr: Binary) -> Run | None:
        """`path = 'text'`, `path < 3`: the commonest comparisons, without node-sets."""
        find = self._single(expr.left)
        right = expr.right
        if find is None:
            return None
        if isinstance(right, Number) and expr.operator in ORDER:
            order, bound = ORDER[expr.operator], right.value
            return lambda c: (node := find(c)) is not None and order(node_to_number(node), bound)
        if isinstance(right, Literal) and not is_moment(right.value):
            text = right.value
            if expr.operator == "=":
                return lambda c: (node.string_value() if (node := find(c)) is not None else "") == text
            if expr.operator == "!=":
                return lambda c: (node.string_value() if (node := find(c)) is not None else "") != text
        return None

    def _namespace_test(self, prefix: str) -> Test:
        return namespace_test(prefix, self.scope.namespaces, in_form=self.in_form)

    def _single(self, expr: Expr) -> Find | None:
        return single(expr, self.scope, in_predicate=self._predicates > 0)

    def _filter(self, expr: Filter) -> Nodes:
        run = self.nodes(expr.primary)
        for predicate in expr.predicates:
            run = self._filtered(run, predicate)
        return run

    def condition(self, expr: Expr) -> Callable[[Context], bool]:
        """Compile what must be true of a node inside a predicate."""
        with self._in_predicate():
            return self.boolean(expr)

    def inside(self, expr: Expr) -> Run:
        """Compile an expression that stands inside a predicate."""
        with self._in_predicate():
            return self.compile(expr)

    @contextmanager
    def _in_predicate(self) -> Iterator[None]:
        self._predicates += 1
        try:
            yield
        finally:
            self._predicates -= 1

    def _filtered(self, run: Nodes, predicate: Expr) -> Nodes:
        keep = self.predicate(predicate)
        return lambda c: keep(run(c), c)

    def predicate(self, expr: Expr) -> Keep:
        """§2.4: a number is a position, anything else a truth."""
        if isinstance(expr, Number) and expr.value.is_integer():
            place = int(expr.value) - 1
            return lambda nodes, _c: nodes[place : place + 1] if place >= 0 else []
        run = self.inside(expr)

        def keep(nodes: list[Node], c: Context) -> list[Node]:
            size = len(nodes)
            kept = []
            for position, node in enumerate(nodes, 1):
                value = run(Context(node, position, size, c.current, c.env))
                if value == position if isinstance(value, float) else to_boolean(value):
                    kept.append(node)
            return kept

        return keep

    def _path(self, path: Path) -> Nodes:
        steps = path.steps
        if path.start is not None:
            begin = self.nodes(path.start)
        elif path.absolute:
            begin, steps = self._beginning(path)
        else:
            begin = here
        run = begin
        for number, step in enumerate(steps, 1):
            run = self._step(run, step)
            if number == LIST_STEPS and path.start is not None:
                run = self._through_index(path, begin, run)
        return run

    def _through_index(self, path: Path, begin: Nodes, otherwise: Nodes) -> Nodes:
        """The rows of a list through an index where there is one for it, `otherwise` where not."""
        found = lookup(path, self, begin)
        if found is None or not found.is_keyed:
            return otherwise
        rows, document = found.rows, found.document

        def run(c: Context) -> list[Node]:
            table = document(c)
            nodes = rows(table, c) if table is not None else None
            return otherwise(c) if nodes is None else nodes

        return run

    def lookup(self, expr: Expr) -> Lookup | None:
        """How `expr` looks rows of a list up, whatever order they are shuffled into; None if it does more."""
        seeds = []
        while isinstance(expr, Call) and expr.name == "randomize" and expr.arguments:
            seeds += [self.string(seed) for seed in expr.arguments[1:]]
            expr = expr.arguments[0]
        if not isinstance(expr, Path) or expr.start is None or len(expr.steps) != LIST_STEPS:
            return None
        found = lookup(expr, self, self.nodes(expr.start))
        if found is not None:
            found.seeds = seeds
        return found

    def _beginning(self, path: Path) -> tuple[Nodes, tuple[Step, ...]]:
        """Where an absolute path begins: at the nearest ancestor it shares with the node it belongs to.

        ODK XForms: paths inside a repeat are read relative to the current instance. The last step stays
        free when it is a repeat itself, so that its instances can be counted.
        """
        names = tuple(
            str(step.test) for step in path.steps if step.axis == "child" and isinstance(step.test, NameTest)
        )
        context = self.scope.context
        shared = 0
        for step, name, own in zip(path.steps, names, context, strict=False):
            if step.axis != "child" or step.predicates or name != own:
                break
            shared += 1
        if shared == len(path.steps) and names in self.scope.repeats:
            shared -= 1
        if shared == 0:
            return (root if context else own_root), path.steps
        climb = len(context) - shared

        def begin(c: Context) -> list[Node]:
            node: Node | None = c.current
            for _ in range(climb):
                node = node.parent if node is not None else None
            return [node] if isinstance(node, Element) and node.relevant else []

        return begin, path.steps[shared:]

    def _step(self, before: Nodes, step: Step) -> Nodes:
        if (
            not step.predicates
            and step.axis == "child"
            and isinstance(step.test, NameTest)
            and step.test.name != "*"
        ):
            return child_step(before, step.test.name, self._namespace_test(step.test.prefix))
        if not step.predicates and str(step) == "self::node()":
            return before
        if not step.predicates and str(step) == "parent::node()":
            return parent_step(before)
        axis, test = (
            AXES[step.axis],
            node_test(step.test, step.axis, self.scope.namespaces, in_form=self.in_form),
        )
        keepers = [self.predicate(predicate) for predicate in step.predicates]
        backwards = step.axis in REVERSE
        straight = step.axis in {"child", "self", "attribute"}

        def run(c: Context) -> list[Node]:
            found: list[Node] = []
            starts = before(c)
            for node in starts:
                reached = [other for other in axis(node) if test(other)]
                for keep in keepers:
                    reached = keep(reached, c)
                found += reached
            return found if straight or (len(starts) <= 1 and not backwards) else in_document_order(found)

        return run
