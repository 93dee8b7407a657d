"""Numbers that are far from all others, by the median, which a few wrong numbers cannot move.

Modified z-scores: 0.6745 times the distance from the median, over the median of all such distances (MAD); from 3.5 on a
number is looked at (B. Iglewicz, D. C. Hoaglin, How to Detect and Handle Outliers, ASQC 1993).
"""

from __future__ import annotations

from collections.abc import Sequence

_FACTOR = 0.6745


def far_off(counts: Sequence[tuple[float, int]], least: int, score: float) -> tuple[float, float] | None:
    """The smallest and the largest number that is not far off; None where there are fewer than `least`, or where more than
    half are the same, so that there is nothing to measure by. counts: numbers with how often each is there, in order.
    """
    if sum(count for _number, count in counts) < least:
        return None
    middle = _median(counts)
    away: dict[float, int] = {}
    for number, count in counts:
        away[abs(number - middle)] = away.get(abs(number - middle), 0) + count
    spread = _median(sorted(away.items()))
    if not spread:
        return None
    reach = score * spread / _FACTOR
    return middle - reach, middle + reach


def _median(counts: Sequence[tuple[float, int]]) -> float:
    """The median of numbers in order, with how often each is there."""
    total = sum(count for _number, count in counts)
    lower, upper = (_nth(counts, place) for place in ((total - 1) // 2, total // 2))
    return (lower + upper) / 2


def _nth(counts: Sequence[tuple[float, int]], place: int) -> float:
    for number, count in counts:
        if place < count:
            return number
        place -= count
    raise IndexError(place)
