"""Some sheets are entered a second time, unseen: which ones, and how often the two entries differ.

It is about the entry of a batch. Nobody is counted by it.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fieldkit.fieldwork.quizzes import ANSWERS, QUESTIONS, Sheet

_ONE_IN = 20
_Z = 1.959963984540054
"""The two-sided 95 % point of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A question whose two entries differ."""

    question: str
    first: str
    second: str


def sample(event: str, sheets: Sequence[Sheet]) -> list[Sheet]:
    """One sheet in twenty, rounded up, of those that a code finds on the pile; drawn by a hash of event and record, so
    that nobody picks, the same are drawn each time, and a sheet more changes one of them at most.
    """
    times = Counter((each.phase, each.code) for each in sheets)
    found = [each for each in sheets if each.code and times[each.phase, each.code] == 1]
    drawn = sorted(found, key=lambda each: hashlib.sha256(f"{event} {each.record}".encode()).digest())
    return drawn[: math.ceil(len(sheets) / _ONE_IN)]


def differences(sheet: Sheet, again: Mapping[str, str]) -> list[Difference]:
    """The questions in which a second entry says something else than the first; no answer is no answer, whatever kind."""
    pairs = ((name, _plain(sheet.answers[name]), _plain(again[name])) for name in QUESTIONS)
    return [Difference(name, first, second) for name, first, second in pairs if first != second]


def wilson(n: int, of: int) -> tuple[float, float]:
    """The 95 % score interval of a share (E. B. Wilson 1927, JASA 22:209-212); of nothing, everything is possible."""
    if not of:
        return 0.0, 1.0
    share, square = n / of, _Z * _Z
    middle = share + square / (2 * of)
    reach = _Z * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    low, high = (middle - reach) / (1 + square / of), (middle + reach) / (1 + square / of)
    return max(0.0, low), min(1.0, high)


def _plain(answer: str) -> str:
    return answer if answer in ANSWERS else ""
