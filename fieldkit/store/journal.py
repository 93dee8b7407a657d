"""The laptop's journal: an append-only file of frames, and the documents it adds up to.

A commit is one frame and one fdatasync; when `commit` returns it is durable, when it raises nothing changed.
After a sync that failed the file is not trusted again until it is reopened: the system may have dropped the
pages and call them clean.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import orjson

from fieldkit.errors import StoreError
from fieldkit.store.files import refused, sync_folder
from fieldkit.store.frames import (
    FILE_HEADER_LENGTH,
    FILE_ID_LENGTH,
    MAGIC,
    VERSION,
    ForeignKeyError,
    Frames,
    Kind,
    TornError,
    file_header,
)
from fieldkit.store.merge_patch import merge_patch
from fieldkit.store.operations import Code, Operation, pack, unpack

Tables = dict[str, dict[int, bytes]]

_COMPACT_FROM = 4 * 1024 * 1024
_COMPACT_RATIO = 4
_sync = getattr(os, "fdatasync", os.fsync)


class Journal:
    """A journal open for writing. `tables` maps table → document id → raw JSON.

    torn: bytes of an unfinished last frame that were set aside in a `.torn` file when opening.
    """

    def __init__(self, path: Path, key: bytes | None) -> None:
        self.path = path
        self._key = key
        self.tables: Tables = {}
        self.torn = 0
        self._number = 0
        self._trusted = True
        self._sealed = False
        try:
            fresh = not path.exists()
            if fresh:
                self._create(path, self.tables)
            self._handle = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        except OSError as error:
            raise refused(error, path) from error
        try:
            self._end = self._read()
        except BaseException:
            os.close(self._handle)
            raise

    def commit(self, operations: Sequence[Operation]) -> None:
        """Make the operations durable, then visible. Raises StoreError, and then nothing has changed."""
        if not operations:
            return
        if not self._trusted:
            raise StoreError("journal.not-trusted", path=str(self.path))
        outcome = self._outcome(operations)
        self._append(Kind.COMMIT, pack(operations))
        self._sealed = False
        self._show(operations, outcome)

    def compact(self) -> None:
        """Write the journal anew with only what counts now; what was removed is then nowhere in the file."""
        beside = self.path.with_name(f"{self.path.name}.new")
        try:
            frames, number = self._create(beside, self.tables)
            beside.replace(self.path)
            sync_folder(self.path.parent)
            os.close(self._handle)
            self._handle = os.open(self.path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise refused(error, self.path) from error
        self._frames, self._number, self._end, self._sealed = frames, number, self.path.stat().st_size, False

    def close(self) -> None:
        """Seal and close; a journal mostly of outdated frames is compacted first."""
        try:
            if self._trusted and not self._sealed:
                live = sum(len(raw) for table in self.tables.values() for raw in table.values())
                if self._end > max(_COMPACT_FROM, _COMPACT_RATIO * live):
                    self.compact()
                self._append(Kind.SEAL, b"")
        finally:
            os.close(self._handle)
            self._trusted = False

    def _create(self, path: Path, tables: Tables) -> tuple[Frames, int]:
        """Write a new journal that holds `tables`, durable before this returns."""
        file_id = os.urandom(FILE_ID_LENGTH)
        frames = Frames(file_id, self._key)
        number = 0
        with path.open("wb") as file:
            file.write(file_header(file_id))
            for name, table in tables.items():
                for batch in _batches(table.items()):
                    puts = [Operation(Code.PUT, name, document, raw) for document, raw in batch]
                    file.write(frames.pack(Kind.COMMIT, pack(puts), number))
                    number += 1
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
        return frames, number

    def _read(self) -> int:
        """Replay the file; give the offset after its last whole frame."""
        data = memoryview(self.path.read_bytes())
        if bytes(data[: len(MAGIC)]) != MAGIC or len(data) < FILE_HEADER_LENGTH:
            raise StoreError("journal.damaged", path=str(self.path), offset=0)
        if data[len(MAGIC)] != VERSION:
            raise StoreError("workspace.newer-format", path=str(self.path))
        start = len(MAGIC) + 1
        self._frames = Frames(bytes(data[start : start + FILE_ID_LENGTH]), self._key)
        offset = FILE_HEADER_LENGTH
        while offset < len(data):
            try:
                frame = self._frames.unpack(data, offset, self._number)
            except ForeignKeyError as error:
                raise StoreError("journal.foreign-key", path=str(self.path), offset=offset) from error
            except TornError:
                self._set_aside(data, offset)
                break
            self._sealed = frame.kind is Kind.SEAL
            if frame.kind is Kind.COMMIT:
                operations = list(unpack(frame.payload))
                self._show(operations, self._outcome(operations))
            self._number += 1
            offset = frame.end
        return offset

    def _set_aside(self, data: memoryview, offset: int) -> None:
        """Keep an unfinished last frame in a file of its own; refuse where more than one can be missing."""
        if self._sealed or self._whole_frame_after(data, offset):
            raise StoreError("journal.damaged", path=str(self.path), offset=offset)
        tail = bytes(data[offset:])
        aside = self.path.with_name(f"{self.path.stem}-{int(time.time())}.torn")
        aside.write_bytes(tail)
        os.ftruncate(self._handle, offset)
        os.fsync(self._handle)
        self.torn = len(tail)

    def _whole_frame_after(self, data: memoryview, offset: int) -> bool:
        """Whether a readable frame follows the unreadable one: then this is damage, not an unfinished write."""
        for place in range(offset + 1, len(data)):
            if data[place] != VERSION:
                continue
            for number in (self._number + 1, self._number):
                try:
                    self._frames.unpack(data, place, number)
                except (TornError, ForeignKeyError, ValueError):
                    continue
                return True
        return False

    def _append(self, kind: Kind, payload: bytes) -> None:
        frame = self._frames.pack(kind, payload, self._number)
        try:
            os.lseek(self._handle, self._end, os.SEEK_SET)
            written = 0
            while written < len(frame):
                written += os.write(self._handle, frame[written:])
        except OSError as error:
            self._take_back()
            raise refused(error, self.path) from error
        try:
            _sync(self._handle)
        except OSError as error:
            self._trusted = False
            raise refused(error, self.path) from error
        self._end += len(frame)
        self._number += 1

    def _take_back(self) -> None:
        """Cut off what a failed write left; if even that fails, nothing more is written to this file."""
        try:
            os.ftruncate(self._handle, self._end)
            os.fsync(self._handle)
        except OSError:
            self._trusted = False

    def _outcome(self, operations: Iterable[Operation]) -> dict[tuple[str, int], bytes]:
        """What each put or patched document becomes."""
        made: dict[tuple[str, int], bytes] = {}
        for operation in operations:
            key = operation.table, operation.document
            if operation.code is Code.PUT:
                made[key] = operation.raw
            elif operation.code is Code.PATCH:
                before = made.get(key) or self.tables.get(operation.table, {})[operation.document]
                made[key] = orjson.dumps(merge_patch(orjson.loads(before), orjson.loads(operation.raw)))
        return made

    def _show(self, operations: Iterable[Operation], outcome: dict[tuple[str, int], bytes]) -> None:
        for operation in operations:
            if operation.code is Code.DROP:
                self.tables.pop(operation.table, None)
                continue
            table = self.tables.setdefault(operation.table, {})
            if operation.code is Code.REMOVE:
                table.pop(operation.document, None)
            else:
                table[operation.document] = outcome[operation.table, operation.document]


def _batches(items: Iterable[tuple[int, bytes]]) -> Iterable[list[tuple[int, bytes]]]:
    """Documents in groups of about a mebibyte."""
    batch: list[tuple[int, bytes]] = []
    size = 0
    for item in items:
        batch.append(item)
        size += len(item[1])
        if size > 1024 * 1024:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
