"""Everything of the quarter beside households and visits: January to March 2026, family by family."""

from __future__ import annotations

from collections.abc import Iterator

from fieldkit.demo.making import Entered
from fieldkit.demo.screening import screening
from fieldkit.demo.town import SEED
from fieldkit.fieldwork.registry import Registry


def quarter(registry: Registry, seed: int = SEED) -> Iterator[Entered]:
    """The records of every form but those of households and visits. `registry`: the town as it is registered."""
    yield from screening(registry, seed)
