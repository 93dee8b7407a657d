"""Writing a file so that a crash or a pulled stick leaves the whole of it or nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from sync.errors import refused


def write_file(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write beside, sync, rename, sync the folder. `private`: only its owner may read it. Raises SyncError."""
    with new_file(path, private=private) as file:
        file.write(content)


@contextmanager
def new_file(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """A file to write piece by piece, which is at `path` when all went well, and nowhere when anything was raised.

    private: only its owner may read it. Raises SyncError("medium.…").
    """
    beside = path.with_name(f".{path.name}.part")
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
        _sync_folder(path.parent)
    except OSError as error:
        _forget(beside)
        raise refused(error, path) from error
    except BaseException:
        _forget(beside)
        raise


def _forget(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
