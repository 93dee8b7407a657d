"""Revisions in the archive: bodies lie together in packs, sealed with the archive's secret; rows say where."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby

from sqlalchemy import Connection, Select, delete, func, select, update

from sync import schema
from sync.errors import SyncError
from sync.revision import Revision, known_revision
from sync.sealing import shut, unshut
from sync.wire import compressed, decompressed, pieces, unpack_revisions

_KEPT_PACKS = 64
_FEW = 500
"""Records that are looked up one by one."""
_AT_ONCE = 1000
"""Rows that are fetched together, so that not all are in memory."""


Place = tuple[str, str, int, int, int]
"""Where a revision lies: its record, its id, pack, offset, length."""


@dataclass(slots=True)
class Changes:
    """What was done to the packs, so that it can be taken back: the numbers of those put, of those that are not needed any
    more and are still there, and where revisions lay that were moved.
    """

    put: list[int] = field(default_factory=list)
    spare: list[int] = field(default_factory=list)
    moved: list[Place] = field(default_factory=list)


class Shelf:
    """Reads and writes packs over one connection. secret: 32 bytes.

    changes: set to have them noted; then packs that are replaced stay until somebody drops them.
    """

    def __init__(self, connection: Connection, secret: bytes) -> None:
        self.connection = connection
        self.changes: Changes | None = None
        self._secret = secret
        self._next = 0
        self._pack = lru_cache(maxsize=_KEPT_PACKS)(self._read_pack)

    def put(self, packed: bytes, raw_length: int) -> int:
        """Keep packed revisions, compressed; give the number of the pack."""
        if not self._next:
            last = self.connection.execute(select(func.max(schema.pack.c.id))).scalar()
            self._next = int(last or 0) + 1
        number, self._next = self._next, self._next + 1
        row = (number, raw_length, sealed_pack(self._secret, number, packed))
        schema.insert_rows(self.connection, schema.pack, [row])
        if self.changes:
            self.changes.put.append(number)
        return number

    def raw(self, pack: int) -> bytes:
        """The revisions in a pack, in a row. Raises SyncError("archive.damaged")."""
        return self._pack(pack)

    def replace(self, pack: int, raw: bytes) -> int:
        """Put other content in the place of a pack; give the number of the new one."""
        if self.changes:
            self.changes.spare.append(pack)
        else:
            self.drop([pack])
        return self.put(compressed(raw), len(raw))

    def drop(self, packs: Sequence[int]) -> None:
        """Remove packs."""
        for pack in packs:
            self.connection.execute(delete(schema.pack).where(schema.pack.c.id == pack))

    def held(self, records: Iterable[str]) -> dict[str, dict[str, int]]:
        """The revisions that are there of these records and how many bytes each takes, by record."""
        table = schema.revision
        found: dict[str, dict[str, int]] = {}
        columns = (table.c.record_id, table.c.rev_id, table.c.length)
        for record, each, length in schema.select_in(self.connection, columns, table.c.record_id, records):
            found.setdefault(record, {})[each] = length
        return found

    def placed(self, records: Iterable[str]) -> Iterator[Place]:
        """Where the revisions of these records lie, in no order."""
        table = schema.revision
        columns = (table.c.record_id, table.c.rev_id, table.c.pack, table.c.offset, table.c.length)
        return map(tuple, schema.select_in(self.connection, columns, table.c.record_id, records))

    def move(self, places: Iterable[Place]) -> None:
        """Note where revisions lie now."""
        table, places = schema.revision, list(places)
        if self.changes:
            wanted = {place[1] for place in places}
            before = self.placed(dict.fromkeys(place[0] for place in places))
            self.changes.moved += [place for place in before if place[1] in wanted]
        for record, each, pack, offset, length in places:
            self.connection.execute(
                update(table)
                .where(table.c.record_id == record, table.c.rev_id == each)
                .values(pack=pack, offset=offset, length=length)
            )

    def revisions(self, record: str, until: int | None = None) -> list[Revision]:
        """The revisions of one record; `until`: of those that had arrived with that bundle."""
        return next(iter(self.by_record([record], until)), (record, []))[1]

    def by_record(
        self, records: Iterable[str] | None = None, until: int | None = None
    ) -> Iterator[tuple[str, list[Revision]]]:
        """Records with their revisions; all of them without `records`. until: as `revisions`.

        A few come in the order of their ids, many in the order in which they lie, since then each pack is opened once.
        """
        wanted = None if records is None else sorted(set(records))
        if wanted is not None and len(wanted) <= _FEW:
            yield from self._grouped(_rows(until).where(schema.revision.c.record_id.in_(wanted)))
        else:
            yield from self._as_they_lie(None if wanted is None else frozenset(wanted), until)

    def places(self) -> Iterator[tuple[str, list[tuple[str, int, int, int]]]]:
        """Records in the order of their ids, with each revision's id, pack, offset and length."""
        rows = self.connection.execute(_rows(None).execution_options(yield_per=_AT_ONCE))
        for record, group in groupby(rows, key=lambda row: str(row.record_id)):
            yield record, [(row.rev_id, row.pack, row.offset, row.length) for row in group]

    def take_if_whole(self, pack: int, offset: int, length: int) -> Revision | None:
        """The revision that lies there, None where it cannot be read."""
        try:
            return self.take(pack, offset, length)
        except SyncError:
            return None

    def _grouped(self, query: Select[tuple[str, str, int, int, int]]) -> Iterator[tuple[str, list[Revision]]]:
        rows = self.connection.execute(query.execution_options(yield_per=_AT_ONCE))
        for record, group in groupby(rows, key=lambda row: str(row.record_id)):
            yield record, [self.take(row.pack, row.offset, row.length) for row in group]

    def _as_they_lie(
        self, wanted: Collection[str] | None, until: int | None
    ) -> Iterator[tuple[str, list[Revision]]]:
        """Pack by pack; a record with several revisions as soon as the last of them was read."""
        table = schema.revision
        several = select(table.c.record_id, func.count()).group_by(table.c.record_id).having(func.count() > 1)
        if until is not None:
            several = several.where(table.c.arrived <= until)
        missing = dict(map(tuple, self.connection.execute(several)))
        begun: dict[str, list[Revision]] = {}
        query = _rows(until).order_by(None).order_by(table.c.pack, table.c.offset)
        for row in self.connection.execute(query.execution_options(yield_per=_AT_ONCE)):
            record = str(row.record_id)
            if wanted is not None and record not in wanted:
                continue
            revision = self._known(row.pack, row.offset, row.length)
            if record not in missing:
                yield record, [revision]
                continue
            known = begun.setdefault(record, [])
            known.append(revision)
            if len(known) == missing[record]:
                yield record, sorted(begun.pop(record), key=lambda each: each.id)

    def take(self, pack: int, offset: int, length: int) -> Revision:
        """The revision that lies there. Raises SyncError("archive.damaged")."""
        try:
            return next(unpack_revisions(self._pack(pack)[offset : offset + length]))
        except (SyncError, StopIteration) as error:
            raise SyncError("archive.damaged", pack=pack, reason=str(error)) from error

    def _known(self, pack: int, offset: int, length: int) -> Revision:
        """As `take`, without looking at the parts again: the seal says that they are what they were."""
        try:
            piece = next(pieces(self._pack(pack)[offset : offset + length]))
            return known_revision(piece.raw, piece.signature, piece.body)
        except (SyncError, StopIteration, KeyError, ValueError) as error:
            raise SyncError("archive.damaged", pack=pack, reason=str(error)) from error

    def _read_pack(self, number: int) -> bytes:
        table = schema.pack
        query = select(table.c.raw_length, table.c.content).where(table.c.id == number)
        row = self.connection.execute(query).first()
        if row is None:
            raise SyncError("archive.damaged", pack=number, reason="it is not there")
        try:
            return decompressed(unshut(self._secret, row.content, _about(number)), row.raw_length)
        except SyncError as error:
            raise SyncError("archive.damaged", pack=number, reason=str(error)) from error


def sealed_pack(secret: bytes, number: int, packed: bytes) -> bytes:
    """Compressed revisions as they lie in the database, bound to the number of their pack."""
    return shut(secret, packed, _about(number))


def _about(number: int) -> bytes:
    return b"fieldkit pack %d" % number


def _rows(until: int | None) -> Select[tuple[str, str, int, int, int]]:
    table = schema.revision
    columns = (table.c.record_id, table.c.rev_id, table.c.pack, table.c.offset, table.c.length)
    query = select(*columns).order_by(table.c.record_id, table.c.rev_id)
    return query if until is None else query.where(table.c.arrived <= until)
