"""Where each choice of a question stands: below each other, in columns, or in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

_GAP = 2


@dataclass(frozen=True, slots=True)
class Layout:
    """Places of choices, in their order: `cells` holds column and line (in characters) of each; `width` is what one may
    take; `height` is the number of lines; `step` how far the next choice to the right is, in choices (0 for none);
    `tall` how many lines each takes, empty where that is one.
    """

    cells: tuple[tuple[int, int], ...]
    width: int
    height: int
    step: int
    tall: tuple[int, ...] = ()

    def at(self, x: int, y: int) -> int | None:
        """The choice that stands at a place, None for none."""
        for number, (left, line) in enumerate(self.cells):
            tall = self.tall[number] if self.tall else 1
            if line <= y < line + tall and left <= x < left + self.width:
                return number
        return None

    def of_lines(self, width: int, tall: Sequence[int]) -> Layout:
        """The choices of one column, of this width, where some take more than a line."""
        cells = tuple((0, line) for line in accumulate(tall[:-1], initial=0))
        return replace(self, cells=cells, width=width, height=sum(tall), tall=tuple(tall))


def lay_out(widths: Sequence[int], width: int, height: int, appearance: frozenset[str]) -> Layout:
    """Lay choices of these widths out in a space of `width` and, as far as it can be, `height`.

    ODK's `columns`, `columns-2` …, `columns-pack`, `likert` and `list-nolabel` are honoured; without them choices stand
    below each other, and side by side where they are too many for the height.
    """
    count = len(widths)
    widest = max(widths, default=0)
    fitting = max(1, (width + _GAP) // (widest + _GAP))
    if appearance & {"columns-pack", "likert", "list-nolabel", "label", "horizontal", "horizontal-compact"}:
        return _rows(count, min(fitting, count) or 1, width if fitting >= count else widest, widest)
    asked = next(
        (int(name[8:]) for name in appearance if name.startswith("columns-") and name[8:].isdigit()), 0
    )
    if "columns" in appearance or asked:
        return _rows(count, min(asked or fitting, fitting), width, widest)
    columns = min(fitting, -(-count // max(1, height)))
    lines = -(-count // max(1, columns))
    taken = width if columns == 1 else widest
    cells = tuple(((n // lines) * (taken + _GAP), n % lines) for n in range(count)) if lines else ()
    return Layout(cells, taken, lines, lines if columns > 1 else 0)


def _rows(count: int, columns: int, width: int, widest: int) -> Layout:
    """Line by line, in columns of one width."""
    each = max(widest, width // columns - _GAP) if columns > 1 else width
    cells = tuple(((n % columns) * (each + _GAP), n // columns) for n in range(count))
    return Layout(cells, each, -(-count // columns), 1 if columns > 1 else 0)
