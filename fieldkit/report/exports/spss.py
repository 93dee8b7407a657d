"""SPSS (.sav): codes as numbers with their words; reasons as numbers below -999,999,990, declared as missing, with theirs.

pyreadstat writes a whole table at once, so a table stands in memory, as for Stata.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fieldkit.report.exports.fields import Kind, fields_of
from fieldkit.report.exports.filled import Filled, Head, Written
from fieldkit.report.exports.frames import labelled_numbers, library, numbered_frame
from fieldkit.report.exports.reasons import NUMBERS, reason_words

_NOTE = 80
"""Bytes of a line of a note."""
_LABEL = 250
_WORDS = 120
_BESIDE = frozenset({Kind.TEXT})
_TEXTS = frozenset({Kind.TEXT, Kind.WHY})


def write_sav(folder: Path, tables: list[Filled], head: Head) -> Iterator[Written]:
    """A file for each table. Raises FieldkitError("exports.library"), OSError."""
    pyreadstat = library("pyreadstat", "sav")
    words = reason_words()
    reasons = {number: words[code] for code, number in NUMBERS.items()}
    for filled in tables:
        fields = fields_of(filled.table, head.language, filled.missing, _BESIDE)
        frame, count = numbered_frame(filled, fields, "sav")
        labels: dict[str, dict[int, str]] = {}
        missing: dict[str, list[Any]] = {}
        for each in fields:
            if each.kind in _TEXTS:
                continue
            numbers = labelled_numbers(each)
            labels[each.name] = {
                numbers[value]: _cut(said, _WORDS) for value, said in each.choices if value in numbers
            }
            if each.at in filled.missing:
                labels[each.name] |= reasons
                missing[each.name] = [{"lo": min(reasons), "hi": max(reasons)}]
        path = folder / f"{filled.table.name}.sav"
        pyreadstat.write_sav(
            frame, path, column_labels={each.name: _cut(each.label, _LABEL) for each in fields},
            note=_note(head.line), row_compress=True, missing_ranges=missing or None,
            variable_value_labels={name: said for name, said in labels.items() if said},
        )  # fmt: skip
        yield Written(path.name, filled.table.name, count)


def rows_in_sav(path: Path) -> dict[str, int]:
    """How many rows stand in a file, by table; everything in it is read. Raises what pyreadstat raises."""
    frame, _meta = library("pyreadstat", "sav").read_sav(path, output_format="polars")
    return {path.stem: len(frame)}


def _note(text: str) -> list[str]:
    """A text in lines that fit a note."""
    lines = [""]
    for sign in text:
        if len((lines[-1] + sign).encode()) > _NOTE:
            lines.append("")
        lines[-1] += sign
    return lines


def _cut(text: str, most: int) -> str:
    """A text in at most so many bytes of UTF-8."""
    return text.encode()[:most].decode(errors="ignore")
