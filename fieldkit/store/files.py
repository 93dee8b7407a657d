"""Writing files so that a crash leaves the old one or the new one, never half of one."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable
from pathlib import Path

from fieldkit.errors import StoreError

_REASONS = {errno.EROFS: "medium.read-only", errno.EACCES: "medium.read-only", errno.EPERM: "medium.read-only",
            errno.ENOSPC: "medium.full", errno.EDQUOT: "medium.full", errno.EFBIG: "medium.full",
            errno.ENOENT: "medium.gone", errno.ENODEV: "medium.gone", errno.EIO: "medium.failing"}  # fmt: skip


def refused(error: OSError, path: Path) -> StoreError:
    """The refusal that an error of the system means to a person."""
    return StoreError(
        _REASONS.get(error.errno or 0, "medium.failing"), path=str(path), reason=error.strerror or ""
    )


def is_free(folder: Path) -> bool:
    """Whether a folder is empty, or can be made: what is above it is a folder that may be written to.

    Raises StoreError("medium.…") where it can be neither.
    """
    try:
        if folder.exists():
            if any(folder.iterdir()):
                return False
            above = folder
        else:
            above = next(each for each in folder.parents if each.exists())
        if not above.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if not os.access(above, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise refused(error, folder) from error
    return True


def write_file(path: Path, data: bytes) -> None:
    """Write `data` under `path`: beside it, synced, renamed, and the folder synced. Raises StoreError("medium.…")."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write_synced(beside, [data])
        beside.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        discard(beside)
        raise refused(error, path) from error


def write_synced(path: Path, parts: Iterable[bytes]) -> None:
    """Write a file that nobody looks at yet, readable by its owner alone, and sync it. Raises OSError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        file.writelines(parts)
        file.flush()
        os.fsync(file.fileno())


def leftovers(folder: Path) -> list[Path]:
    """What `write_file` left in a folder when its process was killed, where nobody else writes."""
    return [path for path in folder.glob(".*.*") if path.suffix[1:].isdigit()]


def discard(path: Path) -> None:
    """Remove a file that is of no use, if the medium still lets us."""
    with contextlib.suppress(OSError):
        path.unlink()


def sync_folder(folder: Path) -> None:
    """Make a rename or a new name in a folder durable; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
