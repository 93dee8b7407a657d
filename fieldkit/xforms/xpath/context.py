"""What an expression is evaluated in (XPath 1.0 §1) and what it may ask of the world."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from fieldkit.xforms.instance import Document, Element, Node


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands, known when it is compiled.

    context: the steps of the node it belongs to; () for plain XPath. repeats: the template paths that are
    repeats. namespaces: prefix to URI. lazy: faults are told when they are reached, not when they are compiled.
    """

    context: tuple[str, ...] = ()
    repeats: frozenset[tuple[str, ...]] = frozenset()
    namespaces: Mapping[str, str] = field(default_factory=dict)
    lazy: bool = False


def _clock() -> datetime:
    return datetime.now().astimezone()


@dataclass(slots=True)
class Environment:
    """The world of one entry: its answers (`root`), lists, clock, language and words.

    single: template path → element, of what lies in no repeat. strict: a value that is none of its kind is an error
    shown to an author; during an interview it is empty. demo: invented numbers of people and telephones are taken.
    """

    root: Node = field(default_factory=Document)
    single: Mapping[str, Element] = field(default_factory=dict)
    instance: Callable[[str], Node | None] = lambda _name: None
    now: Callable[[], datetime] = _clock
    tz: tzinfo = UTC
    language: str = ""
    property: Callable[[str], str] = lambda _name: ""
    itext: Callable[[str], str] = lambda _key: ""
    choice_name: Callable[[str, str, Node], str] = lambda _value, _path, _node: ""
    random: random.Random = field(default_factory=random.Random)
    version: str = ""
    strict: bool = False
    demo: bool = False


class Context:
    """Node, position and size (§1); `current` is the node the whole expression belongs to."""

    __slots__ = ("current", "env", "node", "position", "size")

    def __init__(self, node: Node, position: int, size: int, current: Node, env: Environment) -> None:
        self.node = node
        self.position = position
        self.size = size
        self.current = current
        self.env = env
