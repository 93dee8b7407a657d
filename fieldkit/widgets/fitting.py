"""Text in columns: cut to the cells there are with a sign that says so."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size


def fitted(text: str, width: int) -> str:
    """The text in just so many cells, a cut one with … at its end."""
    return set_cell_size(shortened(text, width), max(0, width))


def shortened(text: str, width: int) -> str:
    """The text in at most so many cells, a cut one with … at its end."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)).rstrip(" …") + "…"
