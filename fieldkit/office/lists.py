"""The lists that people at the office work through, kept up to date beside the packs (`sync.derived`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sync import derived

if TYPE_CHECKING:
    from sync import Archive


class WorkLists:
    """The rows of every kind. derivations, gatherings: how each kind is made; `up_to_date` is called after whatever changed records."""

    def __init__(
        self,
        archive: Archive,
        derivations: Sequence[derived.Derivation],
        gatherings: Sequence[derived.Gathering] = (),
    ) -> None:
        self._archive = archive
        self._derivations = derivations
        self._gatherings = gatherings

    def up_to_date(self, told: derived.Told = lambda _done, _of: None) -> int:
        """Bring the rows up to date; give how many records were read. Where nothing changed, nobody waits.

        told: how many records of how many are read; what it raises stops it, and the rows are as they were. Raises SyncError.
        """
        source = self._archive.table_source()
        with self._archive.database.reading() as connection:
            if derived.are_up_to_date(connection, [*self._derivations, *self._gatherings], source):
                return 0
        with self._archive.database.writing() as connection:
            return derived.bring_up_to_date(connection, self._derivations, source, self._gatherings, told)

    def rows(
        self,
        kind: str,
        states: Iterable[str] | None = None,
        *,
        record: str | None = None,
        last: int | None = None,
    ) -> list[derived.Row]:
        """The rows of a kind, in the order of their time. Raises SyncError."""
        with self._archive.database.reading() as connection:
            return derived.rows(connection, kind, states=states, record=record, last=last)

    def counts(self, kind: str) -> dict[str, int]:
        """How many rows there are, by state. Raises SyncError."""
        with self._archive.database.reading() as connection:
            return derived.counts(connection, kind)
