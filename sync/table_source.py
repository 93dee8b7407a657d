"""Which records changed since the flat tables were written, as the archive's packs tell it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, func, select

from sync import schema
from sync.merge import RecordView, merge
from sync.shelf import Shelf


class PackSource:
    """A `sync.tables.Source`: every import writes packs of its own, numbered upwards."""

    def latest(self, connection: Connection) -> int:
        """The number of the latest pack, 0 where there is none."""
        return int(connection.execute(select(func.max(schema.pack.c.id))).scalar() or 0)

    def stale_records(self, connection: Connection, since: int) -> list[str]:
        """The ids of the records with revisions in later packs."""
        table = schema.revision
        query = select(table.c.record_id).where(table.c.pack > since).distinct().order_by(table.c.record_id)
        return list(connection.execute(query).scalars())

    def views(self, connection: Connection, records: Iterable[str] | None) -> Iterator[RecordView]:
        """The records as they stand. Raises SyncError("archive.damaged")."""
        for _record, revisions in Shelf(connection).by_record(records):
            yield merge(revisions)
