"""Bundles that arrive piece by piece: each a file in the office's folder until it is taken in.

`inbox/<laptop>/.<sha256>.fkb.part` grows; `inbox/<laptop>/<sha256>.fkb` is whole. Both have the names that files on a stick
have, so that `fieldkit office merge INBOX` takes in by hand whatever is left there.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from sync.bundle import SUFFIX
from sync.errors import SyncError, refused
from sync.files import PART_SUFFIX
from sync.lan.cuts import intact
from sync.lan.limits import Limits

_READ = 1024 * 1024
_DAY = 86400.0
is_sha256 = re.compile(r"[0-9a-f]{64}\Z").match
is_device = re.compile(r"[0-9a-f]{32}\Z").match


class Upload:
    """A bundle on its way. held: how many of its `size` bytes are here."""

    def __init__(self, device: str, sha256: str, path: Path, size: int) -> None:
        self.device = device
        self.sha256 = sha256
        self.path = path
        self.size = size
        self.held = 0
        self._digest = hashlib.sha256()

    def read_again(self) -> None:
        """Go on where an earlier process stopped: at the last segment that its own hash proves.

        Raises SyncError("medium.…").
        """
        proven = intact(self.path)
        try:
            os.truncate(self.path, proven)
            with self.path.open("rb") as file:
                while part := file.read(_READ):
                    self._digest.update(part)
        except OSError as error:
            raise refused(error, self.path) from error
        self.held = proven

    def append(self, part: bytes) -> None:
        """Write what comes next. Raises SyncError("medium.…"), ("lan.wrong-place"); then nothing of it is here."""
        try:
            with self.path.open("r+b") as file:
                file.seek(self.held)
                file.write(part)
                file.truncate()
        except OSError as error:
            raise self._refused(error) from error
        self._digest.update(part)
        self.held += len(part)

    def settle(self) -> None:
        """What is here is on the disk. Raises SyncError("medium.…"), ("lan.wrong-place")."""
        try:
            with self.path.open("r+b") as file:
                os.fsync(file.fileno())
        except OSError as error:
            raise self._refused(error) from error

    def _refused(self, error: OSError) -> SyncError:
        """A part that is gone went because its laptop began too many others meanwhile (`Spool.begin`)."""
        if isinstance(error, FileNotFoundError):
            return SyncError("lan.wrong-place", held=0)
        return refused(error, self.path)

    @property
    def is_as_named(self) -> bool:
        """Whether what is here has the SHA-256 it is named by."""
        return self._digest.hexdigest() == self.sha256


class Spool:
    """The uploads of an office, below `folder`. Its methods are called by one thread at a time for each bundle."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder = folder
        self._limits = limits
        self._open: dict[tuple[str, str], Upload] = {}
        self._reading = threading.Lock()

    def held(self, device: str, sha256: str) -> Upload | None:
        """A bundle that is not whole yet; None where nothing of it is here. Raises SyncError("medium.…")."""
        # Whoever looks while it is being sent must not cut off what has come since he began to read.
        with self._reading:
            found = self._open.get((device, sha256))
            if found is None and (path := self._part(device, sha256)).is_file():
                found = Upload(device, sha256, path, 0)
                found.read_again()
                self._open[device, sha256] = found
        return found

    def begin(self, device: str, sha256: str, size: int) -> Upload:
        """A bundle of that many bytes, begun or gone on with. Where its laptop has too many, the oldest part goes.

        Raises SyncError("lan.too-large"), ("lan.no-room"), ("lan.busy") while as many wait to be taken in,
        ("medium.…").
        """
        if size > self._limits.bundle:
            raise SyncError("lan.too-large", bytes=size, most=self._limits.bundle)
        found = self.held(device, sha256)
        missing = size - (found.held if found else 0)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if shutil.disk_usage(self._folder).free - missing < self._limits.room:
                raise SyncError("lan.no-room", bytes=missing)
            if found is None:
                self._make_place(device)
                path = self._part(device, sha256)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch(mode=0o600)
                found = self._open[device, sha256] = Upload(device, sha256, path, size)
        except OSError as error:
            raise refused(error, self._folder) from error
        found.size = size
        return found

    def finish(self, upload: Upload) -> Path:
        """A bundle of which everything is here becomes a file to take in. What is not what it is named goes.

        Raises SyncError("lan.damaged"), ("medium.…").
        """
        self._open.pop((upload.device, upload.sha256), None)
        try:
            if not upload.is_as_named:
                upload.path.unlink(missing_ok=True)
                raise SyncError("lan.damaged")
            whole = self.whole(upload.device, upload.sha256)
            upload.path.replace(whole)
        except OSError as error:
            raise refused(error, upload.path) from error
        return whole

    def whole(self, device: str, sha256: str) -> Path:
        """Where a bundle lies that is whole."""
        return self._folder / device / f"{sha256}{SUFFIX}"

    def remove(self, device: str, sha256: str) -> None:
        """A bundle that was taken in goes. What a failing disk keeps of it is taken in again, which changes nothing."""
        with suppress(OSError):
            self.whole(device, sha256).unlink(missing_ok=True)

    def waiting(self) -> list[tuple[str, str]]:
        """The bundles that are whole and were not taken in, of whom and which, oldest first."""
        found = [path for path in self._files(f"*{SUFFIX}") if is_sha256(path.stem)]
        return [(path.parent.name, path.stem) for path in sorted(found, key=_age, reverse=True)]

    def drop_old(self) -> None:
        """What nobody went on with for days goes, and what could not be taken in for as long: its laptop has it still."""
        for pattern in (f".*{SUFFIX}{PART_SUFFIX}", f"*{SUFFIX}"):
            for path in self._files(pattern):
                if _age(path) > self._limits.part_days * _DAY:
                    self._drop(path)

    def _make_place(self, device: str) -> None:
        """Room for one more of a laptop."""
        whole = list(self._files(f"*{SUFFIX}", device))
        if len(whole) >= self._limits.parts:
            raise SyncError("lan.busy", seconds=2)
        parts = sorted(self._files(f".*{SUFFIX}{PART_SUFFIX}", device), key=_age)
        for path in parts[self._limits.parts - len(whole) - 1 :]:
            self._drop(path)

    def _drop(self, path: Path) -> None:
        self._open.pop((path.parent.name, path.name[1:65]), None)
        with suppress(OSError):
            path.unlink(missing_ok=True)

    def _part(self, device: str, sha256: str) -> Path:
        return self._folder / device / f".{sha256}{SUFFIX}{PART_SUFFIX}"

    def _files(self, pattern: str, device: str = "*") -> Iterator[Path]:
        for path in self._folder.glob(f"{device}/{pattern}"):
            if is_device(path.parent.name):
                yield path


def _age(path: Path) -> float:
    """Seconds since somebody wrote it; of a file that is gone, none."""
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0
