"""Erasing: the bodies of a record leave the packs; the envelopes stay and still verify."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from sync import schema
from sync.shelf import Shelf
from sync.wire import pack_revision, pieces


def erase_bodies(connection: Connection, shelf: Shelf, records: Collection[str]) -> int:
    """Write every pack anew that holds a body of these records, without it; give how many bodies went.

    The erasure's own revision keeps its body, which says why.
    """
    table = schema.revision
    packs: set[int] = set()
    wanted: set[str] = set()
    for part in schema.in_parts(records):
        query = select(table.c.rev_id, table.c.pack).where(
            table.c.record_id.in_(part), table.c.operation != "erase"
        )
        for each, pack in connection.execute(query):
            wanted.add(each)
            packs.add(pack)
    return sum(_without(connection, shelf, pack, wanted) for pack in sorted(packs))


def _without(connection: Connection, shelf: Shelf, pack: int, wanted: Collection[str]) -> int:
    table = schema.revision
    raw = shelf.raw(pack)
    rows = connection.execute(
        select(table.c.record_id, table.c.rev_id, table.c.offset, table.c.length)
        .where(table.c.pack == pack)
        .order_by(table.c.offset)
    ).all()
    parts: list[bytes] = []
    gone, offset = 0, 0
    moved = []
    for record, each, start, length in rows:
        [piece] = pieces(raw[start : start + length])
        drop = each in wanted and piece.body is not None
        gone += drop
        parts.append(pack_revision(piece.raw, piece.signature, None if drop else piece.body))
        moved.append((record, each, offset, len(parts[-1])))
        offset += len(parts[-1])
    if not gone:
        return 0
    number = shelf.replace(pack, b"".join(parts))
    shelf.move((record, each, number, start, length) for record, each, start, length in moved)
    return gone
