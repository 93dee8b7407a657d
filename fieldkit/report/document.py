"""A report as data, in the reader's words: everything a writer needs, and nothing of how it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from fieldkit.cells import printable
from fieldkit.i18n import _

_NOTHING, _ALL = Decimal(0), Decimal(1)

Cell = str | int | Decimal
"""Text, a count, or a number with the decimal places it is shown with."""


def cell_text(cell: Cell) -> str:
    """What is printed of a cell: text without signs that steer, a number with its own decimal places."""
    return (
        printable(cell) if isinstance(cell, str) else f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
    )


@dataclass(frozen=True, slots=True)
class Check:
    """A relation that the numbers must satisfy, in words, and whether they do."""

    text: str
    passed: bool

    def __str__(self) -> str:
        """With its outcome in words, never by a sign or a colour alone."""
        return (
            _("{relation}, passed", relation=self.text)
            if self.passed
            else _("{relation}, FAILED", relation=self.text)
        )


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, and a shorter one for narrow places, "" for the same.

    is_text: its cells stand at the left and are cells of text in a workbook, whatever they look like. is_code: it is left
    out where there is little room, on a screen.
    """

    header: str
    short: str = ""
    is_text: bool = False
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headers. sums: the numbers of the rows that are sums of others. checks: relations printed below, then notes."""

    heading: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    sums: frozenset[int] = frozenset()
    checks: tuple[Check, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def below(self) -> tuple[str, ...]:
        """The lines below it: checks and notes under a heading of theirs."""
        lines = (*map(str, self.checks), *self.notes)
        return (_("Notes:"), *lines) if lines else ()


@dataclass(frozen=True, slots=True)
class Prose:
    """Paragraphs under a heading."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart. text: what stands beside it, such as `43/46 93.5%`. mark: what it is held beside, None for nothing."""

    label: str
    value: Decimal
    text: str
    mark: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars under a heading, in the order of what they are about, never of their length. most: what the whole width stands for,
    None for the longest bar. marked: what the marks are, in words.
    """

    heading: str
    bars: tuple[Bar, ...]
    most: Decimal | None = None
    marked: str = ""

    @property
    def has_marks(self) -> bool:
        """Whether any bar has one, which must then be explained."""
        return any(bar.mark is not None for bar in self.bars)

    @property
    def whole(self) -> Decimal:
        """What the whole width stands for."""
        known = [number for bar in self.bars for number in (bar.value, bar.mark) if number is not None]
        return max(known, default=_NOTHING) if self.most is None else self.most

    def part(self, value: Decimal) -> Decimal:
        """How much of the whole width a value takes, from 0 to 1."""
        most = self.whole
        return min(max(value / most, _NOTHING), _ALL) if most > 0 else _NOTHING

    def pieces(self, bars: int) -> Iterator[Chart]:
        """The chart in pieces of at most so many bars, all to one scale, for paper."""
        most = self.whole
        for start in range(0, len(self.bars), bars):
            yield replace(self, bars=self.bars[start : start + bars], most=most)


@dataclass(frozen=True, slots=True)
class Blanks:
    """Lines to be filled in by hand under a heading."""

    heading: str
    lines: int


Part = Table | Prose | Chart | Blanks


@dataclass(frozen=True, slots=True)
class Document:
    """A report.

    above: lines at the head, left to right. parts: in their order. notes: what the reader must know, at the end. footer: blanks
    for signatures. period: the days, `2026-03-01..2026-03-31`. made_on: ISO 8601. portrait: it is printed upright, as letters
    are; tables lie on their side. is_posted: it is for a notice board, in large letters.
    """

    name: str
    title: str
    unit: str
    period: str
    made_on: str
    above: tuple[str, ...]
    parts: tuple[Part, ...]
    notes: tuple[str, ...]
    footer: tuple[str, ...]
    portrait: bool = False
    is_posted: bool = False
