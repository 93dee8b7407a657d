"""How functions are declared: their name, how many arguments they take, and how they are built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldkit.errors import phrase
from fieldkit.i18n import N_
from fieldkit.xforms.xpath.ast import Call
from fieldkit.xforms.xpath.context import Context
from fieldkit.xforms.xpath.convert import Value

if TYPE_CHECKING:
    from fieldkit.xforms.xpath.compiler import Compiler, Run

Build = Callable[["Compiler", Call], "Run"]


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language. `most` None: any number. `counts`: only these numbers, if given. `pairs`: beyond
    `least`, two at a time.
    """

    least: int
    most: int | None
    build: Build
    counts: frozenset[int] = frozenset()
    pairs: bool = False

    def accepts(self, count: int) -> bool:
        """Whether it can be called with so many arguments."""
        if self.counts:
            return count in self.counts
        if self.pairs and (count - self.least) % 2:
            return False
        return count >= self.least and (self.most is None or count <= self.most)

    @property
    def arity_words(self) -> str:
        """How many arguments it takes, in words."""
        if self.counts:
            counts = [str(count) for count in sorted(self.counts)]
            return phrase(N_("{some} or {most} arguments"), some=", ".join(counts[:-1]), most=counts[-1])
        if self.pairs:
            return phrase(N_("{least} arguments, and more in pairs"), least=self.least)
        if self.most is None:
            return phrase(N_("{least} or more arguments"), least=self.least)
        if self.least == self.most:
            is_one = self.least == 1
            return phrase(N_("1 argument")) if is_one else phrase(N_("{least} arguments"), least=self.least)
        return phrase(N_("{least} to {most} arguments"), least=self.least, most=self.most)


FUNCTIONS: dict[str, Function] = {}


def function(
    *names: str,
    least: int,
    most: int | None = -1,
    counts: frozenset[int] = frozenset(),
    pairs: bool = False,
) -> Callable[[Build], Build]:
    """Register a builder under its names; without `most` it takes exactly `least` arguments."""

    def register(build: Build) -> Build:
        made = Function(least, least if most == -1 else most, build, counts, pairs)
        FUNCTIONS.update(dict.fromkeys(names, made))
        return build

    return register


def strings(
    *names: str, least: int, most: int | None = -1
) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """Register a plain function of strings."""

    def register(plain: Callable[..., Value]) -> Callable[..., Value]:
        def build(compiler: Compiler, call: Call) -> Run:
            runs = [compiler.string(argument) for argument in call.arguments]
            if len(runs) == 1:
                only = runs[0]
                return lambda c: plain(only(c))
            return lambda c: plain(*(run(c) for run in runs))

        function(*names, least=least, most=most)(build)
        return plain

    return register


def numbers(
    *names: str, least: int, most: int | None = -1
) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """Register a plain function of numbers."""

    def register(plain: Callable[..., Value]) -> Callable[..., Value]:
        def build(compiler: Compiler, call: Call) -> Run:
            runs = [compiler.number(argument) for argument in call.arguments]
            return lambda c: plain(*(run(c) for run in runs))

        function(*names, least=least, most=most)(build)
        return plain

    return register


def here_or(compiler: Compiler, call: Call) -> Callable[[Context], str]:
    """The string of the only argument, or of the context node when there is none."""
    if call.arguments:
        return compiler.string(call.arguments[0])
    return lambda c: c.node.string_value()
