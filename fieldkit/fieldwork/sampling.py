"""Which records are asked again: a sample that a seed and the records alone decide, so that nobody can pick.

The order of records is that of SHA-256(seed, record id): the same on every machine, whatever order the records came in. Strata
are village × whoever made the record. Each gets one place where there are enough; the rest are shared out in proportion to
what is left of each stratum, by largest remainders (Hamilton's method; proportional allocation: Cochran 1977, Sampling
Techniques, §5.5). What decides between equal remainders is the order of records too, never a name.
"""

from __future__ import annotations

import hashlib
import math
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

WANTED: Mapping[str, int] = {"1": 2, "2": 2, "3": 1}
"""How many questions of each type are asked again: should not change, to be careful with, may change."""
SPARE = 2
"""So many stand in at least for those of a stratum that come to nothing, where it has them."""


@dataclass(frozen=True, slots=True)
class Item:
    """A record that may be drawn. village: its code. author: whoever made it, in any words that tell them apart.

    hands: everybody who had a hand in it: desks and users by name, laptops by id, staff by code.
    """

    record: str
    village: str
    author: str
    hands: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Stratum:
    """The records of one author in one village, in the order they are drawn: the first `drawn` are, the others stand in."""

    village: str
    size: int
    drawn: int
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draw:
    """What a seed draws of a frame. strata: by village, then by their first record."""

    frame: int
    strata: tuple[Stratum, ...]

    @property
    def drawn(self) -> tuple[str, ...]:
        """The ids of the records that are drawn."""
        return tuple(record for each in self.strata for record in each.records[: each.drawn])


def seed_of(state: str, number: str) -> str:
    """The seed of a sample: SHA-256 of what the archive last took in, and the sample's number; nobody chooses either."""
    return hashlib.sha256(f"fieldkit sample\0{state}\0{number}".encode()).hexdigest()


def order(seed: str, word: str) -> bytes:
    """What records, or questions, are sorted by."""
    return hashlib.sha256(f"{seed}\0{word}".encode()).digest()


def without_own(frame: Iterable[Item], checkers: Collection[str]) -> list[Item]:
    """The records that none of `checkers` (names, ids of keys, staff codes) had a hand in; letters of any case and width."""
    own = {_folded(each) for each in checkers}
    return [item for item in frame if not own & {_folded(each) for each in item.hands}]


def count_of(frame: int, percent: int) -> int:
    """How many a share is, rounded up; of nothing nothing."""
    return math.ceil(Fraction(frame * percent, 100))


def draw(frame: Collection[Item], seed: str, count: int) -> Draw:
    """Draw `count` records, all where there are fewer."""
    strata: dict[tuple[str, str], list[Item]] = {}
    for item in sorted(frame, key=lambda each: order(seed, each.record)):
        strata.setdefault((item.village, item.author), []).append(item)
    found = list(strata.values())
    shares = allocate([len(each) for each in found], min(count, len(frame)))
    made = [_stratum(items, share) for items, share in zip(found, shares, strict=True)]
    return Draw(len(frame), tuple(sorted(made, key=lambda each: (each.village, each.records))))


def allocate(sizes: Sequence[int], count: int) -> list[int]:
    """How many of `count` fall on strata of these sizes, none of them empty; the earlier one is served where both are equal.

    count: at most the sum of sizes. Gives as many numbers as there are sizes, each at most its size, with the sum `count`.
    """
    if count <= len(sizes):
        return [1] * count + [0] * (len(sizes) - count)
    left, rest = sum(sizes) - len(sizes), count - len(sizes)
    quotas = [Fraction(rest * (size - 1), left) for size in sizes]
    given = [1 + math.floor(quota) for quota in quotas]
    by_remainder = sorted(range(len(sizes)), key=lambda at: (math.floor(quotas[at]) - quotas[at], at))
    for at in by_remainder[: count - sum(given)]:
        given[at] += 1
    return given


def questions(
    seed: str, record: str, fields: Iterable[Mapping[str, str]], answered: Collection[str]
) -> list[str]:
    """Which questions of a record are asked again, of `fields` (name and type) those that are `answered` there."""
    chosen: list[str] = []
    known = [each for each in fields if each["name"] in answered]
    for kind, wanted in WANTED.items():
        names = sorted(
            (each["name"] for each in known if each["type"] == kind),
            key=lambda name: order(seed, f"{record}\0{name}"),
        )
        chosen += names[:wanted]
    return chosen


def _stratum(items: Sequence[Item], drawn: int) -> Stratum:
    kept = min(len(items), drawn + max(drawn, SPARE))
    return Stratum(items[0].village, len(items), drawn, tuple(each.record for each in items[:kept]))


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().strip()
