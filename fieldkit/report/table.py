"""A report as data, in the reader's words; and as text for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from fieldkit.i18n import _

_EIGHTHS = " ▏▎▍▌▋▊▉"


@dataclass(frozen=True, slots=True)
class Check:
    """A relation that the numbers must satisfy, in words, and whether they do."""

    text: str
    passed: bool

    def __str__(self) -> str:
        """With its outcome in words."""
        return f"{self.text}: {_('agrees') if self.passed else _('DOES NOT AGREE')}"


@dataclass(frozen=True, slots=True)
class Report:
    """A table with all that stands around it.

    headers: of the columns; the first column names the rows. rows: name and counts, in the order of the codes.
    total: the sums. checks: relations printed below. notes: what the reader must know. made_on: ISO date.
    """

    name: str
    title: str
    unit: str
    period: str
    made_on: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    total: tuple[str, tuple[int, ...]]
    checks: tuple[Check, ...]
    notes: tuple[str, ...]

    @property
    def lines(self) -> tuple[tuple[str, ...], ...]:
        """Rows and total as text cells."""
        return tuple((name, *(str(count) for count in counts)) for name, counts in (*self.rows, self.total))


def width(text: str) -> int:
    """How many terminal cells a text takes (Unicode Standard Annex 11)."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _left(text: str, cells: int) -> str:
    return text + " " * max(0, cells - width(text))


def _right(text: str, cells: int) -> str:
    return " " * max(0, cells - width(text)) + text


def to_text(report: Report) -> str:
    """The report as aligned plain text."""
    lines = [report.headers, *report.lines]
    cells = [max(width(line[column]) for line in lines) for column in range(len(report.headers))]
    drawn = [
        " ".join([_left(line[0], cells[0]), *(_right(text, cells[n]) for n, text in enumerate(line) if n)])
        for line in lines
    ]
    rule = "-" * max(width(line) for line in drawn)
    head = [
        _left("", (width(rule) - width(report.title)) // 2) + report.title,
        f"{_('Unit')}: {report.unit}    {_('Period')}: {report.period}",
    ]
    tail = [*(str(check) for check in report.checks), *report.notes, f"{_('Made on')} {report.made_on}"]
    return "\n".join([*head, rule, drawn[0], rule, *drawn[1:-1], rule, drawn[-1], rule, *tail])


def bars(report: Report, room: int) -> list[str]:
    """The last column drawn as bars at most `room` cells wide, its numbers beside them; rows keep their order."""
    names: Sequence[tuple[str, int]] = [(name, counts[-1]) for name, counts in report.rows]
    label = max((width(name) for name, _count in names), default=0)
    most = max((count for _name, count in names), default=0) or 1
    longest = max(1, room - label - 8)
    return [
        f"{_left(name, label)} {_right(str(count), 5)} {_bar(count, most, longest)}".rstrip()
        for name, count in names
    ]


def _bar(count: int, most: int, longest: int) -> str:
    eighths = round(count / most * longest * 8)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
