"""What a report reads: laptop and office offer the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, runtime_checkable

from fieldkit.library import FormLibrary
from fieldkit.places import Place
from fieldkit.records import Record


class RecordTables(Protocol):
    """Records as they stand, the places they belong to, and a hash that names the state they were read in."""

    @property
    def library(self) -> FormLibrary:
        """The forms that the records were made with."""
        ...

    def records(self, form: str) -> Iterator[Record]:
        """The live records of a form: neither deleted nor withdrawn. An office's are without contact and restricted fields."""

    def read(self, take: Callable[[Record], None]) -> str:
        """Give every live record to `take`, with all its answers, in one pass; give what `state` gives. Only for counting."""
        ...

    def places(self) -> Sequence[Place]:
        """The villages, in the order of their codes."""

    def state(self) -> str:
        """SHA-256 of the visible state, in hex."""


@runtime_checkable
class LaptopTables(Protocol):
    """What an office can tell beside its records."""

    def heard_of(self) -> Sequence[Sequence[str]]:
        """Of each laptop in good standing the day it was enrolled, then the days on which something of it came, ISO 8601; not
        whose they are. Only for counting.
        """
        ...
