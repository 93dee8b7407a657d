"""How the rows of the office's lists are made of records: one derivation for each kind of list."""

from __future__ import annotations

from fieldkit.library import FormLibrary
from fieldkit.office import reviews
from sync.derived import Derivation


def derivations(library: FormLibrary) -> list[Derivation]:
    """All of them."""
    return [reviews.derivation(library)]
