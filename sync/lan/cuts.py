"""Where the segments of a bundle begin: the places where it is cut for the way, and resumed."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from sync.bundle import END, MAGIC, SEALED
from sync.errors import refused
from sync.wire import SEGMENT

_U32 = struct.Struct(">I")
_HEAD = len(MAGIC) + len(SEALED) + _U32.size
_LARGEST_HEADER = 64 * 1024
_READ = 1024 * 1024


def cuts(path: Path, piece: int) -> list[int]:
    """The ends of the pieces a bundle travels in: whole segments together, about `piece` bytes each; the last is its size.

    A file that is no bundle is cut by bytes alone. Raises SyncError("medium.…").
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            ends = [*_borders(file, size), size]
    except OSError as error:
        raise refused(error, path) from error
    found, last = [], 0
    for before, end in zip([0, *ends], ends, strict=False):
        if end - last > piece and before > last:
            found.append(before)
            last = before
        while end - last > 4 * piece:
            last += piece
            found.append(last)
    return [*found, size]


def intact(path: Path) -> int:
    """How much of a piece of a bundle is proven by the hashes in it: its header and whole segments from the beginning.

    Raises SyncError("medium.…").
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            proven = 0
            for begin in _borders(file, size):
                if proven and not _fits(file, proven, begin):
                    break
                proven = begin
    except OSError as error:
        raise refused(error, path) from error
    return proven


def _borders(file: BinaryIO, size: int) -> Iterator[int]:
    """Where each segment that is there begins, the end of the last one too."""
    file.seek(0)
    fixed = file.read(_HEAD)
    if len(fixed) < _HEAD or not fixed.startswith(MAGIC + SEALED):
        return
    length = _U32.unpack_from(fixed, len(MAGIC) + len(SEALED))[0]
    here = _HEAD + length
    while length <= _LARGEST_HEADER and here <= size:
        yield here
        file.seek(here)
        head = file.read(SEGMENT.size)
        if len(head) < SEGMENT.size or head.startswith(END):
            return
        here += SEGMENT.size + SEGMENT.unpack(head)[0]


def _fits(file: BinaryIO, begin: int, end: int) -> bool:
    file.seek(begin)
    digest = SEGMENT.unpack(file.read(SEGMENT.size))[2]
    found = hashlib.sha256()
    left = end - begin - SEGMENT.size
    while left > 0 and (part := file.read(min(_READ, left))):
        found.update(part)
        left -= len(part)
    return left == 0 and found.digest() == digest
