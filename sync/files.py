"""Writing a file so that a crash or a pulled stick leaves the whole of it or nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from sync.errors import SyncError, refused

PART_SUFFIX = ".part"
"""What the name of a file ends with, behind a point at its beginning, that is not written to its end."""


def write_file(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write beside, sync, rename, sync the folder. `private`: only its owner may read it. Raises SyncError."""
    with new_file(path, private=private) as file:
        file.write(content)


@contextmanager
def new_file(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """A file to write piece by piece, which is at `path` when all went well, and nowhere when anything was raised.

    private: only its owner may read it. Raises SyncError("medium.…").
    """
    beside = path.with_name(f".{path.name}{PART_SUFFIX}")
    try:
        handle = os.open(
            beside,
            os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0),
            0o600 if private else 0o644,
        )
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        _forget(beside)
        raise refused(error, path) from error
    except BaseException:
        _forget(beside)
        raise


@contextmanager
def workplace(folder: Path) -> Iterator[Path]:
    """A folder in `folder` for what is needed for a moment; it is gone afterwards, as is what a crash left of an earlier one.

    Raises SyncError("medium.…").
    """
    beside = folder / f".work{PART_SUFFIX}"
    try:
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(mode=0o700)
        yield beside
    except OSError as error:
        raise refused(error, beside) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def read_back(path: Path, expected: str) -> None:
    """Read what the medium holds, past what is remembered of it, and compare its SHA-256; what differs is removed.

    Raises SyncError("medium.…").
    """
    try:
        with path.open("rb") as file:
            _forget_cached(file)
            if hashlib.file_digest(file, "sha256").hexdigest() == expected:
                return
        path.unlink(missing_ok=True)
    except OSError as error:
        raise refused(error, path) from error
    raise SyncError("medium.failing", path=str(path), reason="it reads back differently")


def _forget_cached(file: BinaryIO) -> None:
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _forget(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Put on the disk which names a folder holds. Raises OSError."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
