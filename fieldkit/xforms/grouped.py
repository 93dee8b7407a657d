"""A list whose rows are made group by group, when an expression or a search first reaches them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from fieldkit.xforms.plaintext import folded
from fieldkit.xforms.table import Row, Table

_WIDEST = 1 << 20
"""More rows than a group has: rows are numbered by group and place in it."""


class GroupedTable(Table):
    """A table of groups, in the order of their keys.

    made: the rows of a group as mappings, by its key. by: for columns that a group can be told from, the keys of the groups
    that may have a row with a value there; another column is looked through from the first group to the last.
    """

    def __init__(
        self,
        columns: Sequence[str],
        keys: Iterable[str],
        made: Callable[[str], Iterable[Mapping[str, str]]],
        by: Mapping[str, Callable[[str], Iterable[str]]],
    ) -> None:
        super().__init__(columns)
        self._groups = {key: place for place, key in enumerate(keys)}
        self._made = made
        self._by = by
        self._rows: dict[str, list[Row]] = {}

    def __len__(self) -> int:
        return sum(1 for _ in self._all())

    def rows(self) -> list[Row]:
        return list(self._all())

    def search(self, columns: Sequence[str], text: str, limit: int) -> list[Row]:
        wanted = folded(text)
        found = (row for row in self._all() if any(wanted in folded(row.cell(name)) for name in columns))
        return list(islice(found, limit))

    def _search_index(self, column: str, value: str) -> list[Row]:
        keys = self._by[column](value) if column in self._by else self._groups
        found = (row for key in keys if key in self._groups for row in self._group(key))
        return [row for row in found if row.cell(column) == value]

    def _all(self) -> Iterator[Row]:
        for key in self._groups:
            yield from self._group(key)

    def _group(self, key: str) -> list[Row]:
        rows = self._rows.get(key)
        if rows is None:
            first = self._groups[key] * _WIDEST
            rows = self._rows[key] = [
                Row(self.document.table_root, first + number, [row.get(name) for name in self.columns])
                for number, row in enumerate(self._made(key))
            ]
        return rows
