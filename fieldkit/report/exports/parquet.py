"""Parquet: codes as dictionaries, numbers as numbers, what an export says of itself and the words of its columns as metadata.

Rows go through files beside it, some 20,000 each, so that a table of any length stands in little memory.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fieldkit.report.exports.columns import Value
from fieldkit.report.exports.fields import Field, Kind, fields_of
from fieldkit.report.exports.filled import Counting, Filled, Head, Written
from fieldkit.report.exports.frames import batches, library


def write_parquet(folder: Path, tables: list[Filled], head: Head) -> Iterator[Written]:
    """A file for each table. Raises FieldkitError("exports.library"), OSError."""
    polars = library("polars", "parquet")
    for filled in tables:
        fields = fields_of(filled.table, head.language, filled.missing, frozenset(Kind))
        rows = Counting(filled)
        beside = folder / f".{filled.table.name}"
        beside.mkdir()
        types = [_type(polars, each) for each in fields]
        for number, columns in enumerate(batches(rows, fields)):
            _frame(polars, fields, types, columns).write_ipc(beside / f"{number:06}.arrow")
        path = folder / f"{filled.table.name}.parquet"
        polars.scan_ipc(beside / "*.arrow").sink_parquet(path, metadata=_metadata(fields, head))
        shutil.rmtree(beside)
        yield Written(path.name, filled.table.name, rows.count)


def rows_in_parquet(path: Path) -> dict[str, int]:
    """How many rows stand in a file, by table; everything in it is read. Raises what polars raises."""
    polars = library("polars", "parquet")
    names = polars.scan_parquet(path).collect_schema().names()
    read = polars.scan_parquet(path).select(polars.len(), polars.col(names).null_count().name.prefix("_"))
    return {path.stem: int(read.collect(engine="streaming")["len"][0])}


def _type(polars: Any, field: Field) -> Any:
    if field.kind is Kind.CODE:
        return polars.Enum([value for value, _words in field.choices])
    return {
        Kind.INTEGER: polars.Int64, Kind.DECIMAL: polars.Float64, Kind.FLAG: polars.Int8, Kind.WHY: polars.Categorical,
    }.get(field.kind, polars.String)  # fmt: skip


def _frame(polars: Any, fields: list[Field], types: list[Any], columns: list[list[Value]]) -> Any:
    return polars.DataFrame(
        [
            polars.Series(each.name, _values(each.kind, column), dtype=kind)
            for each, kind, column in zip(fields, types, columns, strict=True)
        ]
    )


def _values(kind: Kind, column: list[Value]) -> list[Any]:
    if kind in {Kind.INTEGER, Kind.FLAG}:
        return [int(cell) if isinstance(cell, str) else None for cell in column]
    if kind is Kind.DECIMAL:
        return [float(cell) if isinstance(cell, str) else None for cell in column]
    return [cell if isinstance(cell, str) else None for cell in column]


def _metadata(fields: list[Field], head: Head) -> dict[str, str]:
    columns = {
        each.name: {"label": each.label, "choices": dict(each.choices)}
        if each.choices
        else {"label": each.label}
        for each in fields
    }
    return {
        "fieldkit": head.line,
        "form": f"{head.form} {' '.join(head.versions)}",
        "columns": json.dumps(columns, ensure_ascii=False),
    }
