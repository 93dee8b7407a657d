"""Recursive descent over XPath 1.0's grammar (§2, §3)."""

from __future__ import annotations

from fieldkit.errors import phrase
from fieldkit.i18n import N_
from fieldkit.xforms.xpath.ast import (
    Binary,
    Call,
    Expr,
    Filter,
    KindTest,
    Literal,
    NameTest,
    Number,
    Path,
    Step,
    Unary,
    Variable,
)
from fieldkit.xforms.xpath.errors import XPathError
from fieldkit.xforms.xpath.lexer import Token, tokenize

AXES = frozenset(
    {
        "ancestor", "ancestor-or-self", "attribute", "child", "descendant", "descendant-or-self", "following",
        "following-sibling", "namespace", "parent", "preceding", "preceding-sibling", "self",
    }
)  # fmt: skip
_KINDS = frozenset({"node", "text", "comment", "processing-instruction"})
_BINDING = {
    "or": 1,
    "and": 2,
    "=": 3,
    "!=": 3,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "div": 6,
    "mod": 6,
}
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_DEEPEST = 100
_PAIR = 2
"""Two signs take each other back, but still make a number."""


def parse(source: str) -> Expr:
    """Parse an expression. Raises XPathError with offset, token and reason."""
    parser = _Parser(source)
    expression = parser.expression()
    parser.expect_end()
    return expression


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = tokenize(source)
        self.at = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def fault(self, reason: str, token: Token | None = None) -> XPathError:
        where = token or self.token
        return XPathError("xpath.syntax", self.source, where.offset, where.text, reason)

    def take(self, *texts: str) -> Token | None:
        """The current token if it is one of these symbols or operators."""
        token = self.token
        if token.text in texts and token.kind in {"symbol", "operator"}:
            self.at += 1
            return token
        return None

    def expect(self, text: str) -> None:
        if not self.take(text):
            raise self.fault(phrase(N_("{text!r} is missing here"), text=text))

    def expect_end(self) -> None:
        if self.token.kind != "end":
            raise self.fault(
                phrase(N_("nothing more is expected here; an operator or a comma may be missing"))
            )

    def expression(self) -> Expr:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.fault(phrase(N_("this expression is nested too deeply")))
        made = self._binary(0)
        self.depth -= 1
        return made

    def _binary(self, least: int) -> Expr:
        """Operators that bind at least as tightly as `least`; all of them are left-associative (§3.5)."""
        left = self._unary()
        comparisons = 0
        while self.token.kind in {"symbol", "operator"} and _BINDING.get(self.token.text, 0) >= max(least, 1):
            operator = self.token.text
            comparisons += operator in _COMPARISONS
            if comparisons > _DEEPEST:
                raise self.fault(phrase(N_("this expression compares too many things in a row")))
            self.at += 1
            left = Binary(operator, left, self._binary(_BINDING[operator] + 1))
        return left

    def _unary(self) -> Expr:
        signs = 0
        while self.take("-"):
            signs += 1
        made = self._union()
        for _ in range(signs if signs < _PAIR else _PAIR - signs % _PAIR):
            made = Unary(made)
        return made

    def _union(self) -> Expr:
        left = self._path()
        while self.take("|"):
            left = Binary("|", left, self._path())
        return left

    def _path(self) -> Expr:
        if self._starts_primary():
            primary = self._primary()
            predicates = self._predicates()
            start: Expr = Filter(primary, predicates) if predicates else primary
            if self.take("/"):
                return Path(start, absolute=False, steps=self._steps())
            if self.take("//"):
                return Path(start, absolute=False, steps=(_anywhere(), *self._steps()))
            return start
        if self.take("//"):
            return Path(None, absolute=True, steps=(_anywhere(), *self._steps()))
        if self.take("/"):
            return Path(None, absolute=True, steps=self._steps() if self._starts_step() else ())
        return Path(None, absolute=False, steps=self._steps())

    def _starts_primary(self) -> bool:
        token = self.token
        if token.kind in {"number", "string", "variable"} or token.text == "(":
            return True
        following = self.tokens[self.at + 1] if token.kind == "name" else None
        return following is not None and following.text == "(" and token.text not in _KINDS

    def _starts_step(self) -> bool:
        return self.token.kind == "name" or self.token.text in {".", "..", "@", "*"}

    def _primary(self) -> Expr:
        token = self.token
        self.at += 1
        if token.kind == "number":
            return Number(float(token.text))
        if token.kind == "string":
            return Literal(token.text[1:-1])
        if token.kind == "variable":
            return Variable(token.text[1:])
        if token.text == "(":
            inside = self.expression()
            self.expect(")")
            return inside
        self.expect("(")
        arguments: list[Expr] = []
        if not self.take(")"):
            arguments.append(self.expression())
            while self.take(","):
                arguments.append(self.expression())
            self.expect(")")
        return Call(token.text, tuple(arguments), token.offset)

    def _predicates(self) -> tuple[Expr, ...]:
        found = []
        while self.take("["):
            found.append(self.expression())
            self.expect("]")
        return tuple(found)

    def _steps(self) -> tuple[Step, ...]:
        steps = [self._step()]
        while True:
            if self.take("/"):
                steps.append(self._step())
            elif self.take("//"):
                steps += [_anywhere(), self._step()]
            else:
                return tuple(steps)

    def _step(self) -> Step:
        if self.take("."):
            return Step("self", KindTest("node"), self._predicates())
        if self.take(".."):
            return Step("parent", KindTest("node"), self._predicates())
        axis = "child"
        if self.take("@"):
            axis = "attribute"
        elif self.tokens[self.at + 1 : self.at + 2] and self.tokens[self.at + 1].text == "::":
            axis = self.token.text
            if axis not in AXES:
                raise self.fault(phrase(N_("{axis!r} is not an axis"), axis=axis))
            self.at += 2
        return Step(axis, self._test(), self._predicates())

    def _test(self) -> NameTest | KindTest:
        token = self.token
        if self.take("*"):
            return NameTest("", "*")
        if token.kind != "name":
            reason = (
                phrase(N_("the expression ends too early"))
                if token.kind == "end"
                else phrase(N_("a name or path is expected here"))
            )
            raise self.fault(reason)
        self.at += 1
        if token.text in _KINDS and self.take("("):
            target = ""
            if self.token.kind == "string":
                target = self.token.text[1:-1]
                self.at += 1
            self.expect(")")
            return KindTest(token.text, target)
        prefix, colon, name = token.text.partition(":")
        return NameTest(prefix, name) if colon else NameTest("", prefix)


def _anywhere() -> Step:
    return Step("descendant-or-self", KindTest("node"))
