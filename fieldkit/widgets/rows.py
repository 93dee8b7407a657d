"""The lines of a long list, made when they are drawn, and what choosing each of them means."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar, overload

Item = TypeVar("Item")
Entry = TypeVar("Entry")


class _Part(NamedTuple):
    items: Sequence[Any]
    line: Callable[[Any], str]
    entry: Callable[[Any], Any]


class Rows(Generic[Entry]):
    """Rows in parts. `rows[n]` is what row n stands for, None for a heading; `lines` are what the rows say."""

    def __init__(self) -> None:
        self._parts: list[_Part] = []
        self._begins: list[int] = []
        self._length = 0
        self.headings: list[int] = []

    def heading(self, line: str) -> None:
        """Put in a line that cannot be chosen."""
        self.headings.append(self._length)
        self._put(_Part((line,), str, lambda _line: None))

    def add(self, items: Sequence[Item], line: Callable[[Item], str], entry: Callable[[Item], Entry]) -> None:
        """Put in a row for each item; `line` and `entry` are asked when the row is drawn or chosen."""
        if items:
            self._put(_Part(items, line, entry))

    def _put(self, part: _Part) -> None:
        self._begins.append(self._length)
        self._parts.append(part)
        self._length += len(part.items)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, number: int) -> Entry | None:
        part, item = self._at(number)
        found: Entry | None = part.entry(item)
        return found

    @property
    def lines(self) -> Sequence[str]:
        """The text of each row."""
        return _Lines(self)

    def line(self, number: int) -> str:
        """The text of one row."""
        part, item = self._at(number)
        return part.line(item)

    def _at(self, number: int) -> tuple[_Part, Any]:
        number = range(self._length)[number]
        place = bisect_right(self._begins, number) - 1
        part = self._parts[place]
        return part, part.items[number - self._begins[place]]


class _Lines(Sequence[str]):
    def __init__(self, rows: Rows[Any]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> str: ...

    @overload
    def __getitem__(self, at: slice) -> list[str]: ...

    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            return [self._rows.line(number) for number in range(*at.indices(len(self)))]
        return self._rows.line(at)
