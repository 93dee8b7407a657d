"""Reading from the flat tables by the names of the questions, as texts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Date, Text, column, literal_column, or_, quoted_name, select, table

from sync import schema
from sync.table_spec import FlatTable


class Flat:
    """The table of a form, or of one repeat in it. A question that the form does not have has no answer in any row, and a form
    without a table no rows.
    """

    def __init__(self, connection: Connection, specs: Sequence[FlatTable], form: str, repeat: str = "") -> None:
        self._connection = connection
        self._spec = next(
            (each for each in specs if each.form == form and "".join(each.repeats[-1:]) == repeat), None
        )
        known = sorted(self._spec.columns if self._spec else (), key=lambda each: -each.path.count("/"))
        # The deepest first: where several questions have a name, the outermost is meant.
        self._columns = {
            each.path.rpartition("/")[2]: column(each.name, Date() if each.kind == "date" else Text())
            for each in known
        } | {name: column(name, Text()) for name in ("record_id", "conflicting")}

    def __getitem__(self, name: str) -> ColumnElement[Any]:
        """The column of a question."""
        return self._columns.get(name, literal_column("NULL"))

    def read(
        self,
        names: Sequence[str],
        *either: ColumnElement[bool],
        within: tuple[str, Collection[str]] | None = None,
    ) -> Iterator[tuple[str, ...]]:
        """These answers of each row, "" for none, in the order of the records. either: rows for which one of these holds, all
        without any. within: only rows in which a question has one of these answers.
        """
        if self._spec is None:
            return
        rows = table(quoted_name(self._spec.name, quote=True), *self._columns.values())
        query = select(*(self[name].label(f"a{at}") for at, name in enumerate(names))).select_from(rows)
        query = query.order_by(self["record_id"])
        if either:
            query = query.where(or_(*either))
        queries = [query]
        if within is not None:
            name, values = within
            queries = [query.where(self[name].in_(part)) for part in schema.in_parts(sorted(values))]
        for each in queries:
            for row in self._connection.execute(each):
                yield tuple("" if answer is None else str(answer) for answer in row)
