"""The journal's frames: what is on disk, byte for byte (docs/journal-format.md).

A frame is `u8 version, u8 cipher, u8 kind, u8 flags, u32 payload length`, then for cipher 1 a random nonce of
12 bytes, then the payload, then a CRC-32. The payload of cipher 1 is AES-256-GCM (NIST SP 800-38D) with its
tag. Header, file id and frame number are authenticated, and counted into the CRC, so that a frame that was
moved, repeated or left out is noticed.
"""

from __future__ import annotations

import os
import re
import struct
import zlib
from collections.abc import Iterator
from enum import IntEnum
from typing import BinaryIO

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"FKJ"
VERSION = 1
FILE_ID_LENGTH = 16
FILE_HEADER_LENGTH = len(MAGIC) + 1 + FILE_ID_LENGTH + 12
LARGEST_PAYLOAD = 1024 * 1024 * 1024

_HEADER = struct.Struct("<BBBBI")
_CRC = struct.Struct("<I")
_NUMBER = struct.Struct("<Q")
_NONCE = 12
_TAG = 16
_ZSTD = 1
_COMPRESS_FROM = 512
SMALLEST_FRAME = _HEADER.size + _CRC.size
# A lookahead, so that a header that begins inside another match is found too.
_HEADER_LIKE = re.compile(rb"(?=\x01[\x00\x01][\x01-\x03][\x00\x01])", re.DOTALL)


class Kind(IntEnum):
    """What a frame holds: a commit, or the seal of a clean close. 3 is kept for snapshots."""

    COMMIT = 1
    SEAL = 2


_KINDS = frozenset(Kind)


class Cipher(IntEnum):
    """How the payload is kept."""

    NONE = 0
    AES_256_GCM = 1


class TornError(Exception):
    """A frame that is not whole."""


class ForeignKeyError(Exception):
    """A whole frame that the key does not open."""


class NewerFrameError(Exception):
    """A whole frame that a later fieldkit wrote."""


class Frames:
    """Writes and reads the frames of one file. `key` None keeps them in the clear, and uncompressed."""

    def __init__(self, file_id: bytes, key: bytes | None) -> None:
        self.file_id = file_id
        self.cipher = Cipher.AES_256_GCM if key else Cipher.NONE
        self._aead = AESGCM(key) if key else None
        self._compressor = zstandard.ZstdCompressor()
        self._decompressor = zstandard.ZstdDecompressor()

    def pack(self, kind: Kind, payload: bytes, number: int) -> bytes:
        """The bytes of frame `number`. Raises ValueError for a payload that could not be read again."""
        if len(payload) > LARGEST_PAYLOAD:
            raise ValueError(len(payload))
        flags = 0
        if self._aead and len(payload) >= _COMPRESS_FROM:
            compressed = self._compressor.compress(payload)
            if len(compressed) < len(payload):
                payload, flags = compressed, _ZSTD
        length = len(payload) + (_TAG if self._aead else 0)
        header = _HEADER.pack(VERSION, self.cipher, kind, flags, length)
        bound = header + self.file_id + _NUMBER.pack(number)
        nonce = os.urandom(_NONCE) if self._aead else b""
        body = nonce + (self._aead.encrypt(nonce, payload, bound) if self._aead else payload)
        return header + body + _CRC.pack(zlib.crc32(body, zlib.crc32(bound)))

    def read(self, source: BinaryIO, number: int, left: int) -> tuple[Kind, bytes, int]:
        """The next frame of `source`, which has `left` bytes left: its kind, payload, and size in the file.

        Raises TornError, ForeignKeyError, NewerFrameError.
        """
        header = source.read(_HEADER.size)
        if len(header) < _HEADER.size:
            raise TornError
        size = _size_of(header)
        if size > left:
            raise TornError
        rest = source.read(size - _HEADER.size)
        bound = header + self.file_id + _NUMBER.pack(number)
        body = rest[: -_CRC.size]
        if len(rest) < size - _HEADER.size or _CRC.unpack_from(rest, len(body))[0] != zlib.crc32(
            body, zlib.crc32(bound)
        ):
            raise TornError
        version, cipher, kind, flags, _length = _HEADER.unpack(header)
        if version != VERSION or cipher > Cipher.AES_256_GCM or kind not in _KINDS or flags > _ZSTD:
            raise NewerFrameError
        if cipher != self.cipher:
            raise ForeignKeyError
        return Kind(kind), self._opened(body, bound, flags), size

    def _opened(self, body: bytes, bound: bytes, flags: int) -> bytes:
        if self._aead:
            try:
                body = self._aead.decrypt(body[:_NONCE], body[_NONCE:], bound)
            except InvalidTag as error:
                raise ForeignKeyError from error
        if not flags & _ZSTD:
            return body
        try:
            # The declared size is what would be allocated; -1 is "not declared", which we never write.
            if not 0 <= zstandard.frame_content_size(body) <= LARGEST_PAYLOAD:
                raise TornError
            return self._decompressor.decompress(body)
        except zstandard.ZstdError as error:
            raise TornError from error


def more_than_one(tail: bytes) -> bool:
    """Whether frames follow the unreadable one that `tail` begins with: then it is no unfinished last write.

    Their numbers cannot be known, nor so their CRCs; a header whose frame ends where nothing but zeros follow, or at
    another header, is not met by chance.
    """
    written = len(tail.rstrip(b"\0"))
    for match in _HEADER_LIKE.finditer(tail, 1):
        end = match.start() + _size_of(tail[match.start() : match.start() + _HEADER.size])
        if written <= end <= len(tail) or (end < written and _HEADER_LIKE.match(tail, end)):
            return True
    return False


def headers_in(data: bytes, start: int) -> Iterator[int]:
    """The places from `start` on where a frame's header may stand."""
    return (match.start() for match in _HEADER_LIKE.finditer(data, start))


def file_header(file_id: bytes) -> bytes:
    """The first bytes of a journal."""
    head = MAGIC + bytes([VERSION]) + file_id
    return head + _CRC.pack(zlib.crc32(head)) + bytes(8)


def file_id_of(header: bytes) -> bytes:
    """The file id in the first bytes of a journal. Raises TornError, NewerFrameError for a later version's."""
    file_id = header[len(MAGIC) + 1 :][:FILE_ID_LENGTH]
    if header == file_header(file_id):
        return file_id
    if (
        header[: len(MAGIC)] == MAGIC
        and header[len(MAGIC) : len(MAGIC) + 1] > bytes([VERSION])
        and _CRC.pack(zlib.crc32(header[:20])) == header[20:24]
    ):
        raise NewerFrameError
    raise TornError


def _size_of(header: bytes) -> int:
    """How long the frame is that has this header; more than any file where the header is not whole."""
    if len(header) < _HEADER.size:
        return 1 << 62
    _version, cipher, _kind, _flags, length = _HEADER.unpack(header)
    return int(_HEADER.size + (_NONCE if cipher else 0) + length + _CRC.size)
