"""A few fields of every document of a table, kept so that lists and look-ups need not decode documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from fieldkit.store.journal import Journal


class Columns:
    """The values of `fields` in a table of a journal, by document id; brought up to date when they are asked for.

    Only documents that changed since are decoded, each once.
    """

    def __init__(self, journal: Journal, table: str, fields: tuple[str, ...]) -> None:
        self._journal = journal
        self._table = table
        self._fields = fields
        self._feed: list[int] | None = None
        self._read = 0
        self._rows: dict[int, tuple[Any, ...]] = {}
        self._places: dict[Any, dict[int, None]] = {}

    def rows(self) -> Mapping[int, tuple[Any, ...]]:
        """The fields of every document, None where it has none, in no particular order."""
        self._catch_up()
        return self._rows

    def find(self, value: Any) -> list[int]:
        """The ids of the documents whose first field is `value`, ascending."""
        self._catch_up()
        return sorted(self._places.get(_key(value), ()))

    def _catch_up(self) -> None:
        feed = self._journal.changes(self._table)
        documents = self._journal.tables.get(self._table, {})
        changed: Any
        if feed is not self._feed:
            self._rows, self._places = {}, {}
            changed = documents
        else:
            changed = dict.fromkeys(feed[self._read :])
        for number in changed:
            self._forget(number)
            if number in documents:
                content = orjson.loads(documents[number])
                row = tuple(content.get(field) for field in self._fields)
                self._rows[number] = row
                self._places.setdefault(_key(row[0]), {})[number] = None
        self._feed, self._read = feed, len(feed)

    def _forget(self, number: int) -> None:
        row = self._rows.pop(number, None)
        if row is not None:
            del self._places[_key(row[0])][number]


def _key(value: Any) -> Any:
    """What a value is looked up by; a list or an object by its JSON."""
    return orjson.dumps(value) if isinstance(value, (dict, list)) else value
