"""Charts drawn in cells, for a screen."""

from __future__ import annotations

from fieldkit.cells import clipped, left, one_line, right, width
from fieldkit.report.document import Chart

_EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")
_SIGNS = {
    "0": ("###", "# #", "# #", "# #", "###"), "1": (" # ", "## ", " # ", " # ", "###"), "2": ("###", "  #", "###", "#  ", "###"),
    "3": ("###", "  #", "###", "  #", "###"), "4": ("# #", "# #", "###", "  #", "  #"), "5": ("###", "#  ", "###", "  #", "###"),
    "6": ("###", "#  ", "###", "# #", "###"), "7": ("###", "  #", "  #", "  #", "  #"), "8": ("###", "# #", "###", "# #", "###"),
    "9": ("###", "# #", "###", "  #", "###"), "%": ("# #", "  #", " # ", "#  ", "# #"),
}  # fmt: skip


def bars(chart: Chart, room: int, *, plain: bool = False) -> list[str]:
    """A line of at most `room` cells for each bar: its label, its text, the bar, and `|` where something is expected.

    They stay in the order of the chart. `plain` draws with `#`, for terminals without block characters.
    """
    labels = [clipped(one_line(each.label), room // 2) for each in chart.bars]
    label = max(map(width, labels), default=0)
    texts = [clipped(one_line(each.text), max(2, room - label - 1)) for each in chart.bars]
    text = max(map(width, texts), default=0)
    longest = max(0, room - label - text - 2)
    lines = []
    for each, name, said in zip(chart.bars, labels, texts, strict=True):
        length = float(chart.part(each.value)) * longest
        drawn = bar(length, plain=plain)
        if each.mark is not None and longest:
            at = min(round(float(chart.part(each.mark)) * longest), longest - 1)
            drawn = f"{left(drawn[:at], at)}|{drawn[at + 1 :]}"
        lines.append(f"{left(name, label)} {right(said, text)} {drawn}".rstrip())
    return lines


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
