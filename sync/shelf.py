"""Revisions in the archive: bodies lie together in packs, rows say where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

import zstandard
from sqlalchemy import Connection, insert, select

from sync import schema
from sync.errors import SyncError
from sync.revision import Revision
from sync.wire import CIPHER_NONE, LARGEST_SEGMENT, pack_revision, unpack_revisions

_PACK_SIZE = 1024 * 1024
_KEPT_PACKS = 64
_IDS_AT_ONCE = 500


class Shelf:
    """Reads and writes revisions over one connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._pack = lru_cache(maxsize=_KEPT_PACKS)(self._read_pack)

    def put(self, revisions: Sequence[Revision], bundle: str) -> None:
        """Add revisions that are not there yet."""
        number = (
            self.connection.execute(
                select(schema.pack.c.id).order_by(schema.pack.c.id.desc()).limit(1)
            ).scalar()
            or 0
        )
        compressor = zstandard.ZstdCompressor(level=3)
        rows: list[dict[str, object]] = []
        packs: list[dict[str, object]] = []
        for group in _groups(revisions):
            number += 1
            offset = 0
            for revision, packed in group:
                rows.append(_row(revision, number, offset, len(packed), bundle))
                offset += len(packed)
            raw = b"".join(packed for _, packed in group)
            content = compressor.compress(raw)
            packs.append({"id": number, "cipher": CIPHER_NONE, "raw_length": len(raw), "content": content})
        if not rows:
            return
        self.connection.execute(insert(schema.pack), packs)
        self.connection.execute(insert(schema.revision), rows)
        parents = [
            {"record_id": r.envelope.record, "rev_id": r.id, "parent_id": each}
            for r in revisions
            for each in r.envelope.parents
        ]
        if parents:
            self.connection.execute(insert(schema.parent), parents)

    def held(self, ids: Iterable[str]) -> set[str]:
        """Which of these revisions are there."""
        wanted = list(ids)
        found: set[str] = set()
        column = schema.chain.c.rev_id
        for at in range(0, len(wanted), _IDS_AT_ONCE):
            part = wanted[at : at + _IDS_AT_ONCE]
            found.update(self.connection.execute(select(column).where(column.in_(part))).scalars())
        return found

    def revisions(self, record: str) -> list[Revision]:
        """The revisions of one record."""
        return next(iter(self.by_record([record])), (record, []))[1]

    def by_record(self, records: Iterable[str] | None = None) -> Iterator[tuple[str, list[Revision]]]:
        """Records with their revisions, in the order of their ids; all of them without `records`."""
        table = schema.revision
        columns = (table.c.record_id, table.c.pack, table.c.offset, table.c.length)
        if records is None:
            rows = self.connection.execute(select(*columns).order_by(table.c.record_id, table.c.rev_id))
            yield from self._grouped(rows)
            return
        wanted = sorted(set(records))
        for at in range(0, len(wanted), _IDS_AT_ONCE):
            part = table.c.record_id.in_(wanted[at : at + _IDS_AT_ONCE])
            query = select(*columns).where(part).order_by(table.c.record_id, table.c.rev_id)
            yield from self._grouped(self.connection.execute(query))

    def _grouped(self, rows: Iterable[Sequence[object]]) -> Iterator[tuple[str, list[Revision]]]:
        for record, group in groupby(rows, key=lambda row: str(row[0])):
            yield record, [self._take(int(str(p)), int(str(o)), int(str(n))) for _, p, o, n in group]

    def _take(self, pack: int, offset: int, length: int) -> Revision:
        return next(unpack_revisions(self._pack(pack)[offset : offset + length]))

    def _read_pack(self, number: int) -> bytes:
        table = schema.pack
        row = self.connection.execute(
            select(table.c.raw_length, table.c.content).where(table.c.id == number)
        ).one()
        decompressor = zstandard.ZstdDecompressor(max_window_size=LARGEST_SEGMENT)
        try:
            return decompressor.decompress(row.content, max_output_size=row.raw_length)
        except zstandard.ZstdError as error:
            raise SyncError("archive.damaged", pack=number, reason=str(error)) from error


def _groups(revisions: Iterable[Revision]) -> Iterator[list[tuple[Revision, bytes]]]:
    group: list[tuple[Revision, bytes]] = []
    size = 0
    for revision in revisions:
        packed = pack_revision(revision)
        if group and size + len(packed) > _PACK_SIZE:
            yield group
            group, size = [], 0
        group.append((revision, packed))
        size += len(packed)
    if group:
        yield group


def _row(revision: Revision, pack: int, offset: int, length: int, bundle: str) -> dict[str, object]:
    envelope = revision.envelope
    return {
        "record_id": envelope.record, "rev_id": revision.id, "device": envelope.device, "epoch": envelope.epoch,
        "sequence": envelope.sequence, "hlc": envelope.hlc, "form": envelope.form, "form_hash": envelope.form_hash,
        "operation": envelope.operation.value, "pack": pack, "offset": offset, "length": length, "bundle": bundle,
    }  # fmt: skip
