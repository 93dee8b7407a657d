"""Erasing: the bodies of a record leave the packs; the envelopes stay and still verify."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from sync import schema
from sync.revision import Operation, read_envelope
from sync.shelf import Shelf
from sync.wire import pack_revision, pieces


def erase_bodies(connection: Connection, shelf: Shelf, records: Collection[str]) -> int:
    """Write every pack anew that holds a body of these records, without it; give how many bodies went.

    The erasure's own revision keeps its body, which says why.
    """
    table = schema.revision
    wanted: dict[int, set[str]] = {}
    columns = (table.c.rev_id, table.c.pack, table.c.operation)
    for each, pack, operation in schema.select_in(connection, columns, table.c.record_id, records):
        if operation != Operation.ERASE:
            wanted.setdefault(pack, set()).add(each)
    return sum(_without(shelf, pack, ids) for pack, ids in sorted(wanted.items()))


def _without(shelf: Shelf, pack: int, wanted: Collection[str]) -> int:
    """Asked of the pack which records it holds, so that every question to the database names the records it is about."""
    raw = shelf.raw(pack)
    records = {read_envelope(piece.raw).record for piece in pieces(raw)}
    here = sorted((place for place in shelf.placed(records) if place[2] == pack), key=lambda place: place[3])
    parts: list[bytes] = []
    gone, offset = 0, 0
    moved = []
    for record, each, _pack, start, length in here:
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
