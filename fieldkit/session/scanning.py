"""What a code means that was read, which question takes it, and what a scanner's keys tell about the scanner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from fieldkit.datatypes.numbers import parse_household, parse_participant
from fieldkit.datatypes.refused import RefusedError
from fieldkit.session.bursts import GAP, SHORTEST, WHOLE, digit_of
from fieldkit.xforms import FormEntry, Question

AGAIN = 1.5
"""Seconds in which the same code is read once only."""
Kind = Literal["household", "participant", ""]
_KINDS: dict[int, tuple[Kind, str]] = {17: ("household", "hh_id"), 11: ("participant", "pid")}
"""By the number of digits: what is numbered so, and what forms call the question for it."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A code that was read: what its number is of, "" for nothing of ours; `fault` is the code of the refusal where it
    is no such number, "" where it is one.
    """

    digits: str
    kind: Kind
    fault: str = ""


def understood(digits: str) -> Scan:
    """What the digits of a code mean."""
    kind, _question = _KINDS.get(len(digits), ("", ""))
    if not kind:
        return Scan(digits, "", "scan.unknown")
    try:
        (parse_household if kind == "household" else parse_participant)(digits)
    except RefusedError as refused:
        return Scan(digits, kind, refused.code)
    return Scan(digits, kind)


class Repeats:
    """Knows a code that is read again at once, because it lies before the scanner still."""

    def __init__(self) -> None:
        self._code, self._at = "", 0.0

    def same(self, code: str, at: float) -> bool:
        """Whether this is the code that was read less than `AGAIN` seconds ago. If not, it is remembered."""
        if code == self._code and at - self._at < AGAIN:
            return True
        self._code, self._at = code, at
        return False


def wanted_by(entry: FormEntry, path: str, scan: Scan) -> bool:
    """Whether a question takes what was read: any code where a barcode is asked for, else a number without fault of the
    kind that its check or its name asks for.
    """
    item = entry.item(path)
    if not isinstance(item, Question) or entry.is_readonly(path):
        return False
    if item.bind.type == "barcode":
        return True
    if scan.fault:
        return False
    _kind, name = _KINDS[len(scan.digits)]
    return item.bind.check == f"{scan.kind}-number" or item.name == name


def is_offered(entry: FormEntry, path: str, number: str) -> bool:
    """Whether a question lets the number be its answer: one with choices has to offer it."""
    item = entry.item(path)
    if not isinstance(item, Question) or item.itemset is None:
        return True
    return any(choice.value == number for choice in entry.find_choices(path, number, 2))


@dataclass(frozen=True, slots=True)
class Stroke:
    """A key as it came: its name, its character if it has one, and when, in seconds."""

    key: str
    character: str | None
    at: float


@dataclass(frozen=True, slots=True)
class Probe:
    """What a scanner sent, for setting it up. gaps: milliseconds between its keys, smallest, middle and largest. suffix:
    the key behind the digits, "" for none. wide: full-width digits came. other: keys that are neither digits nor a suffix.
    """

    digits: str
    gaps: tuple[float, float, float] | None
    suffix: str
    wide: bool
    other: tuple[str, ...]
    seconds: float

    @property
    def is_burst(self) -> bool:
        """Whether the router would take it for a code."""
        quick = self.gaps is not None and self.gaps[2] < 1e3 * GAP and self.seconds <= WHOLE
        return quick and self.suffix == "enter" and not self.other and len(self.digits) >= SHORTEST


_SUFFIXES = frozenset({"enter", "tab", "ctrl+j"})


def is_over(strokes: Sequence[Stroke], at: float) -> bool:
    """Whether a key at a time belongs to the next code: the one before has ended, or it paused."""
    if not strokes:
        return False
    last = strokes[-1]
    return at - last.at > WHOLE or (last.key in _SUFFIXES and at - last.at >= GAP)


def probed(strokes: Sequence[Stroke]) -> Probe:
    """What the keys of one code tell of the scanner that sent them."""
    digits = [digit_of(stroke.character) for stroke in strokes]
    between = [1e3 * (b.at - a.at) for a, b in zip(strokes, strokes[1:], strict=False)]
    suffix = "+".join(stroke.key for stroke in strokes if stroke.key in _SUFFIXES)
    return Probe(
        digits="".join(digits),
        gaps=(min(between), median(between), max(between)) if between else None,
        suffix=suffix,
        wide=any(stroke.character not in {None, digit} for stroke, digit in zip(strokes, digits, strict=True) if digit),
        other=tuple(s.key for s, d in zip(strokes, digits, strict=True) if not d and s.key not in _SUFFIXES),
        seconds=strokes[-1].at - strokes[0].at if strokes else 0.0,
    )
