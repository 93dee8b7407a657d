"""A report as aligned plain text, for a terminal, a pipe or a typewriter font."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fieldkit.report.cells import centred, clipped, joined, left, right, width, wrapped
from fieldkit.report.table import Report

_CELL = 24
"""The widest a name or a header may become."""


def to_text(report: Report, room: int = 80) -> str:
    """The report in lines of at most `room` cells.

    Headers are written out where they fit, else shortened and explained below; a table that is still too wide
    continues in a second one under it.
    """
    full = [column.header for column in report.columns]
    short = [column.short for column in report.columns]
    headers, gap = next(
        (
            (headers, gap)
            for headers in (full, short)
            for gap in (2, 1)
            if _wide(report, headers, gap) <= room
        ),
        (short, 1),
    )
    table = [line for block in _blocks(report, headers, gap, room) for line in block]
    cells = max(map(width, table))
    shortened = [
        f"{brief} = {long}"
        for brief, long in zip(short, full, strict=True)
        if headers is short and brief != long
    ]
    lines = [
        *(centred(line, cells) for line in wrapped(report.title, room)),
        *joined(list(report.above), room, between="    "),
        *table,
        *joined(shortened, room, between="; "),
        *(line for text in (*map(str, report.checks), *report.notes) for line in wrapped(text, room)),
        "",
        *joined(list(report.footer), room, between="  "),
    ]
    return "\n".join(lines)


def _columns(report: Report, headers: Sequence[str]) -> list[list[str]]:
    """The cells of every column of counts, its header first and its sum last."""
    lines = [headers, *([str(count) for count in counts] for _name, counts in (*report.rows, report.total))]
    return [[clipped(cell, _CELL) for cell in column] for column in zip(*lines, strict=True)]


def _names(report: Report) -> list[str]:
    return [
        clipped(name, _CELL)
        for name in (report.places, *(name for name, _counts in (*report.rows, report.total)))
    ]


def _widest(cells: Sequence[str]) -> int:
    return max(map(width, cells))


def _wide(report: Report, headers: Sequence[str], gap: int) -> int:
    return _widest(_names(report)) + sum(gap + _widest(column) for column in _columns(report, headers))


def _blocks(report: Report, headers: Sequence[str], gap: int, room: int) -> Iterator[list[str]]:
    """The table, in as many parts one under the other as it takes to keep within the room."""
    names = _names(report)
    label = _widest(names)
    block = [left(name, label) for name in names]
    for column in _columns(report, headers):
        wide = gap + _widest(column)
        if width(block[0]) > label and width(block[0]) + wide > room:
            yield _ruled(block)
            block = [left(name, label) for name in names]
        block = [line + right(cell, wide) for line, cell in zip(block, column, strict=True)]
    yield _ruled(block)


def _ruled(block: list[str]) -> list[str]:
    rule = "-" * width(block[0])
    return [rule, block[0], rule, *block[1:-1], rule, block[-1], rule]
