"""Revisions in a row of bytes, and the segments of a bundle file (docs/bundle-format.md)."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import zstandard

from sync.errors import SyncError
from sync.revision import LARGEST, Revision, parse_revision
from sync.sealing import seal_for, unseal

SIGNATURE_LENGTH = 64
LARGEST_SEGMENT = 8 * 1024 * 1024
"""What a segment of revisions may hold, unpacked; a single larger revision has one to itself."""
_USUAL_SEGMENT = 1024 * 1024
SMALL_BUNDLE = 1000
SMALL_SEGMENT = 15
LARGEST_MANIFEST = 24 * 1024 * 1024
"""Room for the ids of 350,000 revisions."""
_SPARE = 64 * 1024
"""What compression and sealing may add to what cannot be made smaller."""

_U32 = struct.Struct(">I")
SEGMENT = struct.Struct(">II32s")
"""Stored length, raw length, SHA-256 of what is stored."""
_NO_BODY = 0xFFFFFFFF


class Piece(NamedTuple):
    """A revision in a row: where it begins and ends, its envelope, signature, and body (None: erased)."""

    start: int
    end: int
    raw: bytes
    signature: bytes
    body: bytes | None


def pack_revision(raw: bytes, signature: bytes, body: bytes | None) -> bytes:
    """`u32 length, envelope, signature, u32 length, body`; a body that was erased has length 0xFFFFFFFF."""
    length = _U32.pack(_NO_BODY if body is None else len(body))
    return b"".join((_U32.pack(len(raw)), raw, signature, length, body or b""))


def pieces(data: bytes) -> Iterator[Piece]:
    """The revisions in a row, not yet read. Raises SyncError("revision.malformed") where a length is out of bounds."""
    offset, end = 0, len(data)
    while offset < end:
        start = offset
        raw, offset = _counted(data, offset)
        signature = data[offset : offset + SIGNATURE_LENGTH]
        offset += SIGNATURE_LENGTH
        if data[offset : offset + 4] == b"\xff\xff\xff\xff":
            body, offset = None, offset + 4
        else:
            body, offset = _counted(data, offset)
        yield Piece(start, offset, raw, signature, body)


def unpack_revisions(data: bytes) -> Iterator[Revision]:
    """The revisions in a row. Raises SyncError for one that is malformed."""
    for piece in pieces(data):
        yield parse_revision(piece.raw, piece.signature, piece.body)


def segments_of(rows: Iterable[bytes], count: int) -> Iterator[bytes]:
    """Packed revisions in groups: small ones in small bundles, so that a torn stick loses little."""
    most = SMALL_SEGMENT if count <= SMALL_BUNDLE else count
    group: list[bytes] = []
    size = 0
    for packed in rows:
        if group and (len(group) >= most or size + len(packed) > _USUAL_SEGMENT):
            yield b"".join(group)
            group, size = [], 0
        group.append(packed)
        size += len(packed)
    if group:
        yield b"".join(group)


def pack_segment(raw: bytes, recipients: Sequence[str]) -> bytes:
    """`u32 stored length, u32 raw length, SHA-256 of what is stored`, then age(zstd(raw)) (C2SP age, RFC 8878)."""
    stored = seal_for(recipients, compressed(raw))
    return SEGMENT.pack(len(stored), len(raw), hashlib.sha256(stored).digest()) + stored


def fits(stored_length: int, raw_length: int, largest: int) -> bool:
    """Whether the sizes that a segment declares are within bounds: looked at before anything is read or unpacked."""
    return raw_length <= largest and stored_length <= raw_length + _SPARE


def open_segment(stored: bytes, identity: str) -> bytes:
    """What was compressed in a segment. Raises SyncError("sealed.not-for-us")."""
    return unseal(identity, stored)


def compressed(raw: bytes) -> bytes:
    """Zstd (RFC 8878), level 3."""
    return zstandard.ZstdCompressor(level=3).compress(raw)


def decompressed(packed: bytes, raw_length: int) -> bytes:
    """The opposite; nothing is unpacked that does not declare the length that is expected. Raises SyncError("revision.malformed")."""
    try:
        if zstandard.frame_content_size(packed) != raw_length:
            raise SyncError("revision.malformed", reason="its length is not what it declares")
        decompressor = zstandard.ZstdDecompressor(max_window_size=LARGEST_SEGMENT)
        return decompressor.decompress(packed, max_output_size=raw_length, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise SyncError("revision.malformed", reason=str(error)) from error


def _counted(data: bytes, offset: int) -> tuple[bytes, int]:
    if offset + 4 > len(data):
        raise SyncError("revision.malformed", reason="it ends too early")
    length = _U32.unpack_from(data, offset)[0]
    end = offset + 4 + length
    if length > LARGEST or end > len(data):
        raise SyncError("revision.malformed", reason="a length is out of bounds")
    return data[offset + 4 : end], end
