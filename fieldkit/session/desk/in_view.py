"""Lines of a long list that are put into words when they come into view, some at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, overload

Each = TypeVar("Each")
_AT_ONCE = 40
"""About a screen full."""


class InView(Sequence[str], Generic[Each]):
    """Lines that are there already, then one for each of `rows`. words: puts some of the rows into words, a line each."""

    def __init__(
        self, first: Sequence[str], rows: Sequence[Each], words: Callable[[Sequence[Each]], list[str]]
    ) -> None:
        self._first = list(first)
        self._rows = rows
        self._words = words
        self._known: dict[int, list[str]] = {}

    def __len__(self) -> int:
        return len(self._first) + len(self._rows)

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> list[str]: ...
    def __getitem__(self, number: int | slice) -> str | list[str]:
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(len(self)))]
        if number < 0:
            number += len(self)
        if number < len(self._first):
            return self._first[number]
        part, place = divmod(number - len(self._first), _AT_ONCE)
        if part not in self._known:
            start = part * _AT_ONCE
            self._known[part] = self._words(self._rows[start : start + _AT_ONCE])
        return self._known[part][place]
