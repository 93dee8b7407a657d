"""Files that belong to answers, encrypted like records: one file each in `data/attachments`, under a random name.

A file is `"FKA", u8 version, u8 cipher, 16 bytes id`, then chunks: `u8 last, u32 length`, for cipher 1 a nonce of 12
bytes, then the bytes (cipher 1: AES-256-GCM with its tag). Id, number and `last` of a chunk are authenticated, so that
a file cut short, or put together from others, is noticed.
"""

from __future__ import annotations

import hashlib
import io
import os
import struct
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fieldkit.errors import StoreError
from fieldkit.store.files import discard, refused, sync_folder, write_synced

LARGEST = 512 * 1024 * 1024
_MAGIC = b"FKA\x01"
_CHUNK = 256 * 1024
_NONCE = 12
_TAG = 16
_HEAD = struct.Struct("<BI")
_SUFFIX = ".fka"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was taken in: its random id, SHA-256 (hex) and size in bytes."""

    id: str
    sha256: str
    bytes: int


class Attachments:
    """The attachments of one workspace. `key` None keeps them in the clear."""

    def __init__(self, folder: Path, key: bytes | None) -> None:
        self.folder = folder
        self._aead = AESGCM(key) if key else None

    def put(self, source: Path) -> Kept:
        """Take a file in; it is durable on return.

        Raises StoreError("attachment.gone"), ("attachment.too-large"), ("attachment.unreadable"), ("medium.…").
        """
        try:
            length = source.stat().st_size
            if not source.is_file():
                raise StoreError("attachment.gone", path=str(source))
            source.open("rb").close()
        except FileNotFoundError as error:
            raise StoreError("attachment.gone", path=str(source)) from error
        except OSError as error:
            raise StoreError(
                "attachment.unreadable", path=str(source), reason=error.strerror or ""
            ) from error
        if length > LARGEST:
            raise StoreError("attachment.too-large", path=str(source), megabytes=LARGEST >> 20)
        try:
            with source.open("rb") as file:
                return self._kept(file)
        except OSError as error:
            raise refused(error, source) from error

    def put_bytes(self, content: bytes) -> Kept:
        """Take in a file that came over a line; it is durable on return. Raises StoreError("medium.…")."""
        return self._kept(io.BytesIO(content))

    def _kept(self, file: BinaryIO) -> Kept:
        kept_id = uuid.uuid4()
        digest = hashlib.sha256()
        size = 0

        def chunks() -> Iterator[bytes]:
            nonlocal size
            following = file.read(_CHUNK)
            while True:
                content, following = following, file.read(_CHUNK)
                size += len(content)
                digest.update(content)
                yield content
                if not following:
                    return

        path = self._path(kept_id.hex)
        beside = path.with_suffix(".part")
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            write_synced(beside, self._sealed(kept_id.bytes, chunks()))
            beside.replace(path)
            sync_folder(self.folder)
        except OSError as error:
            discard(beside)
            raise refused(error, path) from error
        return Kept(kept_id.hex, digest.hexdigest(), size)

    def read(self, kept_id: str) -> Iterator[bytes]:
        """The bytes of an attachment, part by part, each authenticated.

        Raises StoreError("attachment.gone"), ("attachment.damaged"), ("medium.…").
        """
        path = self._path(kept_id)
        try:
            with path.open("rb") as file:
                head = file.read(len(_MAGIC) + 1 + 16)
                if head[: len(_MAGIC)] != _MAGIC or head[len(_MAGIC) :] != self._identity(kept_id):
                    raise StoreError("attachment.damaged", path=str(path))
                last = number = 0
                while not last:
                    raw = file.read(_HEAD.size)
                    last, length = _HEAD.unpack(raw)
                    yield self._opened(
                        file.read(min(length, _CHUNK + _NONCE + _TAG)), kept_id, number, last, length
                    )
                    number += 1
                if file.read(1):
                    raise StoreError("attachment.damaged", path=str(path))
        except FileNotFoundError as error:
            raise StoreError("attachment.gone", path=str(path)) from error
        except OSError as error:
            raise refused(error, path) from error
        except (InvalidTag, ValueError, struct.error) as error:
            raise StoreError("attachment.damaged", path=str(path)) from error

    def write(self, kept_id: str, path: Path) -> Path:
        """Write an attachment to a file outside the workspace, in the clear. Raises as `read`."""
        beside = path.with_name(f".{path.name}.part")
        try:
            write_synced(beside, self.read(kept_id))
            beside.replace(path)
        except OSError as error:
            raise refused(error, path) from error
        finally:
            discard(beside)
        return path

    def remove(self, kept_ids: Iterable[str]) -> None:
        """Remove attachments for good; those that are gone already are passed over. Raises StoreError("medium.…")."""
        removed = False
        for kept_id in kept_ids:
            path = self._path(kept_id)
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise refused(error, path) from error
            removed = True
        if removed and self.folder.is_dir():
            sync_folder(self.folder)

    def sweep(self) -> None:
        """Let go of what a killed process left half written."""
        for path in self.folder.glob("*.part") if self.folder.is_dir() else ():
            discard(path)

    def ids(self) -> set[str]:
        """Every attachment there is."""
        return {path.stem for path in self.folder.glob(f"*{_SUFFIX}")} if self.folder.is_dir() else set()

    def age(self, kept_id: str) -> float:
        """Seconds since it was taken in; of one that is gone, none."""
        try:
            return time.time() - self._path(kept_id).stat().st_mtime
        except OSError:
            return 0.0

    def _path(self, kept_id: str) -> Path:
        return self.folder / f"{uuid.UUID(kept_id).hex}{_SUFFIX}"

    def _identity(self, kept_id: str) -> bytes:
        return bytes([1 if self._aead else 0]) + uuid.UUID(kept_id).bytes

    def _sealed(self, raw_id: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
        yield _MAGIC + bytes([1 if self._aead else 0]) + raw_id
        number = 0
        content = next(chunks)
        while True:
            following = next(chunks, None)
            last = following is None
            if self._aead:
                nonce = os.urandom(_NONCE)
                content = nonce + self._aead.encrypt(nonce, content, _bound(raw_id, number, last))
            yield _HEAD.pack(last, len(content)) + content
            if following is None:
                return
            content = following
            number += 1

    def _opened(self, content: bytes, kept_id: str, number: int, last: int, length: int) -> bytes:
        if len(content) != length or last > 1:
            raise ValueError(length)
        if self._aead is None:
            return content
        bound = _bound(uuid.UUID(kept_id).bytes, number, bool(last))
        return self._aead.decrypt(content[:_NONCE], content[_NONCE:], bound)


def _bound(raw_id: bytes, number: int, last: bool) -> bytes:
    return raw_id + struct.pack("<Q?", number, last)
