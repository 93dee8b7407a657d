"""The numbers of a report drawn, for a screen."""

from __future__ import annotations

from fieldkit.report.cells import clipped, left, width
from fieldkit.report.table import Report

_EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")


def bars(report: Report, room: int, *, plain: bool = False) -> list[str]:
    """A line of at most `room` cells for each row: name, total, and a bar as long as the total.

    The rows stay in the order of the report. `plain` draws with `#`, for terminals without block characters.
    """
    totals = [counts[-1] for _name, counts in report.rows]
    most = max([1, *totals])
    digits = len(str(most))
    names = [clipped(name, room // 2) for name, _counts in report.rows]
    label = max(map(width, names), default=0)
    longest = max(0, room - label - digits - 2)
    draw = _hashes if plain else _blocks
    return [
        f"{left(name, label)} {total:>{digits}} {draw(total * longest / most)}".rstrip()
        for name, total in zip(names, totals, strict=True)
    ]


def _blocks(length: float) -> str:
    whole, eighths = divmod(round(length * 8), 8)
    return "█" * whole + _EIGHTHS[eighths]


def _hashes(length: float) -> str:
    return "#" * round(length)
