"""Reading from the flat tables by the names of the questions, as texts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    cast,
    column,
    false,
    func,
    literal_column,
    or_,
    quoted_name,
    select,
    table,
)

from sync import schema
from sync.table_spec import FlatTable

_TEXT = "text"
_AS_TEXT = frozenset({_TEXT, "several", "datetime"})
"""The kinds of columns that hold text."""
_AT_ONCE = 10_000
"""Values in one query: few enough for every database, and many, since a flat table has no index but its key."""


class Flat:
    """The table of a form, or of one repeat in it. A question that the form does not have has no answer in any row, and a form
    without a table no rows.
    """

    def __init__(
        self, connection: Connection, specs: Sequence[FlatTable], form: str, repeat: str = ""
    ) -> None:
        self._connection = connection
        spec = next(
            (each for each in specs if each.form == form and "".join(each.repeats[-1:]) == repeat), None
        )
        known = sorted(spec.columns if spec else (), key=lambda each: -each.path.count("/"))
        # The deepest first: where several questions have a name, the outermost is meant.
        kinds = {each.path.rpartition("/")[2]: (each.name, each.kind) for each in known}
        kinds |= {name: (name, _TEXT) for name in ("record_id", "conflicting")}
        columns = {name: column(called, Text()) for name, (called, _kind) in kinds.items()}
        self._rows = table(quoted_name(spec.name, quote=True), *columns.values()) if spec else None
        self._answers: dict[str, ColumnElement[Any]] = {
            name: columns[name] if kind in _AS_TEXT else cast(columns[name], Text())
            for name, (_called, kind) in kinds.items()
        }

    def __getitem__(self, name: str) -> ColumnElement[Any]:
        """The answers to a question as text, days as ISO 8601; for conditions."""
        return self._answers.get(name, literal_column("NULL"))

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
