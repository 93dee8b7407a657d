"""Which records changed since the flat tables were written, as the archive tells it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, select

from sync import schema
from sync.merge import RecordView, merge
from sync.revision import Revision
from sync.shelf import Shelf


class ArchiveSource:
    """A `sync.tables.Source` over an archive. secret: its packs are sealed with it."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def latest(self, connection: Connection) -> int:
        """The number of the last bundle that came, 0 before the first."""
        return schema.last_number(connection)

    def stale_records(self, connection: Connection, since: int) -> list[str]:
        """The ids of the records that later bundles touched."""
        table = schema.current
        query = select(table.c.record_id).where(table.c.changed > since).order_by(table.c.record_id)
        return list(connection.execute(query).scalars())

    def views(self, connection: Connection, records: Iterable[str] | None) -> Iterator[RecordView]:
        """The records as they stand. Raises SyncError("archive.damaged")."""
        for _record, revisions in Shelf(connection, self._secret).by_record(records):
            yield merge(revisions)

    def revisions(
        self, connection: Connection, records: Iterable[str]
    ) -> Iterator[tuple[str, list[Revision]]]:
        """The records with their revisions. Raises SyncError("archive.damaged")."""
        return Shelf(connection, self._secret).by_record(records)
