"""Finds code that makes a rate or a rank of workers, laptops or villages: by its syntax, function by function.

Three things are looked for. COUNTS: something is counted, summed or gathered by who did it or whose laptop it was; that alone is
an offence. RANKS: something is counted or gathered by village, and the same function makes a rate of it (a division, a mean, a
percentage) or puts it in the order of its counts. ORDERS: a list of workers, laptops or villages in the order of a number.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

PEOPLE = frozenset(
    {
        "worker", "workers", "user", "users", "usr", "username", "device", "devices", "deviceid", "laptop", "laptops", "staff",
        "checker", "checkers", "inspector", "asker", "interviewer", "enumerator", "clerk",
    }
)  # fmt: skip
PLACES = frozenset({"village", "villages", "place", "places", "division", "divisions"})
_RATES = re.compile(
    r"(^|_)(rates?|ratio|shares?|percent(age)?s?|median|mean|average|avg|quantiles?|wilson|fmean)($|_)",
    re.IGNORECASE,
)
_GATHERS = frozenset({"Counter", "groupby", "group_by"})
_BY_VALUE = frozenset({"most_common", "nlargest", "nsmallest"})
_SQL = re.compile(r"\bGROUP\s+BY\s+([\w\s,.\"]+)", re.IGNORECASE)
_SQL_RATE = re.compile(
    r"\b(AVG|MEDIAN|PERCENT_RANK|RANK|NTILE)\s*\(|\bORDER\s+BY\s+(COUNT|SUM|\d)|/", re.IGNORECASE
)


@dataclass(frozen=True, order=True)
class Offence:
    """What was found. where: module and function."""

    where: str
    kind: str


def offences(source, module):
    """The offences in a module's source."""
    found = set()
    _Functions(module, found).visit(ast.parse(source))
    return found


class _Functions(ast.NodeVisitor):
    """Looks at each function with all that stands in it, and at the module's own lines."""

    def __init__(self, module, found):
        self.module = module
        self.found = found
        self.within = []

    def visit_ClassDef(self, node):
        self.within.append(node.name)
        self.generic_visit(node)
        self.within.pop()

    def visit_FunctionDef(self, node):
        where = ".".join([self.module, *self.within, node.name])
        look = _Look()
        for each in node.body:
            look.visit(each)
        self.found.update(Offence(where, kind) for kind in look.kinds())

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - the name ast calls


class _Look(ast.NodeVisitor):
    """What happens in one function."""

    def __init__(self):
        self.by = set()
        self.is_rated = False
        self.is_ranked = False
        self.orders = set()

    def kinds(self):
        if "people" in self.by:
            yield "counts people"
        if "places" in self.by and (self.is_rated or self.is_ranked):
            yield "ranks places"
        yield from (f"orders {each}" for each in self.orders)

    def gathered(self, *nodes):
        self.by |= {kind for node in nodes for kind in named(node)}

    def visit_Call(self, node):
        name = _called(node.func)
        if name in _GATHERS:
            self.gathered(*node.args, *(each.value for each in node.keywords))
        elif name in {"setdefault", "defaultdict"} and isinstance(node.func, ast.Attribute):
            self.gathered(*node.args[:1])
        elif name in {"append", "add", "extend", "update"} and isinstance(node.func, ast.Attribute):
            if isinstance(node.func.value, ast.Subscript):
                self.gathered(node.func.value.slice)
        elif name in _BY_VALUE:
            self.is_ranked = True
        elif name in {"sorted", "sort", "max", "min", "order_by"}:
            self.ordered(node, name)
        if _RATES.search(name):
            self.is_rated = True
        self.generic_visit(node)

    def ordered(self, node, name):
        """Whether it is in the order of a count: by a value, a length, or what `desc` stands at."""
        keys = [each.value for each in node.keywords if each.arg == "key"]
        keys += node.args if name == "order_by" else []
        by_number = any(is_number(key) for key in keys)
        self.is_ranked |= by_number
        what = named(node.func.value) if name == "sort" and isinstance(node.func, ast.Attribute) else set()
        what |= named(node.args[0]) if node.args and name != "order_by" else set()
        self.orders |= what if by_number else set()

    def visit_Assign(self, node):
        """`found[worker] = found.get(worker, 0) + 1`, `found[worker] = len(...)`."""
        for target in node.targets:
            if isinstance(target, ast.Subscript) and (is_number(node.value) or _adds(node.value)):
                self.gathered(target.slice)
        self.generic_visit(node)

    def visit_AugAssign(self, node):
        if isinstance(node.target, ast.Subscript) and isinstance(node.op, (ast.Add, ast.Sub)):
            self.gathered(node.target.slice)
        self.generic_visit(node)

    def visit_BinOp(self, node):
        if isinstance(node.op, (ast.Div, ast.FloorDiv)) and not _is_path(node):
            self.is_rated = True
        self.generic_visit(node)

    def visit_DictComp(self, node):
        """One number for each of somebody: `{worker: len(...) for worker, ... in ...}`."""
        if is_number(node.value):
            self.gathered(node.key)
        self.generic_visit(node)

    def visit_Constant(self, node):
        if isinstance(node.value, str):
            grouped = _SQL.search(node.value)
            if grouped:
                self.by |= {kind for word in re.findall(r"\w+", grouped[1]) for kind in kind_of(word)}
                self.is_rated |= bool(_SQL_RATE.search(node.value))


def named(node):
    """Whether a piece of code speaks of people or places: "people", "places"."""
    found = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            found |= kind_of(each.id)
        elif isinstance(each, ast.Attribute):
            found |= kind_of(each.attr)
        elif (
            isinstance(each, ast.Constant)
            and isinstance(each.value, str)
            and re.fullmatch(r"[\w/]+", each.value)
        ):
            found |= kind_of(each.value.rpartition("/")[2])
    return found


def kind_of(name):
    parts = set(name.lower().split("_"))
    return ({"people"} if parts & PEOPLE else set()) | ({"places"} if parts & PLACES else set())


def is_number(node):
    """Whether it gives a count or the like: a length, a sum, `counts.get`, the second of a pair, a division, a difference."""
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and _called(each.func) in {
            "len",
            "sum",
            "count",
            "desc",
            "round",
            "median",
            "mean",
        }:
            return True
        if isinstance(each, ast.Attribute) and re.search(
            r"(^|_)(counts?|total|number|score)($|_)", each.attr
        ):
            return True
        if isinstance(each, ast.BinOp) and isinstance(each.op, (ast.Div, ast.Sub)) and not _is_path(each):
            return True
    if isinstance(node, ast.Attribute) and node.attr in {"get", "__getitem__"}:
        return True
    if isinstance(node, ast.Lambda):
        node = node.body
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    if isinstance(node, ast.Subscript):
        index = node.slice
        return (isinstance(index, ast.Constant) and index.value in {1, -1}) or isinstance(index, ast.Name)
    return (
        isinstance(node, ast.Call)
        and _called(node.func) == "itemgetter"
        and any(isinstance(each, ast.Constant) and each.value in {1, -1} for each in node.args)
    )


def _adds(node):
    return isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub))


def _called(node):
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_path(node):
    """A division sign between a folder and a name."""
    return any(
        (isinstance(each, ast.Constant) and isinstance(each.value, str)) or isinstance(each, ast.JoinedStr)
        for each in (node.left, node.right)
    ) or any(
        word in ast.dump(node).lower()
        for word in ("folder", "'path'", "attr='parent'", "path(", "'stick'", "'target'", "'home'")
    )
