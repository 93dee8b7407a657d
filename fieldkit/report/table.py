"""A report as data, in the reader's words; everything a writer needs."""

from __future__ import annotations

from dataclasses import dataclass

from fieldkit.i18n import _


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
    """A column of counts: its header, and a shorter one for narrow places."""

    header: str
    short: str


@dataclass(frozen=True, slots=True)
class Report:
    """A table of counts with all that stands around it.

    above: lines at the head, left to right. columns: of the counts; the last one is the sum of the row.
    places: header of the names of the rows. codes and rows: the code, the name and the counts of each row, in
    the order of the codes, never of the counts. total: its name and the sums. checks: relations printed below.
    notes: what the reader must know. footer: blanks to fill in on paper. made_on: ISO 8601.
    """

    name: str
    title: str
    unit: str
    period: str
    made_on: str
    above: tuple[str, ...]
    places: str
    columns: tuple[Column, ...]
    codes: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    total: tuple[str, tuple[int, ...]]
    checks: tuple[Check, ...]
    notes: tuple[str, ...]
    footer: tuple[str, ...]

    @property
    def headers(self) -> tuple[str, ...]:
        """The header of the names, then of each column of counts."""
        return (self.places, *(column.header for column in self.columns))
