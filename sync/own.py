"""What an archive holds of one laptop: for the pack that goes back to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Select, select

from sync import schema
from sync.devices import lineage
from sync.revision import Operation, Revision
from sync.shelf import Shelf

if TYPE_CHECKING:
    from sync.archive import Archive

_PLACE = (schema.revision.c.pack, schema.revision.c.offset, schema.revision.c.length)


def own_revisions(archive: Archive, device: str, last: int | None) -> list[Revision]:
    """The revisions that a laptop made: the `last` by its clock, or all of them; in the order of its clock."""
    table = schema.revision.c
    query = select(*_PLACE).where(table.device == device)
    with archive.database.reading() as connection:
        return _taken(archive, connection, query.order_by(table.hlc.desc(), table.rev_id).limit(last))


def worked_on(archive: Archive, device: str, records: Iterable[str]) -> list[str]:
    """Those of the records that a laptop, or one whose place it took, made something of; in the order of their ids."""
    table = schema.revision.c
    with archive.database.reading() as connection:
        line = set(lineage(connection, device))
        rows = schema.select_in(connection, (table.record_id, table.device), table.record_id, records)
        return sorted({row.record_id for row in rows if row.device in line})


def taken_back(archive: Archive, device: str) -> list[Revision]:
    """The withdrawals and erasures by others of records that a laptop, or one whose place it took, made something of: what it
    may not go on showing. In the order of their clocks. Raises SyncError.
    """
    table = schema.revision.c
    ends = [Operation.WITHDRAW.value, Operation.ERASE.value]
    with archive.database.reading() as connection:
        line = set(lineage(connection, device))
        own = select(table.record_id).where(table.device.in_(line))
        query = select(*_PLACE).where(
            table.operation.in_(ends), table.device.not_in(line), table.record_id.in_(own)
        )
        return _taken(archive, connection, query)


def _taken(archive: Archive, connection: Connection, places: Select[tuple[int, int, int]]) -> list[Revision]:
    """The revisions that lie in these places, in the order of their clocks; each pack is opened once."""
    shelf = Shelf(connection, archive.secret)
    rows = sorted(connection.execute(places))
    found = [shelf.take(row.pack, row.offset, row.length) for row in rows]
    return sorted(found, key=lambda each: (each.envelope.hlc, each.id))
