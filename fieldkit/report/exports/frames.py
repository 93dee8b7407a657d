"""Tables as columns of polars, for Parquet, Stata and SPSS. polars and pyreadstat come with `pip install 'fieldkit[office]'`."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from fieldkit.errors import FieldkitError
from fieldkit.report.exports.codebook import number_of
from fieldkit.report.exports.columns import Choice, Value
from fieldkit.report.exports.fields import Field, Kind, cells_maker
from fieldkit.report.exports.filled import Counting, Filled
from fieldkit.report.exports.reasons import NUMBERS

BATCH = 20_000


def library(name: str, kind: str) -> Any:
    """A library that not everybody has. Raises FieldkitError("exports.library")."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise FieldkitError("exports.library", format=kind, library=name) from error


def batches(rows: Counting, fields: Sequence[Field]) -> Iterator[list[list[Value]]]:
    """The cells of a table by column, so many rows at a time; once without any where there are none."""
    cells = cells_maker(fields)
    left = iter(rows)
    part = [cells(row) for row in islice(left, BATCH)]
    if not part:
        yield [[] for _field in fields]
    while part:
        yield [list(column) for column in zip(*part, strict=True)]
        part = [cells(row) for row in islice(left, BATCH)]


def labelled_numbers(field: Field) -> dict[str, int]:
    """The number of each code of a field."""
    return number_of([Choice(value, {}) for value, _words in field.choices])


def numbered_frame(filled: Filled, fields: Sequence[Field], kind: str) -> tuple[Any, int]:
    """A table of numbers and texts in memory, and how many rows it has. Codes are their numbers, reasons those of `NUMBERS`; a
    text that is missing is "". Raises FieldkitError("exports.library").
    """
    polars = library("polars", kind)
    rows = Counting(filled)
    codes = [labelled_numbers(each) if each.kind is Kind.CODE else None for each in fields]
    parts = [
        polars.DataFrame(
            [
                _series(polars, each, numbered, column)
                for each, numbered, column in zip(fields, codes, columns, strict=True)
            ]
        )
        for columns in batches(rows, fields)
    ]
    return polars.concat(parts), rows.count


def _series(polars: Any, field: Field, codes: dict[str, int] | None, column: Sequence[Value]) -> Any:
    """A column of a batch."""
    if codes is not None:
        return polars.Series(field.name, numbers(column, codes.__getitem__), dtype=polars.Int32)
    if field.kind is Kind.FLAG:
        return polars.Series(field.name, numbers(column, int), dtype=polars.Int32)
    if field.kind in {Kind.INTEGER, Kind.DECIMAL}:
        return polars.Series(field.name, numbers(column, float), dtype=polars.Float64)
    texts = [cell if isinstance(cell, str) else "" for cell in column]
    return polars.Series(field.name, texts, dtype=polars.String)


def numbers(column: Sequence[Value], number: Callable[[str], float]) -> list[float | None]:
    """Cells as numbers, reasons as those of `NUMBERS`."""
    known = _Numbers(number)
    if list not in set(map(type, column)):
        return [known[cell] for cell in column]  # type: ignore[index] # none of them is a reason
    return [NUMBERS[cell[0]] if isinstance(cell, list) else known[cell] for cell in column]


class _Numbers(dict[str | None, float | None]):
    """Texts as numbers, remembered for a batch: the same come again and again."""

    def __init__(self, number: Callable[[str], float]) -> None:
        super().__init__({None: None})
        self._number = number

    def __missing__(self, text: str | None) -> float | None:
        """Read a text that is not remembered."""
        assert text is not None
        self[text] = self._number(text)
        return self[text]
