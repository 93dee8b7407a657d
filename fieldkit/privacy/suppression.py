"""Small counts in tables about health are hidden, and enough of the others that nobody can work them out (domain §0, rule 9).

Primary suppression hides every count from 1 to 4. Complementary suppression looks at each sum the table shows: with one
count hidden it is the rest; with several, their sum must leave room to guess in.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
LEAST = 5
"""The smallest count above zero that is shown."""
_ROOM = 3
"""By how much the hidden counts of one sum must exceed one each, so that none of them is forced."""
SMALL = f"<{LEAST}"
"""What stands in the place of a count that is small."""
COVER = "x"
"""What stands in the place of a count that is hidden since it would tell a small one."""


def is_small(count: int) -> bool:
    """Whether a count must be hidden by itself."""
    return 0 < count < LEAST


def hidden(
    counts: Mapping[Key, int], sums: Iterable[Sequence[Key]], twins: Mapping[Key, Key] | None = None,
    also: Collection[Key] = (),
) -> frozenset[Key]:  # fmt: skip
    """The keys of the counts that must not be shown; `also`: those that are hidden for another reason.

    sums: every sum the reader can see, as a total and its parts; keys that are not among `counts` are not shown anyway
    and are left out. twins: counts of which each tells the other, so that both are hidden or none. Zeros are shown: that
    nobody was there tells of nobody.
    """
    relations = [tuple(key for key in each if key in counts) for each in sums]
    pairs = twins or {}
    small = {key for key, count in counts.items() if is_small(count)} | set(also)
    found = {each for key in small for each in (key, pairs.get(key, key))}
    while True:
        before = len(found)
        for relation in relations:
            key = _one_more(relation, counts, found)
            if key is not None:
                found |= {key, pairs.get(key, key)}
        if len(found) == before:
            return frozenset(found)


def shown(counts: Mapping[Key, int], sums: Iterable[Sequence[Key]]) -> dict[Key, str]:
    """The counts as they may be printed: digits, `SMALL`, or `COVER` for what is hidden beside the small ones."""
    gone = hidden(counts, sums)
    return {key: _shown(count) if key in gone else str(count) for key, count in counts.items()}


def _shown(count: int) -> str:
    return SMALL if is_small(count) else COVER


def rows_and_total(rows: int, columns: int) -> list[list[tuple[int, int]]]:
    """The sums of a table whose last row is the total of the `rows` above it, for each of its `columns`."""
    return [[(rows, column), *((row, column) for row in range(rows))] for column in range(columns)]


def _one_more(relation: Sequence[Key], counts: Mapping[Key, int], gone: Collection[Key]) -> Key | None:
    """What else must be hidden so that one sum does not tell what is hidden in it; None where it does not."""
    if not relation:
        return None
    total, *parts = relation
    dark = [part for part in parts if part in gone]
    if total in gone:
        # The total is the sum of the parts: with all of them shown it is no secret.
        return None if dark or not parts else _next(parts, counts, gone)
    room = sum(counts[part] for part in dark) - len(dark)
    if not dark or (len(dark) > 1 and room >= _ROOM):
        return None
    return _next(parts, counts, gone) or total


def _next(parts: Iterable[Key], counts: Mapping[Key, int], gone: Collection[Key]) -> Key | None:
    """The smallest count above zero that is still shown."""
    left = [part for part in parts if part not in gone and counts[part] > 0]
    return min(left, key=lambda part: counts[part], default=None)
