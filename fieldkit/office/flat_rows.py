"""Rows of the flat tables, by the names of questions: what is quick to read of many records (tiers P and N alone)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, column, func, quoted_name, select, table

from sync.table_spec import FlatTable
from sync.tables import remembered

Where = Mapping[str, Sequence[str]]
"""Question → the answers it may have, as text."""


def rows_of(
    connection: Connection, form: str, names: Sequence[str], where: Where | None = None, *, repeat: str = ""
) -> Iterator[dict[str, str]]:
    """The rows of a form's table, or of a repeat's: `record_id` and these questions, "" where one has no answer or no column.

    where: only rows with such answers; of a question without a column nothing is found. Several tables of a wide form are
    not joined: a question is looked for in the first.
    """
    spec = next((each for each in remembered(connection) if each.form == form and _is_of(each, repeat)), None)
    if spec is None:
        return
    columns = {name: _column_of(spec, name) for name in {*names, *(where or {})}}
    if any(columns[name] is None for name in where or {}):
        return
    known = {name: found for name, found in columns.items() if found is not None}
    source = table(quoted_name(spec.name, quote=True), column("record_id"), *map(column, known.values()))
    wanted = [source.c.record_id, *(source.c[known[name]].label(name) for name in names if name in known)]
    conditions: list[ColumnElement[bool]] = [
        source.c[known[name]].in_(list(values)) for name, values in (where or {}).items()
    ]
    for row in connection.execute(select(*wanted).where(*conditions)).mappings():
        yield {"record_id": row["record_id"], **{name: str(row.get(name) or "") for name in names}}


def earliest(connection: Connection, form: str, name: str) -> str:
    """The first day that any record of a form answers a question with, ISO 8601; "" for none."""
    spec = next((each for each in remembered(connection) if each.form == form and not each.repeats), None)
    found = _column_of(spec, name) if spec else None
    if spec is None or found is None:
        return ""
    source = table(quoted_name(spec.name, quote=True), column(found))
    return str(connection.execute(select(func.min(source.c[found]))).scalar() or "")


def _is_of(spec: FlatTable, repeat: str) -> bool:
    inner = spec.repeats[-1].rpartition("/")[2] if spec.repeats else ""
    return inner == repeat


def _column_of(spec: FlatTable, name: str) -> str | None:
    """The column of the outermost question of that name."""
    found = [each for each in spec.columns if each.path.rpartition("/")[2] == name]
    return min(found, key=lambda each: each.path.count("/")).name if found else None
