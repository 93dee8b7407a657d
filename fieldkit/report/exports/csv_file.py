"""CSV: UTF-8 with BOM, commas, CRLF (RFC 4180), the names of the columns in the first line.

A text that a spreadsheet would take for a formula (`= + - @`, tab), or that begins with `'`, gets a `'` before it: to have it as it
was, take one `'` off its beginning. Numbers stay as they are.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from fieldkit.report.exports.columns import Value
from fieldkit.report.exports.fields import Field, Kind, cells_maker, fields_of
from fieldkit.report.exports.filled import Counting, Filled, Head, Written

_RISKY = re.compile(r"[=+\-@\t\r']")
_WHY = frozenset(Kind)


def write_csv(folder: Path, tables: list[Filled], head: Head) -> Iterator[Written]:
    """A file for each table. Raises OSError."""
    for filled in tables:
        fields = fields_of(filled.table, head.language, filled.missing, _WHY)
        texts = [at for at, each in enumerate(fields) if _may_be_risky(each)]
        cells = cells_maker(fields)
        path = folder / f"{filled.table.name}.csv"
        rows = Counting(filled)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([each.name for each in fields])
            writer.writerows(_guarded(cells(row), texts) for row in rows)
        yield Written(path.name, filled.table.name, rows.count)


def rows_in_csv(path: Path) -> dict[str, int]:
    """How many rows stand in a file, by table. Raises OSError, UnicodeDecodeError, csv.Error."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        width = len(next(reader, []))
        count = 0
        for row in reader:
            if len(row) != width:
                raise csv.Error(f"line {reader.line_num} breaks off")
            count += 1
    return {path.stem: count}


def guarded(text: str) -> str:
    """A text as no spreadsheet takes it for a formula."""
    return f"'{text}" if _RISKY.match(text) else text


def _guarded(cells: list[Value], texts: list[int]) -> list[Value]:
    """The cells of a line: a reason stands beside, and not here."""
    for at in texts:
        cell = cells[at]
        if isinstance(cell, str) and _RISKY.match(cell):
            cells[at] = f"'{cell}"
    if list in map(type, cells):
        return [None if isinstance(cell, list) else cell for cell in cells]
    return cells


def _may_be_risky(field: Field) -> bool:
    """Whether a text of the field may begin with a sign that matters; numbers, months and pseudonyms never do."""
    return field.is_free or any(_RISKY.match(value) for value, _words in field.choices)
