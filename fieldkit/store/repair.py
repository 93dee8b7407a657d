"""Reading what can be read of a damaged journal: frames tell where they begin, and copies hold what is lost.

Nothing is thrown away: the damaged file stays, under another name, and what is missing is counted.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from fieldkit.errors import StoreError
from fieldkit.store.files import discard, refused, sync_folder, write_file
from fieldkit.store.frames import (
    FILE_HEADER_LENGTH,
    SMALLEST_FRAME,
    ForeignKeyError,
    Frames,
    Kind,
    NewerFrameError,
    TornError,
    file_id_of,
    headers_in,
)
from fieldkit.store.merge_patch import merge_patch
from fieldkit.store.operations import Code, Operation, Tables, apply, unpack
from fieldkit.store.rewrite import write_journal
from fieldkit.store.ring import Ring

_MOST_LOST = 4096
"""How many frames in a row may be missing before a damaged place is not bridged any more."""


@dataclass(slots=True)
class Salvage:
    """What a damaged journal still says.

    tables: its documents. lost: sizes of damaged places that no copy holds, by offset. from_copies: frames and
    documents that copies hold instead. orphans: changes to documents that are lost themselves. erasures: operations
    that a crash may have interrupted, so that bytes must go.
    """

    tables: Tables = field(default_factory=dict)
    lost: dict[int, int] = field(default_factory=dict)
    from_copies: int = 0
    orphans: int = 0
    erasures: list[Operation] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Repair:
    """What a repair found, and where the damaged file is kept; `aside` is None where an erasure forbade that."""

    found: Salvage
    aside: Path | None


class _File:
    """The bytes of a journal, read frame by frame at any place."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.header = data[:FILE_HEADER_LENGTH]
        self.end = len(data.rstrip(b"\0"))
        self._source = io.BytesIO(data)

    @property
    def file_id(self) -> bytes | None:
        """Its id, None where the header is damaged."""
        try:
            return file_id_of(self.header)
        except (TornError, NewerFrameError):
            return None

    def frame(self, frames: Frames, number: int, offset: int) -> tuple[Kind, bytes, int] | None:
        """Frame `number` if it stands at `offset`. Raises ForeignKeyError, NewerFrameError."""
        self._source.seek(offset)
        try:
            return frames.read(self._source, number, len(self.data) - offset)
        except TornError:
            return None


def salvage(path: Path, key: bytes | None, copies: Iterable[Path] = ()) -> Salvage:
    """Read a journal over damaged places, with what its copies (newest first) hold instead.

    Raises StoreError: journal.foreign-key, workspace.newer-format, medium.….
    """
    try:
        journal = _File(path.read_bytes() if path.exists() else b"")
    except OSError as error:
        raise refused(error, path) from error
    kept = [_File(data) for copy in copies if (data := _bytes_of(copy)) is not None]
    reading = _Reading(key)
    try:
        file_id = _file_id(journal, kept, key)
        if file_id is None:
            reading.found.lost[0] = len(journal.data)
        else:
            reading.through(journal, file_id, [copy for copy in kept if copy.file_id == file_id])
        if reading.found.lost:
            reading.take_from(copy for copy in kept if copy.file_id not in {file_id, None})
    except ForeignKeyError as error:
        raise StoreError("journal.foreign-key", path=str(path), offset=0) from error
    except NewerFrameError as error:
        raise StoreError("workspace.newer-format", path=str(path)) from error
    return reading.found


def repair(path: Path, key: bytes | None, ring: Ring) -> Repair:
    """Put a whole journal in place of a damaged one. Erasures are finished when it is opened.

    Raises StoreError as `salvage`, and ("journal.damaged") where nothing at all can be read; then nothing has changed.
    """
    found = salvage(path, key, ring.copies())
    if found.lost and not found.tables:
        raise StoreError("journal.damaged", path=str(path), offset=min(found.lost))
    aside = None
    new = path.with_name(f"{path.name}.new")
    try:
        if path.exists() and not found.erasures:
            # Copied, so that at every moment a file stands under the journal's name.
            aside = path.with_name(f"{path.stem}-{time.time_ns()}.damaged")
            write_file(aside, path.read_bytes())
        write_journal(new, found.tables, key, _again(found))
        new.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        discard(new)
        raise refused(error, path) from error
    return Repair(found, aside)


class _Reading:
    """Gathers what frames say into `found`."""

    def __init__(self, key: bytes | None) -> None:
        self.found = Salvage()
        self._key = key
        self._gone: set[tuple[str, int]] = set()
        self._dropped: set[str] = set()

    def through(self, journal: _File, file_id: bytes, copies: list[_File]) -> None:
        """Apply every frame, where it is damaged from `copies` of the same file."""
        frames = Frames(file_id, self._key)
        offset, number = FILE_HEADER_LENGTH, 0
        while offset < journal.end:
            for source in (journal, *copies):
                read = source.frame(frames, number, offset)
                if read is not None:
                    self.found.from_copies += source is not journal
                    self._apply(read[0], read[1])
                    offset, number = offset + read[2], number + 1
                    break
            else:
                following, number = _next_frame(journal, frames, number, offset)
                self.found.lost[offset] = following - offset
                offset = following

    def take_from(self, earlier: Iterable[_File]) -> None:
        """Take documents that the journal before this one had and that are neither here nor removed since."""
        for copy in earlier:
            before = _Reading(self._key)
            before.through(copy, copy.file_id or b"", [])
            for name, table in before.found.tables.items():
                for document, raw in table.items():
                    here = self.found.tables.setdefault(name, {})
                    if (
                        name not in self._dropped
                        and (name, document) not in self._gone
                        and document not in here
                    ):
                        here[document] = raw
                        self.found.from_copies += 1
            return

    def _apply(self, kind: Kind, payload: bytes) -> None:
        for operation in unpack(payload) if kind is Kind.COMMIT else ():
            code, table, document, raw, _patched = operation
            if code == Code.PATCH:
                before = self.found.tables.get(table, {}).get(document)
                if before is None:
                    self.found.orphans += 1
                    continue
                patched = merge_patch(orjson.loads(before), orjson.loads(raw))
                apply(self.found.tables, Operation(code, table, document, raw, orjson.dumps(patched)))
                continue
            apply(self.found.tables, operation)
            if code == Code.DROP:
                self._dropped.add(table)
            elif code in {Code.REMOVE, Code.ERASE}:
                self._gone.add((table, document))
                if code == Code.ERASE:
                    self.found.erasures.append(operation)


def _again(found: Salvage) -> list[Operation]:
    """The erasures of a journal, for one that begins with them; tables that are gone since stay gone."""
    names = {each.table for each in found.erasures} - found.tables.keys()
    return [*found.erasures, *(Operation(Code.DROP, name) for name in sorted(names))]


def _next_frame(journal: _File, frames: Frames, number: int, offset: int) -> tuple[int, int]:
    """Where the next whole frame behind a damaged place begins, and its number; the end of the file if none does."""
    for start in headers_in(journal.data, offset + 1):
        most = min((start - offset) // SMALLEST_FRAME + 1, _MOST_LOST)
        for skipped in range(most + 1):
            if journal.frame(frames, number + skipped, start) is not None:
                return start, number + skipped
    return journal.end, number


def _file_id(journal: _File, copies: list[_File], key: bytes | None) -> bytes | None:
    """The id of a journal: from its header, or where that is damaged, the one its first frame belongs to."""
    file_id = journal.file_id
    if file_id is not None:
        return file_id
    for candidate in _candidates(journal.header, copies):
        try:
            first = journal.frame(Frames(candidate, key), 0, FILE_HEADER_LENGTH)
        except ForeignKeyError:
            return candidate  # whole by its CRC, so the id is right
        if first is not None:
            return candidate
    return None


def _candidates(header: bytes, copies: list[_File]) -> Iterator[bytes]:
    """Ids that a damaged header may have had: those of copies, and with one bit turned back."""
    yield from (copy.file_id for copy in copies if copy.file_id)
    for bit in range(len(header) * 8):
        turned = bytearray(header)
        turned[bit // 8] ^= 1 << bit % 8
        file_id = _File(bytes(turned)).file_id
        if file_id:
            yield file_id


def _bytes_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
