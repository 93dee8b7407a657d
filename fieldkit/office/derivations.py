"""How the rows of the office's lists are made of records: one derivation for each kind of list."""

from __future__ import annotations

from fieldkit.library import FormLibrary
from fieldkit.office import conflicts, decisions, paper, reviews, samples
from fieldkit.office.assigned import ASSIGNED
from fieldkit.office.letters import letters_derivation
from sync.derived import Derivation


def derivations(library: FormLibrary) -> list[Derivation]:
    """All of them. library: the forms of the office, by whose rules some kinds are made."""
    own = [conflicts.derivation(), decisions.derivation(), reviews.derivation(library), ASSIGNED]
    return [*own, letters_derivation(), *samples.derivations(), *paper.derivations()]
