"""The abstract syntax of XPath 1.0; `str()` of any expression parses back to an equal one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

_CHAINS = {
    operator: group
    for group in map(frozenset, (("or",), ("and",), ("|",), ("+", "-"), ("*", "div", "mod")))
    for operator in group
}
"""Operators that bind alike: `a - b + c` is `(a - b) + c`."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A string literal (XPath 1.0 §3.7)."""

    value: str

    def __str__(self) -> str:
        """Quote with whichever quote the text does not hold."""
        quote = "'" if "'" not in self.value else '"'
        return f"{quote}{self.value}{quote}"


@dataclass(frozen=True, slots=True)
class Number:
    """A number literal."""

    value: float

    def __str__(self) -> str:
        """Write without exponent."""
        return format(Decimal(repr(self.value)), "f")


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable reference."""

    name: str

    def __str__(self) -> str:
        """Write with its dollar sign."""
        return f"${self.name}"


@dataclass(frozen=True, slots=True)
class Unary:
    """Negation (§3.5)."""

    operand: Expr

    def __str__(self) -> str:
        """Write in parentheses, so that nothing binds tighter than meant."""
        return f"-({self.operand})"


@dataclass(frozen=True, slots=True)
class Binary:
    """An operator with two operands (§3.3–3.5)."""

    operator: str
    left: Expr
    right: Expr

    def __str__(self) -> str:
        """Write operands in parentheses, those of a chain side by side."""
        first, rest = self.chain
        return f"({first})" + "".join(f" {operator} ({operand})" for operator, operand in rest)

    @property
    def chain(self) -> tuple[Expr, list[tuple[str, Expr]]]:
        """`a + b - c` as its first operand and what follows: long chains are worked through without recursion."""
        group = _CHAINS.get(self.operator, frozenset())
        rest = [(self.operator, self.right)]
        left = self.left
        while isinstance(left, Binary) and left.operator in group:
            rest.append((left.operator, left.right))
            left = left.left
        return left, rest[::-1]


@dataclass(frozen=True, slots=True)
class Call:
    """A function call (§3.2). `offset` is where its name stands in the source."""

    name: str
    arguments: tuple[Expr, ...]
    offset: int = field(default=0, compare=False)

    def __str__(self) -> str:
        """Write as it is called."""
        return f"{self.name}({', '.join(str(argument) for argument in self.arguments)})"


@dataclass(frozen=True, slots=True)
class Filter:
    """A primary expression with predicates (§3.3)."""

    primary: Expr
    predicates: tuple[Expr, ...]

    def __str__(self) -> str:
        """Write the primary in parentheses."""
        return f"({self.primary})" + "".join(f"[{predicate}]" for predicate in self.predicates)


@dataclass(frozen=True, slots=True)
class NameTest:
    """A test for a name; `name` may be "*" (§2.3)."""

    prefix: str
    name: str

    def __str__(self) -> str:
        """Write as a QName."""
        return f"{self.prefix}:{self.name}" if self.prefix else self.name


@dataclass(frozen=True, slots=True)
class KindTest:
    """A test for a kind of node: node, text, comment, processing-instruction (§2.3)."""

    kind: str
    target: str = ""

    def __str__(self) -> str:
        """Write as a call."""
        return f"{self.kind}({Literal(self.target) if self.target else ''})"


@dataclass(frozen=True, slots=True)
class Step:
    """A location step (§2.1)."""

    axis: str
    test: NameTest | KindTest
    predicates: tuple[Expr, ...] = ()

    def __str__(self) -> str:
        """Write unabbreviated."""
        return f"{self.axis}::{self.test}" + "".join(f"[{predicate}]" for predicate in self.predicates)


@dataclass(frozen=True, slots=True)
class Path:
    """A location path (§2): absolute, relative, or beginning at the nodes of `start`."""

    start: Expr | None
    absolute: bool
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        """Write unabbreviated."""
        steps = "/".join(str(step) for step in self.steps)
        if self.start is not None:
            start = str(self.start) if isinstance(self.start, (Call, Filter)) else f"({self.start})"
            return f"{start}/{steps}"
        return f"/{steps}" if self.absolute else steps


Expr = Literal | Number | Variable | Unary | Binary | Call | Filter | Path


def conjuncts(expr: Expr) -> Iterator[Expr]:
    """The conditions that `and` joins, in order; an expression without it is the only one."""
    if isinstance(expr, Binary) and expr.operator == "and":
        first, rest = expr.chain
        for part in (first, *(operand for _, operand in rest)):
            yield from conjuncts(part)
    else:
        yield expr
