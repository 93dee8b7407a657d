"""Records as rows of flat tables: nothing here raises for what somebody answered, and nothing becomes another value.

What does not fit its column is NULL there and stands in `unread` as it was answered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

import orjson

from sync.merge import STATE, RecordView
from sync.revision import Answer
from sync.table_spec import FlatTable

Value = str | int | float | None
Row = tuple[Value, ...]
_T = TypeVar("_T")

_INTEGER = re.compile(r"[+-]?[0-9]{1,19}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATETIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)
_PLAIN_NUMBER = 15
"""So many digits survive the way through a double; longer numbers are looked at one by one."""
_LONGEST_NUMBER = 400
_KEPT = 4096
"""Days and small numbers come again and again."""
_TEXTS = {str, type(None)}
_POSITION = ""


def rows_maker(table: FlatTable) -> RowsMaker:
    """What makes the rows of records for a table."""
    return _RepeatRows(table) if table.repeats else RowsMaker(table)


class RowsMaker:
    """The rows of a table with one row a record. `columns`: the names of the values in a row, in their order."""

    def __init__(self, table: FlatTable) -> None:
        self._paths = self._own_paths(table)
        self._names = [column.name for column in table.columns]
        self._by_path = dict(zip(self._paths, self._names, strict=True))
        self._typed = [
            (at, _READERS[column.kind]) for at, column in enumerate(table.columns) if column.kind in _READERS
        ]
        self._several = [
            (at, [value for value, _name in column.choices], (None,) * len(column.choices))
            for at, column in enumerate(table.columns)
            if column.choices
        ]
        self._versions = dict(table.versions)
        chosen = [name for column in table.columns for _value, name in column.choices]
        self.columns = (*table.fixed, *self._names, *chosen)

    def rows(self, view: RecordView) -> Iterator[Row]:
        """The rows of a record that is live."""
        values, missing, unread = self._values(view.fields)
        conflicting = self._disputed(view.conflicts) if view.conflicts else []
        if STATE in view.conflicts:
            conflicting.append(STATE)
        yield (view.record, *self._head(view), *_noted(conflicting, missing, unread), *values)

    def _own_paths(self, table: FlatTable) -> list[str]:
        return [column.path for column in table.columns]

    def _disputed(self, conflicts: Mapping[str, object]) -> list[str]:
        return [name for path, name in self._by_path.items() if path in conflicts]

    def _head(self, view: RecordView) -> Row:
        known = view.form_hash.replace("\0", "\ufffd")
        return (
            self._versions.get(known),
            known,
            view.state,
            int(view.incomplete),
            _date(view.wall[:10]),
        )

    def _values(self, fields: Mapping[str, Answer]) -> tuple[list[Value], dict[str, str], dict[str, str]]:
        """The values, those missing with their codes, and those that do not fit, as answered; by column."""
        values: list[Any] = list(map(fields.get, self._paths))
        missing: dict[str, str] = {}
        unread: dict[str, str] = {}
        if not _TEXTS.issuperset(map(type, values)):
            for at, value in enumerate(values):
                if value is not None and not isinstance(value, str):
                    missing[self._names[at]] = value["missing"]
                    values[at] = None
        if "" in values:
            values = [value or None for value in values]
        # No text in PostgreSQL holds NUL, and tools stop reading there.
        if "\0" in "".join(filter(None, values)):
            self._take_out(values, unread)
        for at, read in self._typed:
            value = values[at]
            if value is not None:
                values[at] = read(value)
                if values[at] is None:
                    unread[self._names[at]] = value
        for at, choices, none in self._several:
            values += none if values[at] is None else _chosen(values[at], choices)
        return values, missing, unread

    def _take_out(self, values: list[Any], unread: dict[str, str]) -> None:
        """What holds NUL goes from `values` to `unread`."""
        for at, value in enumerate(values):
            if value is not None and "\0" in value:
                unread[self._names[at]] = value
                values[at] = None


class _RepeatRows(RowsMaker):
    """The rows of a repeat: one for each instance that is there, be it only in a conflict."""

    def __init__(self, table: FlatTable) -> None:
        super().__init__(table)
        pattern = ""
        above = ""
        for repeat in table.repeats:
            pattern += f"{re.escape(repeat[len(above) :])}/([^/\\0]+)"
            above = repeat
        self._key = re.compile(f"{pattern}(?:/(.+))?", re.DOTALL)

    def rows(self, view: RecordView) -> Iterator[Row]:
        fields = self._by_instance(view.fields)
        disputed = self._by_instance(view.conflicts)
        if not fields and not disputed:
            return
        head = self._head(view)
        for ids in sorted({*fields, *disputed}):
            own = fields.get(ids, {})
            values, missing, unread = self._values(own)
            against = disputed.get(ids, {})
            conflicting = self._disputed(against)
            if _POSITION in against:
                conflicting.insert(0, "position")
            position = own.get(_POSITION)
            place = _integer(position) if isinstance(position, str) else None
            key = (view.record, ids[-1], "/".join(ids[:-1]), place)
            yield (*key, *head, *_noted(conflicting, missing, unread), *values)

    def _own_paths(self, table: FlatTable) -> list[str]:
        start = len(table.repeats[-1]) + 1
        return [column.path[start:] for column in table.columns]

    def _by_instance(self, answers: Mapping[str, _T]) -> dict[tuple[str, ...], dict[str, _T]]:
        """Answers by the ids of the instances they stand in, then by their path below it."""
        found: dict[tuple[str, ...], dict[str, _T]] = {}
        match = self._key.fullmatch
        for path, answer in answers.items():
            if hit := match(path):
                *ids, below = hit.groups(default=_POSITION)
                found.setdefault(tuple(ids), {})[below] = answer
        return found


def _chosen(value: str, choices: list[str]) -> list[int]:
    chosen = value.split()
    return [1 if choice in chosen else 0 for choice in choices]


def _noted(conflicting: list[str], missing: dict[str, str], unread: dict[str, str]) -> Row:
    """How many answers are in conflict and which; what is missing and why; what did not fit."""
    return (
        len(conflicting),
        " ".join(conflicting) or None,
        orjson.dumps(missing).decode() if missing else None,
        orjson.dumps(unread).decode() if unread else None,
    )


@lru_cache(maxsize=_KEPT)
def _integer(text: str) -> int | None:
    if not _INTEGER.fullmatch(text):
        return None
    value = int(text)
    return value if -(2**63) <= value < 2**63 else None


@lru_cache(maxsize=_KEPT)
def _decimal(text: str) -> float | None:
    """A double that says exactly what was answered, as its shortest writing shows."""
    if len(text) > _LONGEST_NUMBER or not _DECIMAL.fullmatch(text):
        return None
    value = float(text)
    if len(text) <= _PLAIN_NUMBER and "e" not in text.lower():
        return value
    return value if Decimal(repr(value)) == Decimal(text) else None


@lru_cache(maxsize=_KEPT)
def _date(text: str) -> str | None:
    return text if _DATE.fullmatch(text) and _is_read(date.fromisoformat, text) else None


@lru_cache(maxsize=_KEPT)
def _datetime(text: str) -> str | None:
    return text if _DATETIME.fullmatch(text) and _is_read(datetime.fromisoformat, text) else None


def _is_read(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


_READERS: Mapping[str, Callable[[str], Value]] = {
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "datetime": _datetime,
}
