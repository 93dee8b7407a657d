"""Figures that no record holds: official ones, from lists that an office keeps in its folder `lists`, and the key of the quiz.

population.csv    village,women_35_64,source,as_of: how many women of 35 to 64 live in a village, by which source, on which day;
                  also women_35_45, where it is known
couples.csv       month,couples,source: how many couples were newly registered in a month, in the whole township
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.places import places
from fieldkit.xforms.plaintext import decoded, records_of_csv

if TYPE_CHECKING:
    from fieldkit.report.records import RecordTables

POPULATION = "population"
COUPLES = "couples"
QUIZ_KEY = "quiz_key"
"""What is right of each statement of the quiz: the list that its form reads."""
LISTS = frozenset({POPULATION, COUPLES, QUIZ_KEY})

_COUNT = re.compile(r"\d{1,7}", re.ASCII)
_NEEDED: Mapping[str, tuple[str, ...]] = {
    POPULATION: ("village", "women_35_64", "source", "as_of"),
    COUPLES: ("month", "couples", "source"),
}
_FITS: Mapping[str, re.Pattern[str]] = {
    "women_35_64": _COUNT,
    "women_35_45": re.compile(rf"({_COUNT.pattern})?", re.ASCII),
    "couples": _COUNT,
    "source": re.compile(r".{1,80}"),
    "as_of": re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII),
    "month": re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII),
}
_ONCE: Mapping[str, tuple[str, ...]] = {POPULATION: ("village", "as_of"), COUPLES: ("month",)}
"""What a list has one row of."""


def official_rows(tables: RecordTables, name: str) -> list[dict[str, str]]:
    """The rows of one of `LISTS`, none where it is not kept. Raises what the tables raise."""
    if name == QUIZ_KEY:
        return tables.library.get("quiz").lists.rows(QUIZ_KEY)
    return [dict(row) for row in tables.official(name)]


def read_official(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of the list of that name in a folder, none where there is no such file.

    Raises FieldkitError("list.unreadable"), ("official.column"), ("official.cell"), ("official.twice").
    """
    path = folder / f"{name}.csv"
    if not path.is_file():
        return []
    try:
        lines = [line for line in records_of_csv(decoded(path.read_bytes())) if any(line)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FieldkitError("list.unreadable", path=str(path), row=1, reason=str(error)) from error
    columns = [cell.strip() for cell in lines[0]] if lines else []
    for column in _NEEDED[name]:
        if column not in columns:
            known = ", ".join(_NEEDED[name])
            raise FieldkitError("official.column", path=str(path), column=column, columns=known)
    rows = []
    known_rows = set()
    for number, cells in enumerate(lines[1:], 2):
        row = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
        for column in columns:
            if not _fits(column, row.get(column, "")):
                raise FieldkitError(
                    "official.cell", path=str(path), row=number, column=column, text=row.get(column, "")
                )
        key = tuple(row[column] for column in _ONCE[name])
        if key in known_rows:
            raise FieldkitError("official.twice", path=str(path), row=number, text=" ".join(key))
        known_rows.add(key)
        rows.append(row)
    return rows


def _fits(column: str, text: str) -> bool:
    if column == "village":
        return any(place.code == text for place in places())
    shape = _FITS.get(column)
    return shape is None or shape.fullmatch(text) is not None
