"""The flat tables read as texts, by the names of the questions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, cast, false, func, literal_column, or_, select

from fieldkit.office.flat import Rows
from sync import schema

_FIXED = frozenset({"record_id", "conflicting"})
_AT_ONCE = 10_000
"""Values in one query: few enough for every database, and many, since a flat table has no index but its key."""


class Texts:
    """A flat table, None where no such record has ever come: it has no rows then, and a question that the form does not have no
    answer in any.
    """

    def __init__(self, connection: Connection, rows: Rows | None) -> None:
        self._connection = connection
        self._rows = rows.table if rows else None
        self._of = rows

    def __getitem__(self, name: str) -> ColumnElement[Any]:
        """The answers to a question as text, days as ISO 8601; for conditions."""
        if self._of is None:
            return literal_column("NULL")
        return self._of.fixed(name) if name in _FIXED else cast(self._of.of(name), Text())

    def read(
        self,
        names: Sequence[str],
        *either: ColumnElement[bool],
        within: tuple[str, Collection[str]] | None = None,
    ) -> Iterator[tuple[str, ...]]:
        """These answers of each row, "" for none, in no order. either: rows for which one of these holds, all
        without any. within: only rows in which a question has one of these answers.
        """
        if self._rows is None:
            return
        answers = (func.coalesce(self[name], "").label(f"a{at}") for at, name in enumerate(names))
        query = select(*answers).select_from(self._rows)
        if either:
            query = query.where(or_(*either))
        queries = [query]
        if within is not None:
            name, values = within
            queries = [
                query.where(self[name].in_(part)) for part in schema.in_parts(sorted(values), _AT_ONCE)
            ]
        for each in queries:
            yield from self._connection.execute(each)

    def count(self, name: str, *every: ColumnElement[bool]) -> int:
        """How many different answers a question has in rows for which all of these hold; empty ones are none."""
        if self._rows is None:
            return 0
        query = select(func.count(self[name].distinct())).select_from(self._rows).where(*every)
        return int(self._connection.execute(query).scalar() or 0)

    def has(self, name: str, other: ColumnElement[Any], *every: ColumnElement[bool]) -> ColumnElement[bool]:
        """That the answer of another table's rows stands here too, in a row for which all of these hold."""
        return (
            other.in_(select(self[name]).select_from(self._rows).where(*every))
            if self._rows is not None
            else false()
        )
