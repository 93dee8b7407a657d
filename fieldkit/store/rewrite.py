"""Writing a journal anew from its documents: for compaction, and in place of a damaged one."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from fieldkit.store.files import write_synced
from fieldkit.store.frames import FILE_HEADER_LENGTH, FILE_ID_LENGTH, Frames, Kind, file_header
from fieldkit.store.operations import Code, Operation, Tables, pack

_BATCH = 128 * 1024
"""Documents in one frame, in bytes: what one damaged block can take away."""


def write_journal(
    path: Path, tables: Tables, key: bytes | None, erasures: Sequence[Operation] = ()
) -> tuple[Frames, int, int]:
    """Write `tables` as a journal under `path`, sealed and synced; give its frames, their number, its size.

    Sealed where it holds anything, so that its last documents are never taken for a write that a crash interrupted.
    erasures: operations before the documents, of erasures that are to be finished when it is opened.
    Raises OSError.
    """
    file_id = os.urandom(FILE_ID_LENGTH)
    frames = Frames(file_id, key)
    number = 0
    size = FILE_HEADER_LENGTH

    def parts() -> Iterator[bytes]:
        yield file_header(file_id)
        commits = [erasures] if erasures else []
        for batch in itertools.chain(commits, _batches(tables)):
            yield framed(Kind.COMMIT, batch)
        if number:
            yield framed(Kind.SEAL, ())

    def framed(kind: Kind, operations: Sequence[Operation]) -> bytes:
        nonlocal number, size
        frame = frames.pack(kind, pack(operations), number)
        number += 1
        size += len(frame)
        return frame

    write_synced(path, parts())
    return frames, number, size


def _batches(tables: Tables) -> Iterator[list[Operation]]:
    """What makes the tables anew: an operation for each table and document, in groups of about `_BATCH` bytes."""
    batch: list[Operation] = []
    size = 0
    for name, table in tables.items():
        batch.append(Operation(Code.CREATE, name))
        for document, raw in table.items():
            batch.append(Operation(Code.PUT, name, document, raw))
            size += len(raw)
            if size > _BATCH:
                yield batch
                batch, size = [], 0
    if batch:
        yield batch
