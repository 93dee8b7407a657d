"""How the rows of the office's lists are made of records: one derivation for each kind of list."""

from __future__ import annotations

from fieldkit.library import FormLibrary
from fieldkit.office import paper, samples
from sync.derived import Derivation


def derivations(library: FormLibrary) -> list[Derivation]:  # noqa: ARG001 - others read forms
    """All of them."""
    return [*samples.derivations(), *paper.derivations()]
