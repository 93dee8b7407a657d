"""What an archive holds of one laptop: for the pack that goes back to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import select

from sync import schema
from sync.devices import lineage
from sync.revision import Operation, Revision

if TYPE_CHECKING:
    from sync.archive import Archive


def own_revisions(archive: Archive, device: str, last: int | None) -> list[Revision]:
    """The revisions that a laptop made: the `last` by its clock, or all of them; in the order of its clock."""
    table = schema.revision
    query = select(table.c.record_id, table.c.rev_id).where(table.c.device == device)
    query = query.order_by(table.c.hlc.desc(), table.c.rev_id).limit(last)
    with archive.database.reading() as connection:
        rows = connection.execute(query).all()
    wanted = {row.rev_id for row in rows}
    found = [each for record in {row.record_id for row in rows} for each in archive.revisions(record)]
    return sorted(
        (each for each in found if each.id in wanted), key=lambda each: (each.envelope.hlc, each.id)
    )


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
        ended = select(table.record_id).where(table.operation.in_(ends), table.device.not_in(line)).distinct()
        query = select(table.record_id).where(table.device.in_(line), table.record_id.in_(ended)).distinct()
        records = list(connection.execute(query).scalars())
    found = [
        each
        for record in records
        for each in archive.revisions(record)
        if each.envelope.operation.value in ends and each.envelope.device not in line
    ]
    return sorted(found, key=lambda each: (each.envelope.hlc, each.id))
