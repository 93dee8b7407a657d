"""One writer for each workspace: a lock of the operating system, with the holder's name inside."""

from __future__ import annotations

import getpass
import os
import socket
from datetime import datetime
from pathlib import Path

import orjson

from fieldkit.errors import StoreError
from fieldkit.store.files import refused


class Lock:
    """Held from creation to `release`, or until the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise refused(error, path) from error
        if not _take(self._handle):
            holder = self._holder()
            os.close(self._handle)
            raise StoreError("workspace.locked", path=str(path.parent.parent), **holder)
        me = {"holder": f"{_user()}@{socket.gethostname()}", "pid": os.getpid()}
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, orjson.dumps({**me, "since": datetime.now().astimezone().isoformat()}), 0)

    def release(self) -> None:
        """Let the next one in."""
        os.close(self._handle)

    def _holder(self) -> dict[str, object]:
        try:
            found = orjson.loads(self.path.read_bytes())
            return {name: found.get(name, "?") for name in ("holder", "pid", "since")}
        except (OSError, ValueError):
            return {"holder": "?", "pid": "?", "since": "?"}


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "?"


def _take(handle: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
