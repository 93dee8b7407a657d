"""Going the tour: what is done is done by a hand (in tmux, in a browser), what is to be seen is looked for, and what was is kept."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from tests.tour.steps import Deed, Step

_LOOKS = 0.1
_QUIET = 0.2
_UNCHANGED = 1.0
"""A key that changes nothing, such as emptying an empty line, is waited for so long."""
_TOAST = "▌"


class Hand(Protocol):
    """Presses, types, and sees what is on screen."""

    def press(self, key: str) -> None: ...
    def type(self, text: str) -> None: ...
    def run(self, command: str) -> None: ...
    def screen(self) -> str: ...
    def marked(self) -> str: ...


@dataclass(frozen=True)
class Seen:
    """A screen: the step it belongs to, its number within that, and its text."""

    step: int
    number: int
    text: str


@dataclass
class Walk:
    """A walk with a hand. patience: for how many seconds something is waited for. `seen`: the screens in order; `opened`: the files
    that are to be opened.
    """

    hand: Hand
    patience: float = 60
    kept: Callable[[Seen], object] = lambda _seen: None
    seen: list[Seen] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)

    def go(self, step: Step) -> None:
        """Do a step and keep its screens."""
        for deed in step.deeds:
            self._do(step, deed)

    def _do(self, step: Step, deed: Deed) -> None:
        match deed.kind:
            case "see":
                self.until(lambda: holds(self.hand.screen(), deed.what), deed.what)
                self._keep(step, deed.what)
            case "mark":
                while not bare(self.hand.marked()).startswith(bare(deed.what)):
                    before = self.hand.marked()
                    self.hand.press("↓")
                    self.until(lambda before=before: self.hand.marked() != before, deed.what)
            case "press":
                before = self.hand.screen()
                self.hand.press(deed.what)
                self._settle(before)
            case "type":
                before = self.hand.screen()
                self.hand.type(deed.what)
                self._settle(before)
            case "run":
                self.hand.run(deed.what)
            case "open":
                self.opened.append(deed.what)

    def _keep(self, step: Step, words: str) -> None:
        """The screen as it is, once it stays so; a passing message is let pass, but where it is what is to be seen."""
        told = [line for line in self.hand.screen().splitlines() if line.startswith(_TOAST)]
        if not holds("".join(told), words):
            self.until(lambda: _TOAST not in self.hand.screen(), "no message")
        text = self._settled()
        assert holds(text, words), f"{words!r} is gone from:\n{text}"
        if not self.seen or self.seen[-1].text != text:
            number = 1 + sum(each.step == step.number for each in self.seen)
            self.seen.append(Seen(step.number, number, text))
            self.kept(self.seen[-1])

    def _settle(self, before: str) -> None:
        """Wait until a key has shown what it does."""
        end = time.monotonic() + _UNCHANGED
        while self.hand.screen() == before and time.monotonic() < end:
            time.sleep(_LOOKS)
        self._settled()

    def _settled(self) -> str:
        text, since = self.hand.screen(), time.monotonic()
        while time.monotonic() - since < _QUIET:
            time.sleep(_LOOKS)
            if (now := self.hand.screen()) != text:
                text, since = now, time.monotonic()
        return text

    def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait until something is so on screen."""
        end = time.monotonic() + self.patience
        while not is_so():
            assert time.monotonic() < end, f"{what!r} is not seen on:\n{self.hand.screen()}"
            time.sleep(_LOOKS)


def holds(screen: str, words: str) -> bool:
    """Whether words are on a screen, however they are broken into lines."""
    return bare(words) in bare(screen)


def bare(text: str) -> str:
    """A text without what is blank."""
    return re.sub(r"\s+", "", text)
