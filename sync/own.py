"""What an archive holds of one laptop: for the pack that goes back to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import select

from sync import schema
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


def reviews_for(archive: Archive, device: str) -> Iterator[Revision]:
    """The reviews of records that a laptop worked on, in the order of the records' ids."""
    table = schema.revision
    reviewed = select(table.c.record_id).where(table.c.operation == Operation.REVIEW.value)
    query = (
        select(table.c.record_id).where(table.c.device == device, table.c.record_id.in_(reviewed)).distinct()
    )
    with archive.database.reading() as connection:
        records = sorted(connection.execute(query).scalars())
    for record in records:
        yield from (each for each in archive.revisions(record) if each.envelope.operation is Operation.REVIEW)
