"""Writing a file so that a crash or a pulled stick leaves the whole of it or nothing."""

from __future__ import annotations

import os
from pathlib import Path

from sync.errors import refused


def write_file(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write beside, sync, rename, sync the folder. `private`: only its owner may read it. Raises SyncError."""
    beside = path.with_name(f".{path.name}.part")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if private else 0o644)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        _forget(beside)
        raise refused(error, path) from error


def _forget(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
