"""Where a finding about an item stands."""

from __future__ import annotations

from fieldkit.errors import FormProblem
from fieldkit.xforms.definition import Item


def found_at(item: Item, column: str | None, message: str) -> FormProblem:
    """A finding at the row of an item; in an XForm at its line, with its path."""
    source = item.source
    return FormProblem(
        source.sheet, source.row, column, message if source.sheet else f"{item.path}: {message}"
    )
