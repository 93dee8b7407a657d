"""How the rows of the office's lists are made of records: one derivation for each kind of list."""

from __future__ import annotations

from fieldkit.library import FormLibrary
from fieldkit.office import conflicts, decisions
from sync.derived import Derivation


def derivations(library: FormLibrary) -> list[Derivation]:  # noqa: ARG001 - some kinds are made by the rules of forms
    """All of them."""
    return [conflicts.derivation(), decisions.derivation()]
