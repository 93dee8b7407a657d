"""How the rows of the office's lists are made of records: one derivation for each kind of list."""

from __future__ import annotations

from fieldkit.library import FormLibrary
from fieldkit.office.checks import bunches, records
from fieldkit.office.checks.table import CheckTable
from sync.derived import Derivation, Gathering


def derivations(library: FormLibrary, checks: CheckTable) -> list[Derivation]:
    """All of them."""
    return [*records.derivations(checks, library)]


def gatherings(checks: CheckTable) -> list[Gathering]:
    """How rows are made of those that several records gave."""
    return [*bunches.gatherings(checks)]
