"""A workbook: a sheet for each table, more where one is full, and one that says what everything is. Texts are cells of text."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

from fieldkit.i18n import _
from fieldkit.report.exports.codebook import HEADERS, lines_of
from fieldkit.report.exports.columns import Row
from fieldkit.report.exports.fields import Field, Kind, cells_maker, fields_of
from fieldkit.report.exports.filled import Counting, Filled, Head, Written

MOST_ROWS = 1_048_576
_SHEET_NAME = 31
_NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.FLAG})
_ABOUT = "about"
_ROW = b"<row "
_PART = 2**20


def write_xlsx(folder: Path, tables: list[Filled], head: Head, most: int = MOST_ROWS) -> Iterator[Written]:
    """One workbook; `most`: so many rows go onto a sheet. Raises OSError."""
    import xlsxwriter

    path = folder / f"{tables[0].table.name}.xlsx"
    with xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "strings_to_formulas": False, "tmpdir": str(folder)}
    ) as book:
        made = datetime.combine(head.on, time(), UTC)
        book.set_properties({"title": head.title, "comments": head.line, "created": made})
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"num_format": "@", "bold": True})
        taken = {_ABOUT}
        counts = []
        for filled in tables:
            fields = fields_of(filled.table, head.language, filled.missing, frozenset(Kind))
            rows = Counting(filled)
            left: Iterator[Row] = iter(rows)
            part = list(islice(left, 1))
            number = 0
            while part or not number:
                number += 1
                sheet = book.add_worksheet(_sheet_name(filled.table.name, number, taken))
                _fill(sheet, fields, chain(part, islice(left, most - 1 - len(part))), text, bold)
                part = list(islice(left, 1))
            counts.append((filled.table.name, rows))
        _tell(book.add_worksheet(_ABOUT), tables, head, text)
    yield from (Written(path.name, name, rows.count) for name, rows in counts)


def rows_in_xlsx(path: Path) -> dict[str, int]:
    """How many rows stand in a workbook, by table; every byte is read. Raises OSError, zipfile.BadZipFile, KeyError, ValueError."""
    from openpyxl import load_workbook

    counts: dict[str, int] = {}
    with path.open("rb") as file, zipfile.ZipFile(file) as archive:
        book = load_workbook(file, read_only=True)
        names = book.sheetnames
        book.close()
        for number, name in enumerate(names, 1):
            with archive.open(f"xl/worksheets/sheet{number}.xml") as sheet:
                rows = _rows_of(sheet)
            if name != _ABOUT:
                table = name.partition(" ")[0]
                counts[table] = counts.get(table, 0) + rows - 1
    return counts


def _rows_of(sheet: IO[bytes]) -> int:
    """How many rows a sheet has; what is between them is not looked at, its checksum is."""
    rows, left = 0, b""
    while part := sheet.read(_PART):
        text = left + part
        rows += text.count(_ROW)
        left = text[-len(_ROW) + 1 :]
    return rows


def _fill(sheet: Any, fields: list[Field], rows: Iterable[Row], text: Any, bold: Any) -> None:
    cells = cells_maker(fields)
    numbers = [each.kind in _NUMBERS for each in fields]
    sheet.freeze_panes(1, 1)
    for column, each in enumerate(fields):
        sheet.write_string(0, column, each.name, bold)
    write_number, write_string = sheet.write_number, sheet.write_string
    for line, row in enumerate(rows, 1):
        for column, cell in enumerate(cells(row)):
            if isinstance(cell, str):
                if numbers[column]:
                    write_number(line, column, float(cell))
                else:
                    write_string(line, column, cell, text)


def _tell(sheet: Any, tables: list[Filled], head: Head, text: Any) -> None:
    sheet.write_string(0, 0, head.line, text)
    sheet.write_string(1, 0, f"{head.title} ({head.form}) {', '.join(head.versions)}", text)
    for column, header in enumerate(HEADERS):
        sheet.write_string(3, column, _(header), text)
    for row, line in enumerate(lines_of([each.table for each in tables], head.language), 4):
        for column, cell in enumerate(line):
            sheet.write_string(row, column, cell, text)


def _sheet_name(table: str, number: int, taken: set[str]) -> str:
    """A table's name, and a number from its second sheet on."""
    behind = f" {number}" if number > 1 else ""
    name = table[: _SHEET_NAME - len(behind)] + behind
    taken.add(name)
    return name
