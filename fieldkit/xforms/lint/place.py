"""Where a finding about an item stands."""

from __future__ import annotations

from fieldkit.errors import FormProblem, phrase
from fieldkit.i18n import N_
from fieldkit.xforms.definition import Item


def found_at(item: Item, column: str | None, message: str) -> FormProblem:
    """A finding at the row of an item; in an XForm at its line, with its path."""
    source = item.source
    return FormProblem(
        source.sheet,
        source.row,
        column,
        message if source.sheet else phrase(N_("{place}: {message}"), place=item.path, message=message),
    )
