"""Tokens of XPath 1.0 (§3.7), with the rules that tell `*` and operator names apart from names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fieldkit.errors import phrase
from fieldkit.i18n import N_
from fieldkit.xforms.xpath.errors import XPathError

_NAME = r"[^\W\d][\w\-.·]*"
_TOKEN = re.compile(
    rf"""
    (?P<space>\s+)
  | (?P<number>\d+(?:\.\d*)?|\.\d+)
  | (?P<string>"[^"]*"|'[^']*')
  | (?P<variable>\${_NAME}(?::{_NAME})?)
  | (?P<name>{_NAME}(?::(?!:)(?:{_NAME}|\*))?)
  | (?P<symbol>::|//|\.\.|!=|<=|>=|[()\[\].@,/|+\-=<>*])
    """,
    re.VERBOSE,
)
_OPERATOR = re.compile(r"(?:and|or|mod|div)(?=\d|$)")
"""The name of an operator, a number perhaps right behind it: `1div2`."""
_BEFORE_OPERAND = frozenset(
    {"@", "::", "(", "[", ",", "/", "//", "|", "+", "-", "=", "!=", "<", "<=", ">", ">="}
)


@dataclass(frozen=True, slots=True)
class Token:
    """A token. `kind` is number, string, variable, name, operator, symbol or end."""

    kind: str
    text: str
    offset: int


def tokenize(source: str) -> list[Token]:
    """Split an expression; the last token is of kind "end". Raises XPathError for a stray character."""
    tokens: list[Token] = []
    offset = 0
    while offset < len(source):
        found = _TOKEN.match(source, offset)
        if found is None:
            stray = source[offset]
            reason = (
                phrase(N_("a quote is not closed"))
                if stray in "'\""
                else phrase(N_("{stray!r} has no meaning in an expression"), stray=stray)
            )
            raise XPathError("xpath.syntax", source, offset, stray, reason)
        kind = str(found.lastgroup)
        if kind != "space":
            tokens.append(_classified(Token(kind, found.group(), offset), tokens))
            offset += len(tokens[-1].text)
        else:
            offset = found.end()
    tokens.append(Token("end", "", len(source)))
    return tokens


def _classified(token: Token, before: list[Token]) -> Token:
    """§3.7: after an operand, `*` is multiplication and a name is an operator."""
    last = before[-1] if before else None
    operand_before = last is not None and last.kind != "operator" and last.text not in _BEFORE_OPERAND
    if token.text == "*" and operand_before:
        return Token("operator", "*", token.offset)
    if token.kind == "name" and operand_before:
        operator = _OPERATOR.match(token.text)
        if operator:
            return Token("operator", operator.group(), token.offset)
    return token
