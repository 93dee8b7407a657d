"""A few fields of every document of a table, kept so that lists and look-ups need not decode documents."""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

import orjson

from fieldkit.store.journal import Journal

_Row = tuple[Any, ...]


class Columns:
    """Fields of the documents in a table of a journal, by document id; brought up to date when they are asked for.

    Only documents that changed since are decoded, each once; all of them when a field is first asked for.
    """

    def __init__(self, journal: Journal, table: str) -> None:
        self._journal = journal
        self._table = table
        self._fields: tuple[str, ...] = ()
        self._feed: list[int] | None = None
        self._read = 0
        self._rows: dict[int, _Row] = {}
        self._places: dict[str, dict[Any, dict[int, None]]] = {}

    def add(self, *fields: str) -> None:
        """Know these fields from the next look on, so that those of several lists are read in one go."""
        new = tuple(field for field in dict.fromkeys(fields) if field not in self._fields)
        if new:
            self._fields += new
            self._feed = None

    def rows(self, *fields: str) -> dict[int, _Row]:
        """These fields of every document, None where it has none, in no particular order."""
        self._catch_up(fields)
        pick = _picker([self._fields.index(field) for field in fields])
        return {number: pick(row) for number, row in self._rows.items()}

    def value(self, number: int, field: str) -> Any:
        """A field of one document. Raises KeyError where there is no such document."""
        self._catch_up((field,))
        return self._rows[number][self._fields.index(field)]

    def values(self, field: str) -> list[Any]:
        """The values of a field, each once."""
        self._index(field)
        return [key for key, numbers in self._places[field].items() if numbers]

    def find(self, field: str, value: Any) -> list[int]:
        """The ids of the documents whose `field` is `value`, ascending."""
        self._index(field)
        return sorted(self._places[field].get(_key(value), ()))

    def _index(self, field: str) -> None:
        self._catch_up((field,))
        if field not in self._places:
            places: dict[Any, dict[int, None]] = {}
            at = self._fields.index(field)
            for number, row in self._rows.items():
                places.setdefault(_key(row[at]), {})[number] = None
            self._places[field] = places

    def _catch_up(self, fields: tuple[str, ...]) -> None:
        self.add(*fields)
        feed = self._journal.changes(self._table)
        documents = self._journal.tables.get(self._table, {})
        changed: Mapping[int, Any]
        if feed is not self._feed:
            self._rows, self._places = {}, {}
            changed = documents
        else:
            changed = dict.fromkeys(feed[self._read :])
        for number in changed:
            self._forget(number)
            if number in documents:
                self._keep(number, tuple(map(orjson.loads(documents[number]).get, self._fields)))
        self._feed, self._read = feed, len(feed)

    def _keep(self, number: int, row: _Row) -> None:
        self._rows[number] = row
        for field, places in self._places.items():
            places.setdefault(_key(row[self._fields.index(field)]), {})[number] = None

    def _forget(self, number: int) -> None:
        if number not in self._rows:
            return
        row = self._rows.pop(number)
        for field, places in self._places.items():
            del places[_key(row[self._fields.index(field)])][number]


def _picker(places: list[int]) -> Any:
    """What takes the values at these places out of a row, always as a tuple."""
    if len(places) == 1:
        (place,) = places
        return lambda row: (row[place],)
    return itemgetter(*places)


def _key(value: Any) -> Any:
    """What a value is looked up by; a list or an object by its JSON."""
    return orjson.dumps(value) if isinstance(value, (dict, list)) else value
