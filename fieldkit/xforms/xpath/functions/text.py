"""String functions (XPath 1.0 §4.2; ODK XForms spec, "String functions")."""

from __future__ import annotations

import base64
import math
import re
import secrets
import uuid
from functools import lru_cache
from typing import TYPE_CHECKING

from fieldkit.xforms.xpath.ast import Call
from fieldkit.xforms.xpath.convert import Value, to_index, to_string
from fieldkit.xforms.xpath.functions.registry import function, here_or, strings

if TYPE_CHECKING:
    from fieldkit.xforms.xpath.compiler import Compiler, Run

_LONGEST_ID = 10_000
_ID = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@function("string", least=0, most=1)
def _string(compiler: Compiler, call: Call) -> Run:
    return here_or(compiler, call)


@function("concat", least=0, most=None)
def _concat(compiler: Compiler, call: Call) -> Run:
    runs = [compiler.compile(argument) for argument in call.arguments]
    return lambda c: "".join(part for run in runs for part in _texts(run(c)))


@function("join", least=1, most=None)
def _join(compiler: Compiler, call: Call) -> Run:
    separator = compiler.string(call.arguments[0])
    runs = [compiler.compile(argument) for argument in call.arguments[1:]]
    return lambda c: separator(c).join(part for run in runs for part in _texts(run(c)))


def _texts(value: Value) -> list[str]:
    return [node.string_value() for node in value] if isinstance(value, list) else [to_string(value)]


@function("substr", least=2, most=3)
def _substr(compiler: Compiler, call: Call) -> Run:
    text = compiler.string(call.arguments[0])
    bounds = [compiler.number(argument) for argument in call.arguments[1:]]
    if len(bounds) == 1:
        start = bounds[0]
        return lambda c: text(c)[to_index(start(c)) :]
    first, last = bounds
    return lambda c: text(c)[to_index(first(c)) : to_index(last(c))]


@function("substring", least=2, most=3)
def _substring(compiler: Compiler, call: Call) -> Run:
    text = compiler.string(call.arguments[0])
    start = compiler.number(call.arguments[1])
    length = compiler.number(call.arguments[2]) if len(call.arguments) > 2 else lambda _c: math.inf
    return lambda c: _by_position(text(c), _round(start(c)), _round(length(c)))


def _by_position(text: str, start: float, length: float) -> str:
    return "".join(letter for place, letter in enumerate(text, 1) if start <= place < start + length)


def _round(number: float) -> float:
    return math.floor(number + 0.5) if math.isfinite(number) else number


strings("substring-before", least=2)(lambda s, t: s.partition(t)[0] if t and t in s else "")
strings("substring-after", least=2)(lambda s, t: s.partition(t)[2] if t else s)
strings("contains", least=2)(lambda s, t: t in s)
strings("starts-with", least=2)(lambda s, t: s.startswith(t))
strings("ends-with", least=2)(lambda s, t: s.endswith(t))


@strings("translate", least=3)
def _translate(text: str, origin: str, target: str) -> str:
    table: dict[int, str | None] = {}
    for place, letter in enumerate(origin):
        table.setdefault(ord(letter), target[place] if place < len(target) else None)
    return text.translate(table)


@function("string-length", least=0, most=1)
def _string_length(compiler: Compiler, call: Call) -> Run:
    run = here_or(compiler, call)
    return lambda c: float(len(run(c)))


@function("normalize-space", least=0, most=1)
def _normalize_space(compiler: Compiler, call: Call) -> Run:
    run = here_or(compiler, call)
    return lambda c: " ".join(run(c).split())


@function("uuid", least=0, most=1)
def _uuid(compiler: Compiler, call: Call) -> Run:
    if not call.arguments:
        return lambda _c: str(uuid.uuid4())
    length = compiler.number(call.arguments[0])
    return lambda c: "".join(secrets.choice(_ID) for _ in range(min(to_index(length(c)), _LONGEST_ID)))


@strings("base64-decode", least=1)
def _base64_decode(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("utf-8")
    except ValueError:
        return ""


@strings("regex", least=2)
def _regex(text: str, pattern: str) -> bool:
    return _pattern(pattern).fullmatch(text) is not None


@lru_cache(maxsize=512)
def _pattern(pattern: str) -> re.Pattern[str]:
    """A pattern; one that is no regular expression matches nothing but is no reason to stop an interview."""
    try:
        return re.compile(pattern)
    except re.error:
        return re.compile(r"(?!)")
