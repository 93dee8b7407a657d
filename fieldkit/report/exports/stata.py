"""Stata (.dta): codes as numbers with their words, reasons as extended missing values `.a` to `.s` with theirs.

pyreadstat writes a whole table at once, so a table stands in memory: some 70 bytes a value, measured on 200,000 rows of 12.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fieldkit.report.exports.fields import Field, Kind, fields_of
from fieldkit.report.exports.filled import Filled, Head, Written
from fieldkit.report.exports.frames import labelled_numbers, library, numbered_frame
from fieldkit.report.exports.reasons import LETTERS, NUMBERS, reason_words

_LABEL = 80
_BESIDE = frozenset({Kind.TEXT})
"""A text has no extended missing values, so its reason stands beside it."""
_TEXTS = frozenset({Kind.TEXT, Kind.WHY})


def write_dta(folder: Path, tables: list[Filled], head: Head) -> Iterator[Written]:
    """A file for each table. Raises FieldkitError("exports.library"), OSError."""
    pyreadstat = library("pyreadstat", "dta")
    for filled in tables:
        fields = fields_of(filled.table, head.language, filled.missing, _BESIDE)
        frame, count = numbered_frame(filled, fields, "dta")
        missing: dict[str, list[str]] = {}
        labels: dict[str, dict[int | str, str]] = {}
        for each in fields:
            if each.kind not in _TEXTS:
                frame, found = _with_letters(frame, each)
                labels[each.name] = _labels(each, found)
                missing |= {each.name: found} if found else {}
        path = folder / f"{filled.table.name}.dta"
        pyreadstat.write_dta(
            frame, path, file_label=head.line[:_LABEL], column_labels={each.name: each.label[:_LABEL] for each in fields},
            variable_value_labels={name: words for name, words in labels.items() if words},
            missing_user_values=missing or None,
        )  # fmt: skip
        yield Written(path.name, filled.table.name, count)


def rows_in_dta(path: Path) -> dict[str, int]:
    """How many rows stand in a file, by table; everything in it is read. Raises what pyreadstat raises."""
    frame, _meta = library("pyreadstat", "dta").read_dta(path, output_format="polars")
    return {path.stem: len(frame)}


def _with_letters(frame: Any, field: Field) -> tuple[Any, list[str]]:
    """The frame with letters for the reasons of a field, and which there are."""
    polars = library("polars", "dta")
    by_number = {number: LETTERS[code] for code, number in NUMBERS.items()}
    column = frame[field.name]
    found = sorted(by_number[int(each)] for each in column.unique().to_list() if each in by_number)
    if found:
        values = [by_number.get(each, each) for each in column.to_list()]
        frame = frame.with_columns(polars.Series(field.name, values, dtype=polars.Object))
    return frame, found


def _labels(field: Field, found: list[str]) -> dict[int | str, str]:
    words = reason_words()
    numbers = labelled_numbers(field)
    labels: dict[int | str, str] = {numbers[value]: said for value, said in field.choices if value in numbers}
    return labels | {letter: words[code] for code, letter in LETTERS.items() if letter in found}
