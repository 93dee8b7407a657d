"""What a format is handed: tables with their rows, and what every file says of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from fieldkit.report.exports.columns import Row, Table


@dataclass(frozen=True, slots=True)
class Head:
    """What an export says of itself. line: what it is for, and never for (`profiles.header`). title: of the form."""

    line: str
    language: str
    form: str
    title: str
    versions: tuple[str, ...]
    on: date


@dataclass(slots=True)
class Filled:
    """A table with its rows, which may be read several times. missing: the places of a row where a reason stands at least once.
    expected: how many rows there are at most. told: is told of every row that was written.
    """

    table: Table
    rows: Callable[[], Iterator[Row]]
    missing: set[int] = field(default_factory=set)
    expected: int = 0
    told: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Written:
    """A file of an export: its name, and how many rows of a table it holds."""

    name: str
    table: str
    rows: int


class Counting:
    """The rows of a table, counted as they go."""

    def __init__(self, filled: Filled) -> None:
        self._filled = filled
        self.count = 0

    def __iter__(self) -> Iterator[Row]:
        told = self._filled.told
        for row in self._filled.rows():
            self.count += 1
            told()
            yield row
