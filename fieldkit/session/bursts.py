"""What a scanner sends, told apart from what a hand types (domain §5).

A scanner is a keyboard: it types the digits of a code, far faster than a hand, and Enter. Such a burst goes to whatever
handles codes, wherever the caret is; every other key goes on its way, once and in its order.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Generic, TypeVar

Sent = TypeVar("Sent")

SHORTEST = 8
"""Digits of the shortest code; a hand never types so many in a burst."""
GAP = 0.040
"""Seconds: the keys of a scanner come closer together than that."""
WHOLE = 0.500
"""Seconds from the first digit of a code to its Enter, at most."""
ENTER, LINE_FEED = "\r", "\n"


def digit_of(character: str | None) -> str:
    """The ASCII digit that a character is, also a full-width one as input methods give it; "" for any other."""
    if not character or len(character) != 1 or not character.isdecimal():
        return ""
    folded = unicodedata.normalize("NFKC", character)
    return folded if folded.isascii() else ""


@dataclass(frozen=True, slots=True)
class Told(Generic[Sent]):
    """What became of a key: `keys` go on their way now, in this order; `code` is the digits a scanner sent, else "".
    began_with: the code's first digit went on its way before it was known for one, and has to be taken back.
    """

    keys: tuple[Sent, ...] = ()
    code: str = ""
    began_with: bool = False


class Router(Generic[Sent]):
    """Tells the bursts of a scanner from the keys of a hand, by the times at which they came.

    A digit is held back for as long as it could still belong to a code: until `due`, then `lapse` lets it go. Times are
    seconds on any one clock.
    """

    def __init__(self) -> None:
        self._digits = ""
        self._held: list[Sent] = []
        self._began = self._last = 0.0
        self._given = False
        self._ended: float | None = None

    @property
    def due(self) -> float | None:
        """When what is held back is due if no other key comes; None where nothing is."""
        return self._last + GAP if self._held else None

    def goes_on(self, at: float) -> bool:
        """Whether a digit at this time would be of the burst before it."""
        return bool(self._digits) and at - self._last < GAP

    def take(self, key: Sent, sign: str, at: float, *, at_once: bool = False) -> Told[Sent]:
        """Take a key that came at a time. sign: its ASCII digit, `ENTER`, `LINE_FEED`, or "" for any other key.
        at_once: a first digit need not be held back, as it can be taken back.
        """
        ended, self._ended = self._ended, None
        if sign == LINE_FEED and ended is not None and at - ended < GAP:
            return Told()  # the scanner ends its codes with CR and LF
        if sign.isdigit():
            return self._digit(key, sign, at, at_once=at_once)
        in_time = self.goes_on(at) and at - self._began <= WHOLE
        if sign == ENTER and in_time and len(self._digits) >= SHORTEST:
            told: Told[Sent] = Told(code=self._digits, began_with=self._given)
            self._forget()
            self._ended = at
            return told
        return Told((*self.lapse(), key))

    def lapse(self) -> tuple[Sent, ...]:
        """What was held back and is no code: it goes on its way."""
        held = tuple(self._held)
        self._forget()
        return held

    def _digit(self, key: Sent, digit: str, at: float, *, at_once: bool) -> Told[Sent]:
        if not self.goes_on(at):
            before = self.lapse()
            self._digits, self._began, self._last, self._given = digit, at, at, at_once
            self._held = [] if at_once else [key]
            return Told((*before, key) if at_once else before)
        self._last = at
        if at - self._began > WHOLE:  # a key held down, or no scanner of ours
            before, self._held = tuple(self._held), []
            return Told((*before, key))
        self._digits += digit
        self._held.append(key)
        return Told()

    def _forget(self) -> None:
        self._digits, self._held, self._given = "", [], False
