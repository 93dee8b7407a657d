"""Reading every record of an office for a report while somebody sees how far it is, and may stop it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from sync import schema

if TYPE_CHECKING:
    from fieldkit.library import FormLibrary
    from fieldkit.office.office import Office
    from fieldkit.office.reading import Past
    from fieldkit.places import Place
    from fieldkit.records import Record

_EVERY = 250
"""Records between two words about how far it is."""


@dataclass(frozen=True, slots=True)
class Watched:
    """Record tables whose reading is watched. of: about how many live records there are. told: of how many were read, and of
    how many there are; what it raises stops the reading.
    """

    tables: Office | Past
    of: int
    told: Callable[[int, int], None]

    @property
    def library(self) -> FormLibrary:
        """The forms that the records were made with."""
        return self.tables.library

    def records(self, form: str) -> Iterator[Record]:
        """The live records of a form."""
        return self.tables.records(form)

    def read(self, take: Callable[[Record], None]) -> str:
        """Give every live record to `take`; give the state. Raises what `told` raises."""
        count = 0

        def counted(record: Record) -> None:
            nonlocal count
            if count % _EVERY == 0:
                self.told(count, max(count, self.of))
            count += 1
            take(record)

        return self.tables.read(counted)

    def places(self) -> Sequence[Place]:
        """The villages, in the order of their codes."""
        return self.tables.places()

    def official(self, name: str) -> Sequence[Mapping[str, str]]:
        """The rows of a list of official figures."""
        return self.tables.official(name)

    def heard_of(self) -> Sequence[Sequence[str]]:
        """The days on which something of each laptop came."""
        return self.tables.heard_of()

    def state(self) -> str:
        """SHA-256 of the visible state."""
        return self.tables.state()


def live_records(office: Office) -> int:
    """How many live records an office has now. Raises SyncError."""
    with office.archive.database.reading() as connection:
        query = select(func.count()).select_from(schema.current).where(schema.current.c.state == "live")
        return int(connection.execute(query).scalar() or 0)
