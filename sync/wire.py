"""Revisions in a row of bytes, and the parts of a bundle file (docs/bundle-format.md)."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import zstandard

from sync.errors import SyncError
from sync.revision import LARGEST, Revision, parse_revision

MAGIC = b"FKB1"
TRAILER = b"FKBE"
CIPHER_NONE = 0
SIGNATURE_LENGTH = 64
LARGEST_SEGMENT = 8 * 1024 * 1024
LARGEST_HEADER = 64 * 1024
SMALL_BUNDLE = 1000
SMALL_SEGMENT = 15

_U32 = struct.Struct(">I")
_SEGMENT = struct.Struct(">II32s")
_NO_BODY = 0xFFFFFFFF
_LARGEST_MANIFEST = 256 * 1024 * 1024


class ShortError(Exception):
    """The bytes end before what they announce."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment as it was read: `raw` is what was compressed in it, None where its hash does not fit."""

    raw: bytes | None
    end: int


def pack_revision(revision: Revision) -> bytes:
    """`u32 length, envelope, signature, u32 length, body`; a body that was erased has length 0xFFFFFFFF."""
    body = revision.raw_body
    length = _U32.pack(_NO_BODY if body is None else len(body))
    return b"".join((_U32.pack(len(revision.raw)), revision.raw, revision.signature, length, body or b""))


def unpack_revisions(data: bytes) -> Iterator[Revision]:
    """The revisions in a row. Raises SyncError for one that is malformed."""
    offset = 0
    while offset < len(data):
        raw, offset = _counted(data, offset)
        signature = data[offset : offset + SIGNATURE_LENGTH]
        offset += SIGNATURE_LENGTH
        if data[offset : offset + 4] == _U32.pack(_NO_BODY):
            body, offset = None, offset + 4
        else:
            body, offset = _counted(data, offset)
        yield parse_revision(raw, signature, body)


def segments_of(revisions: Iterable[bytes], count: int) -> Iterator[bytes]:
    """Packed revisions in groups: small ones in small bundles, so that a torn stick loses little."""
    most = SMALL_SEGMENT if count <= SMALL_BUNDLE else count
    group: list[bytes] = []
    size = 0
    for packed in revisions:
        if group and (len(group) >= most or size + len(packed) > LARGEST_SEGMENT):
            yield b"".join(group)
            group, size = [], 0
        group.append(packed)
        size += len(packed)
    if group:
        yield b"".join(group)


def pack_segment(raw: bytes, level: int = 3) -> bytes:
    """`u32 stored length, u32 raw length, SHA-256 of what is stored`, then zstd (RFC 8878)."""
    stored = zstandard.ZstdCompressor(level=level).compress(raw)
    return _SEGMENT.pack(len(stored), len(raw), hashlib.sha256(stored).digest()) + stored


def unpack_segment(data: memoryview, offset: int, *, largest: int = LARGEST_SEGMENT + LARGEST) -> Segment:
    """The segment at `offset`. Raises ShortError; sizes are bounded before anything is decompressed."""
    if offset + _SEGMENT.size > len(data):
        raise ShortError
    stored_length, raw_length, digest = _SEGMENT.unpack_from(data, offset)
    start = offset + _SEGMENT.size
    end = start + stored_length
    if end > len(data):
        raise ShortError
    stored = bytes(data[start:end])
    if hashlib.sha256(stored).digest() != digest or raw_length > largest:
        return Segment(None, end)
    try:
        decompressor = zstandard.ZstdDecompressor(max_window_size=LARGEST_SEGMENT)
        raw = decompressor.decompress(stored, max_output_size=raw_length)
    except zstandard.ZstdError:
        return Segment(None, end)
    return Segment(raw if len(raw) == raw_length else None, end)


def unpack_manifest(data: memoryview, offset: int) -> Segment:
    """The first segment, which may be larger than the others."""
    return unpack_segment(data, offset, largest=_LARGEST_MANIFEST)


def _counted(data: bytes, offset: int) -> tuple[bytes, int]:
    if offset + 4 > len(data):
        raise SyncError("revision.malformed", reason="it ends too early")
    length = _U32.unpack_from(data, offset)[0]
    end = offset + 4 + length
    if length > LARGEST or end > len(data):
        raise SyncError("revision.malformed", reason="a length is out of bounds")
    return data[offset + 4 : end], end
