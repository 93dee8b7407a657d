"""What an archive holds of one laptop: for the pack that goes back to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import select

from sync import schema
from sync.devices import lineage
from sync.revision import Revision

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
