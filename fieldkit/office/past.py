"""What an office held at a moment: for reports of the past."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from fieldkit.library import FormLibrary
from fieldkit.places import Place
from fieldkit.records import Record

if TYPE_CHECKING:
    from fieldkit.office.office import Office


@dataclass(frozen=True, slots=True)
class Past:
    """The records of an office as they were at a moment."""

    office: Office
    moment: datetime

    def records(self, form: str) -> Iterator[Record]:
        """The live records of a form, without contact and restricted fields."""
        return self.office.records(form, self.moment)

    @property
    def library(self) -> FormLibrary:
        """The forms that the records were made with."""
        return self.office.library

    def read(self, take: Callable[[Record], None]) -> str:
        """Give every live record to `take`; give the state. See `Office.read`."""
        return self.office.read(take, self.moment)

    def places(self) -> Sequence[Place]:
        """The villages, in the order of their codes."""
        return self.office.places()

    def state(self) -> str:
        """SHA-256 of the whole visible state."""
        return self.office.state(self.moment)

    def heard_of(self) -> Sequence[Sequence[str]]:
        """The days on which something of each laptop had come. See `Office.heard_of`."""
        return self.office.heard_of(self.moment)
