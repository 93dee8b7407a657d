"""One writer for each workspace: a lock of the operating system, with the holder's name inside."""

from __future__ import annotations

import contextlib
import getpass
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import orjson

from fieldkit.errors import StoreError
from fieldkit.store.files import refused

# Windows bars others from reading a locked byte, so the one we lock lies far behind the holder's name.
_LOCKED_BYTE = 1 << 30
_RELEASED = -1


class Lock:
    """Held from creation to `release`, or until the process ends, however it ends.

    Raises StoreError("workspace.locked") with holder, pid and since of who has it, or ("medium.…").
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise refused(error, path) from error
        if not _take(self._handle):
            self.release()
            raise StoreError("workspace.locked", path=str(path.parent.parent), **self._holder())
        # The name is a courtesy: a full disk must not keep anyone from their own data.
        with contextlib.suppress(OSError):
            me = {"holder": f"{_user()}@{socket.gethostname()}", "pid": os.getpid()}
            os.ftruncate(self._handle, 0)
            os.lseek(self._handle, 0, os.SEEK_SET)
            os.write(self._handle, orjson.dumps({**me, "since": datetime.now().astimezone().isoformat()}))

    def release(self) -> None:
        """Let the next one in. Releasing twice is harmless."""
        handle, self._handle = self._handle, _RELEASED
        if handle != _RELEASED:
            os.close(handle)

    @contextmanager
    def kept_if_done(self) -> Iterator[Lock]:
        """Keep the lock after the block, or release it if the block raises."""
        try:
            yield self
        except BaseException:
            self.release()
            raise

    def _holder(self) -> dict[str, object]:
        try:
            found = orjson.loads(self.path.read_bytes())
            return {name: found.get(name, "?") for name in ("holder", "pid", "since")}
        except (OSError, ValueError, AttributeError):
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

            os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
