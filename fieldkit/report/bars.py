"""The numbers of a report drawn, for a screen."""

from __future__ import annotations

from fieldkit.report.cells import clipped, left, width
from fieldkit.report.table import Report

_EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")
_SIGNS = {
    "0": ("###", "# #", "# #", "# #", "###"), "1": (" # ", "## ", " # ", " # ", "###"), "2": ("###", "  #", "###", "#  ", "###"),
    "3": ("###", "  #", "###", "  #", "###"), "4": ("# #", "# #", "###", "  #", "  #"), "5": ("###", "#  ", "###", "  #", "###"),
    "6": ("###", "#  ", "###", "# #", "###"), "7": ("###", "  #", "  #", "  #", "  #"), "8": ("###", "# #", "###", "# #", "###"),
    "9": ("###", "# #", "###", "  #", "###"), "%": ("# #", "  #", " # ", "#  ", "# #"),
}  # fmt: skip


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
    return [
        f"{left(name, label)} {total:>{digits}} {bar(total * longest / most, plain=plain)}".rstrip()
        for name, total in zip(names, totals, strict=True)
    ]


def bar(length: float, *, plain: bool = False) -> str:
    """A bar of so many cells. `plain`: as `bars`."""
    if plain:
        return "#" * round(length)
    whole, eighths = divmod(round(length * 8), 8)
    return "█" * whole + _EIGHTHS[eighths]


def large(text: str, *, plain: bool = False) -> list[str]:
    """Digits and per cent signs five lines high, for a wall; each dot is two cells, about as wide as high."""
    dot = "##" if plain else "██"
    rows = (
        "  ".join("".join(dot if each == "#" else "  " for each in _SIGNS[sign][row]) for sign in text)
        for row in range(5)
    )
    return [row.rstrip() for row in rows]
