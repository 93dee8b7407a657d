"""The laptop's journal: an append-only file of frames, and the documents it adds up to.

A commit is one frame and one fdatasync; when `commit` returns it is durable, when it raises nothing changed.
After a sync that failed the file is not trusted again until it is reopened: the system may have dropped the
pages and call them clean.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from fieldkit.errors import StoreError
from fieldkit.store.files import discard, leftovers, refused, sync_folder, write_file
from fieldkit.store.frames import (
    FILE_HEADER_LENGTH,
    LARGEST_PAYLOAD,
    ForeignKeyError,
    Frames,
    Kind,
    NewerFrameError,
    TornError,
    file_id_of,
    more_than_one,
)
from fieldkit.store.operations import Code, Operation, Replay, Tables, apply, pack
from fieldkit.store.rewrite import write_journal
from fieldkit.store.ring import Ring

# Half of what a frame may hold, so that compaction can always write a document beside another.
_LARGEST_COMMIT = LARGEST_PAYLOAD // 2
_COMPACT_FROM = 4 * 1024 * 1024
_COMPACT_RATIO = 4
_COMPACT_FRAMES = 50_000
_ROOM = 256 * 1024
"""Zeros written behind the last frame, so that the next ones do not make the file longer: a file that grows costs
the file system a commit of its own for each of ours."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_CLOSED = -1
_sync = getattr(os, "fdatasync", os.fsync)


class Journal:
    """A journal open for writing, made where there is none. `tables` maps table → document id → raw JSON.

    ring: where copies of it are kept; None keeps none. read_only: for a medium that takes nothing; every commit is
    refused, and nothing on it is touched.
    torn: bytes of an unfinished last frame that were set aside when opening, in the file `aside`.
    Raises StoreError: journal.damaged, journal.foreign-key, workspace.newer-format, medium.….
    """

    def __init__(
        self, path: Path, key: bytes | None, ring: Ring | None = None, *, read_only: bool = False
    ) -> None:
        self.path = path
        self.tables: Tables = {}
        self.torn = 0
        self.aside: Path | None = None
        self._changes: dict[str, list[int]] = {}
        self._key = key
        self._ring = ring
        self._read_only = read_only
        self._new = path.with_name(f"{path.name}.new")
        self._handle = _CLOSED
        self._trusted = True
        self._sealed = False
        self._erasing = False
        self._number = 0
        self._end = 0
        self._size = 0
        self._written = 0
        try:
            if not read_only:
                self._sweep()
                if not path.exists():
                    write_journal(self._new, self.tables, key)
                    self._take_new()
            self._handle = self._opened()
            self._read()
            if not read_only:
                self._make_durable()
            if self._erasing and not read_only:
                with contextlib.suppress(StoreError):  # a full disk; closing tries again
                    self._finish_erasing()
        except BaseException as error:
            self._release()
            if isinstance(error, OSError):
                raise refused(error, path) from error
            raise

    @property
    def length(self) -> int:
        """Bytes of the file up to its last frame; behind them may be room for more."""
        return self._end

    def commit(self, operations: Sequence[Operation]) -> None:
        """Make the operations durable, then visible. Raises StoreError, and then nothing has changed.

        With an ERASE among them, no file keeps the erased bytes when it returns. It may raise when the operations were
        durable and only those bytes could not be removed yet; they go when the journal is closed or opened next.
        """
        if not operations:
            return
        self._append(Kind.COMMIT, pack(operations))
        self._sealed = False
        for operation in operations:
            apply(self.tables, operation)
            if operation.code == Code.DROP:
                self._changes.pop(operation.table, None)
            elif operation.code != Code.CREATE:
                self.changes(operation.table).append(operation.document)
        if any(operation.code == Code.ERASE for operation in operations):
            self._erasing = True
            self._finish_erasing()

    def changes(self, table: str) -> list[int]:
        """The ids of the documents of a table that changed since the journal was opened, in order, to be read only.

        A table that is dropped and made again gets another list.
        """
        return self._changes.setdefault(table, [])

    def compact(self) -> None:
        """Write the journal anew with only what counts now; what was removed is then nowhere in the file.

        Raises StoreError; then the old file goes on, or, once the new one may stand in its place, nothing
        is written to either until the journal is opened again.
        """
        self._require_trust()
        try:
            frames, number, size = write_journal(self._new, self.tables, self._key)
            if self._ring is not None and not self._erasing:
                self._ring.add(replaced=True)
        except OSError as error:
            discard(self._new)
            raise refused(error, self.path) from error
        # Windows renames over no file that is open, so ours is closed first, everywhere.
        self._release()
        self._trusted = False
        try:
            self._take_new()
            self._handle = self._opened()
        except OSError as error:
            raise refused(error, self.path) from error
        self._trusted = True
        self._frames, self._number, self._end, self._size = frames, number, size, size
        self._sealed, self._erasing = number > 0, False
        self._written = self._live()

    def tidy(self) -> None:
        """Compact, if most of the file is outdated. Raises StoreError."""
        if self._trusted and not self._read_only and self._is_mostly_garbage():
            self.compact()

    def close(self) -> None:
        """Seal and close; a journal mostly of outdated frames is compacted first. Closing twice is harmless.

        A disk that refuses the seal or the compaction is no error: everything committed is durable without.
        """
        with contextlib.suppress(StoreError):
            writable = self._trusted and not self._read_only
            if writable and self._erasing:
                self._finish_erasing()
            if writable and not self._sealed:
                with contextlib.suppress(StoreError):
                    self.tidy()
                self._seal()
        sealed = self._trusted and self._sealed and not self._read_only
        self._release()
        self._trusted = False
        if sealed and self._ring is not None and self._ring.is_due():
            with contextlib.suppress(OSError):  # a full disk has its journal, if no copy of it
                self._ring.add()

    def _seal(self) -> None:
        """Cut the room off and write the seal as the file's last bytes."""
        with contextlib.suppress(OSError):
            os.ftruncate(self._handle, self._end)
            self._size = self._end
        self._append(Kind.SEAL, b"", room=0)
        self._sealed = True

    def _is_mostly_garbage(self) -> bool:
        live = self._live()
        return (
            self._written - live > max(_COMPACT_FROM, _COMPACT_RATIO * live) or self._number > _COMPACT_FRAMES
        )

    def _live(self) -> int:
        return sum(len(raw) for table in self.tables.values() for raw in table.values())

    def _finish_erasing(self) -> None:
        """Let no file keep the bytes of what was erased: tails and damaged files set aside, copies, the journal."""
        try:
            folder = self.path.parent
            asides = [folder.glob(f"{self.path.stem}-*.{ending}") for ending in ("torn", "damaged")]
            for path in [*itertools.chain(*asides), *leftovers(folder)]:
                path.unlink()
            # The new journal knows nothing of the erasure, so it may not be there before they are gone.
            sync_folder(folder)
            if self._ring is not None:
                self._ring.clear()
        except OSError as error:
            raise refused(error, self.path) from error
        self.compact()

    def _sweep(self) -> None:
        """Let go of what a killed process left half written."""
        for path in [self._new, *leftovers(self.path.parent)]:
            discard(path)
        if self._ring is not None:
            self._ring.sweep()

    def _make_durable(self) -> None:
        """Sync what was found: a killed process may have written or renamed it and not come to its own sync.

        Where that fails it can still be read.
        """
        try:
            os.fsync(self._handle)
            sync_folder(self.path.parent)
        except OSError:
            self._trusted = False

    def _require_trust(self) -> None:
        if self._read_only:
            raise StoreError("medium.read-only", path=str(self.path), reason="")
        if not self._trusted:
            raise StoreError("journal.not-trusted", path=str(self.path))

    def _opened(self) -> int:
        access = os.O_RDONLY if self._read_only else os.O_RDWR
        return os.open(self.path, access | getattr(os, "O_BINARY", 0))

    def _release(self) -> None:
        handle, self._handle = self._handle, _CLOSED
        if handle != _CLOSED:
            os.close(handle)

    def _take_new(self) -> None:
        self._new.replace(self.path)
        sync_folder(self.path.parent)

    def _read(self) -> None:
        """Replay the file, up to its last whole frame."""
        size = self._size = os.fstat(self._handle).st_size
        with self.path.open("rb", buffering=1 << 18) as source:
            head = source.read(FILE_HEADER_LENGTH)
            try:
                self._frames = Frames(file_id_of(head), self._key)
            except TornError as error:
                raise StoreError("journal.damaged", path=str(self.path), offset=0) from error
            except NewerFrameError as error:
                raise StoreError("workspace.newer-format", path=str(self.path)) from error
            self._end = FILE_HEADER_LENGTH
            replay = Replay(self.tables)
            while self._end < size:
                if not self._read_frame(source, size, replay):
                    source.seek(self._end)
                    tail = source.read()
                    if any(tail):  # else it is room for frames to come
                        self._set_aside(tail)
                    break
            replay.finish()
        self._erasing = replay.erasing

    def _read_frame(self, source: BinaryIO, size: int, replay: Replay) -> bool:
        """Read and replay one frame; False where it is not whole."""
        place = {"path": str(self.path), "offset": self._end}
        try:
            kind, payload, length = self._frames.read(source, self._number, size - self._end)
            if kind is Kind.COMMIT:
                replay.apply(payload)
        except TornError:
            return False
        except ForeignKeyError as error:
            raise StoreError("journal.foreign-key", **place) from error
        except NewerFrameError as error:
            raise StoreError("workspace.newer-format", **place) from error
        except (ValueError, KeyError) as error:
            raise StoreError("journal.damaged", **place) from error
        self._sealed = kind is Kind.SEAL
        self._number += 1
        self._end += length
        self._written += len(payload)
        return True

    def _set_aside(self, tail: bytes) -> None:
        """Keep an unfinished last frame in a file of its own; refuse where more than one can be missing."""
        if more_than_one(tail):
            raise StoreError("journal.damaged", path=str(self.path), offset=self._end)
        torn = tail.rstrip(b"\0")
        self.torn = len(torn)
        if self._read_only:
            return
        self.aside = self.path.with_name(f"{self.path.stem}-{time.time_ns()}.torn")
        write_file(self.aside, torn)
        os.ftruncate(self._handle, self._end)
        os.fsync(self._handle)
        self._size = self._end

    def _append(self, kind: Kind, payload: bytes, room: int = _ROOM) -> None:
        self._require_trust()
        if len(payload) > _LARGEST_COMMIT:
            raise StoreError("journal.too-large", path=str(self.path), bytes=len(payload))
        frame = self._frames.pack(kind, payload, self._number)
        try:
            self._write(frame, room)
        except BaseException as error:
            self._take_back()
            if isinstance(error, OSError):
                raise refused(error, self.path) from error
            raise
        try:
            _sync(self._handle)
        except BaseException as error:
            self._take_back()
            self._trusted = False
            if isinstance(error, OSError):
                raise refused(error, self.path) from error
            raise
        self._end += len(frame)
        self._number += 1
        self._written += len(payload)

    def _write(self, frame: bytes, room: int) -> None:
        """Write a frame behind the last one, with `room` behind it where the file must grow. Raises OSError."""
        if room and self._end + len(frame) > self._size:
            try:
                self._write_all(frame + bytes(room))
            except OSError as error:
                if error.errno not in _FULL:
                    raise
                # A disk too full for the room may still take the frame.
                os.ftruncate(self._handle, self._end)
                self._size = self._end
            else:
                return
        self._write_all(frame)

    def _write_all(self, data: bytes) -> None:
        os.lseek(self._handle, self._end, os.SEEK_SET)
        written = 0
        while written < len(data):
            written += os.write(self._handle, data[written:])
        self._size = max(self._size, self._end + len(data))

    def _take_back(self) -> None:
        """Cut off what a failed write left; if even that fails, nothing more is written to this file."""
        try:
            os.ftruncate(self._handle, self._end)
            os.fsync(self._handle)
            self._size = self._end
        except OSError:
            self._trusted = False
