"""How the rows of the office's lists are made of records: one derivation for each kind of list."""

from __future__ import annotations

from fieldkit.library import FormLibrary
from fieldkit.office import conflicts, decisions, paper, reviews, samples, sent
from fieldkit.office.assigned import ASSIGNED
from fieldkit.office.checks import bunches, records
from fieldkit.office.checks.table import CheckTable
from fieldkit.office.letters import letters_derivation
from sync.derived import Derivation, Gathering


def derivations(library: FormLibrary, checks: CheckTable) -> list[Derivation]:
    """All of them. library: the forms of the office, by whose rules some kinds are made."""
    own = [conflicts.derivation(), decisions.derivation(), reviews.derivation(library), ASSIGNED]
    own += [sent.derivation(), letters_derivation(), *samples.derivations(), *paper.derivations()]
    return [*own, *records.derivations(checks, library)]


def gatherings(checks: CheckTable) -> list[Gathering]:
    """How rows are made of those that several records gave."""
    return [*bunches.gatherings(checks)]
