"""How the rows of the office's lists are made of records: one derivation for each kind of list."""

from __future__ import annotations

from fieldkit.library import FormLibrary
from fieldkit.office import conflicts, decisions, paper, samples
from fieldkit.office.assigned import ASSIGNED
from fieldkit.office.letters import letters_derivation
from sync.derived import Derivation


def derivations(library: FormLibrary) -> list[Derivation]:  # noqa: ARG001 - what a kind is made of may depend on it
    """All of them."""
    own = [conflicts.derivation(), decisions.derivation(), ASSIGNED, letters_derivation()]
    return [*own, *samples.derivations(), *paper.derivations()]
