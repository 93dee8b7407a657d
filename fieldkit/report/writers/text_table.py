"""A table in lines of cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product, zip_longest

from fieldkit.cells import fitted, joined, left, printable, right, width
from fieldkit.report.document import Table, cell_text

_CAPS = (40, 24, 16)
"""What the widest columns are narrowed to, one after the other, where a table does not fit."""
_CELL = 24
"""The widest column of a table that does not fit all the same."""
_NARROWEST = 2


@dataclass(frozen=True, slots=True)
class _Column:
    """The lines of each cell, the header's first. cells: its width."""

    lines: list[list[str]]
    is_text: bool
    cells: int


def table_lines(table: Table, room: int) -> Iterator[str]:
    """The table, in as many parts one under the other as it takes to keep within the room; shortened headers explained."""
    seen = [column for column in table.columns if not column.is_code]
    if not seen:
        return
    full = [printable(column.header) for column in seen]
    short = [printable(column.short or column.header) for column in seen]
    least = max(_NARROWEST, min(_CELL, (room - 1) // 2))
    caps = (max(room, _NARROWEST), *_CAPS, least)
    for headers, cap, gap in product((full, short), caps, (2, 1)):
        columns = _columns(table, headers, cap)
        if _wide(columns, gap) <= room:
            break
    sums = {number + 1 for number in table.sums}
    for block in _blocks(columns, gap, room):
        yield from _ruled(block, gap, sums)
    if headers is short:
        explained = [f"{brief} = {long}" for brief, long in zip(short, full, strict=True) if brief != long]
        for line in joined(explained, room, between="; "):
            yield from fitted(line, room)


def _columns(table: Table, headers: Sequence[str], cap: int) -> list[_Column]:
    places = [place for place, column in enumerate(table.columns) if not column.is_code]
    found = []
    for header, place in zip(headers, places, strict=True):
        texts = [header, *(cell_text(row[place]) for row in table.rows)]
        lines = [fitted(text, cap) for text in texts]
        widest = max(width(line) for cell in lines for line in cell)
        found.append(_Column(lines, table.columns[place].is_text, widest))
    return found


def _wide(columns: Sequence[_Column], gap: int) -> int:
    return sum(gap + column.cells for column in columns) - gap


def _blocks(columns: list[_Column], gap: int, room: int) -> Iterator[list[_Column]]:
    """Columns that stand side by side; what names a row, up to the first column of text, is in every block."""
    names = next((place for place, column in enumerate(columns) if column.is_text), 0) + 1
    rest = columns[names:]
    if _wide(columns[:names], gap) + gap + max((column.cells for column in rest), default=0) > room:
        names, rest = 1, columns[1:]
    block = columns[:names]
    for column in rest:
        if len(block) > names and _wide([*block, column], gap) > room:
            yield block
            block = columns[:names]
        block = [*block, column]
    yield block


def _ruled(block: list[_Column], gap: int, sums: set[int]) -> Iterator[str]:
    """The lines of a block, sums between rules."""
    rule = "-" * _wide(block, gap)
    yield rule
    rows = len(block[0].lines)
    for number in range(rows):
        yield from _row(block, gap, number)
        if number == 0 or number == rows - 1 or number in sums or number + 1 in sums:
            yield rule


def _row(block: list[_Column], gap: int, number: int) -> Iterator[str]:
    for line in zip_longest(*(column.lines[number] for column in block), fillvalue=""):
        cells = (
            left(text, column.cells) if column.is_text else right(text, column.cells)
            for text, column in zip(line, block, strict=True)
        )
        yield (" " * gap).join(cells).rstrip()
