"""The journal's frames: what is on disk, byte for byte (docs/journal-format.md).

A frame is `u8 version, u8 cipher, u8 kind, u8 flags, u32 payload length`, then for cipher 1 a random nonce of
12 bytes, then the payload, then a CRC-32. The payload of cipher 1 is AES-256-GCM (NIST SP 800-38D) with its
tag. Header, file id and frame number are authenticated, and counted into the CRC, so that a frame that was
moved, repeated or left out is noticed.
"""

from __future__ import annotations

import os
import struct
import zlib
from dataclasses import dataclass
from enum import IntEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"FKJ"
VERSION = 1
FILE_ID_LENGTH = 16
FILE_HEADER_LENGTH = len(MAGIC) + 1 + FILE_ID_LENGTH + 12
LARGEST_PAYLOAD = 64 * 1024 * 1024

_HEADER = struct.Struct("<BBBBI")
_CRC = struct.Struct("<I")
_NUMBER = struct.Struct("<Q")
_NONCE = 12
_TAG = 16


class Kind(IntEnum):
    """What a frame holds: a commit, or the seal of a clean close."""

    COMMIT = 1
    SEAL = 2


class Cipher(IntEnum):
    """How the payload is kept."""

    NONE = 0
    AES_256_GCM = 1


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame that was read. `end` is the offset after it."""

    kind: Kind
    payload: bytes
    end: int


class TornError(Exception):
    """A frame that is not whole."""


class ForeignKeyError(Exception):
    """A whole frame that the key does not open."""


class Frames:
    """Writes and reads the frames of one file. `key` None keeps them in the clear."""

    def __init__(self, file_id: bytes, key: bytes | None) -> None:
        self.file_id = file_id
        self.cipher = Cipher.AES_256_GCM if key else Cipher.NONE
        self._aead = AESGCM(key) if key else None

    def pack(self, kind: Kind, payload: bytes, number: int) -> bytes:
        """The bytes of frame `number`."""
        length = len(payload) + (_TAG if self._aead else 0)
        header = _HEADER.pack(VERSION, self.cipher, kind, 0, length)
        bound = header + self.file_id + _NUMBER.pack(number)
        nonce = os.urandom(_NONCE) if self._aead else b""
        body = self._aead.encrypt(nonce, payload, bound) if self._aead else payload
        crc = zlib.crc32(body, zlib.crc32(nonce, zlib.crc32(bound)))
        return header + nonce + body + _CRC.pack(crc)

    def unpack(self, data: bytes | memoryview, offset: int, number: int) -> Frame:
        """The frame at `offset`. Raises TornError, or ForeignKeyError for one of another key."""
        head = bytes(data[offset : offset + _HEADER.size])
        if len(head) < _HEADER.size:
            raise TornError
        version, cipher, kind, flags, length = _HEADER.unpack(head)
        known = (
            version == VERSION and cipher == self.cipher and kind in (Kind.COMMIT, Kind.SEAL) and flags == 0
        )
        if not known or length > LARGEST_PAYLOAD:
            raise TornError
        start = offset + _HEADER.size
        nonce = bytes(data[start : start + (_NONCE if self._aead else 0)])
        body = bytes(data[start + len(nonce) : start + len(nonce) + length])
        end = start + len(nonce) + length + _CRC.size
        tail = bytes(data[end - _CRC.size : end])
        bound = head + self.file_id + _NUMBER.pack(number)
        if len(tail) < _CRC.size or _CRC.unpack(tail)[0] != zlib.crc32(
            body, zlib.crc32(nonce, zlib.crc32(bound))
        ):
            raise TornError
        if self._aead:
            try:
                body = self._aead.decrypt(nonce, body, bound)
            except InvalidTag as error:
                raise ForeignKeyError from error
        return Frame(Kind(kind), body, end)


def file_header(file_id: bytes) -> bytes:
    """The first bytes of a journal."""
    return MAGIC + bytes([VERSION]) + file_id + bytes(12)
