"""A disk that forgets: what a session wrote and synced, and the states a power cut may leave of it.

A file keeps what was there at its last sync; of each 4 KiB block written since, any of the versions it had may be on
disk, and any of the lengths the file had. A folder keeps what was there at its last sync; of the names made, renamed
and removed since, any may be missing.
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.durability.system import Call, Counted

BLOCK = 4096


@dataclass(slots=True)
class File:
    """A file as its programs see it, and what of it may be on disk."""

    data: bytearray = field(default_factory=bytearray)
    synced: bytes = b""
    versions: dict[int, list[bytes]] = field(default_factory=dict)
    lengths: list[int] = field(default_factory=list)

    def change(self, start: int, data: bytes) -> None:
        """Write `data` at `start`."""
        self.data[len(self.data) : start] = bytes(max(0, start - len(self.data)))
        self.data[start : start + len(data)] = data
        self._note(start, start + len(data))

    def cut(self, length: int) -> None:
        """Set the length."""
        start, end = sorted((length, len(self.data)))
        del self.data[length:]
        self.data.extend(bytes(length - len(self.data)))
        self._note(start, end)

    def sync(self) -> None:
        """Put everything on disk."""
        self.synced = bytes(self.data)
        self.versions.clear()
        self.lengths.clear()

    def left(self, chance: random.Random, kept: float) -> bytes:
        """What may be on disk: of every change since the last sync, about the part `kept`."""
        if not self.lengths:
            return self.synced
        length = chance.choice(self.lengths) if chance.random() < kept else len(self.synced)
        if kept == 1:
            length = self.lengths[-1]
        on_disk = bytearray(self.synced[:length])
        on_disk.extend(bytes(length - len(on_disk)))
        for number, versions in self.versions.items():
            if chance.random() < kept and number * BLOCK < length:
                version = versions[-1] if kept == 1 else chance.choice(versions)
                room = min(BLOCK, length - number * BLOCK)
                on_disk[number * BLOCK : number * BLOCK + room] = version.ljust(BLOCK, b"\0")[:room]
        return bytes(on_disk)

    def _note(self, start: int, end: int) -> None:
        for number in range(start // BLOCK, -(-end // BLOCK)):
            version = bytes(self.data[number * BLOCK : (number + 1) * BLOCK])
            self.versions.setdefault(number, []).append(version)
        self.lengths.append(len(self.data))


Names = dict[Path, File | None]
"""Every path and its file, None for a folder."""


@dataclass(slots=True)
class Folder:
    """The changes to the names of a folder that are not on disk yet: each takes a name away, gives one, or both."""

    changes: list[tuple[Path | None, Path | None, File | None]] = field(default_factory=list)


class Disk(Counted):
    """Follows the calls below `base`. `dies` is the number of a call at which the process ends instead of making it."""

    def __init__(self, base: Path, dies: int = 0) -> None:
        super().__init__()
        self._base = base
        self._dies = dies
        self._dead = False
        self._names: Names = {base: None}
        self._synced: Names = {base: None}
        self._folders: dict[Path, Folder] = {}
        self._handles: dict[int, Path | File] = {}

    def revive(self) -> None:
        """Another process goes on."""
        self._dead = False

    def __call__(self, call: Call) -> Any:
        if not self.paused and not self._is_of_the_lock(call):
            self.seen[call.kind] += 1
            self._dead = self._dead or self.seen.total() == self._dies
            if self._dead:
                raise DiedError
        offset = os.lseek(call.name, 0, os.SEEK_CUR) if call.kind == "write" else 0
        made = call.kind == "open" and call.arguments[0] & os.O_CREAT and Path(call.name) not in self._names
        given = call.run()
        self._follow(call, given, offset, made=bool(made))
        self.followed()
        return given

    def followed(self) -> None:
        """Called after every call that was made; a test looks at what a power cut would leave now."""

    @property
    def is_settled(self) -> bool:
        """Whether a power cut could take nothing away."""
        files = [each for each in self._names.values() if each is not None]
        return not any(each.lengths for each in files) and not any(
            each.changes for each in self._folders.values()
        )

    def left(self, chance: random.Random, kept: float) -> dict[Path, bytes | None]:
        """What a power cut may leave now, about the part `kept` of what is not synced: paths with their bytes."""
        names = dict(self._synced)
        for folder in self._folders.values():
            for gone, come, file in folder.changes:
                if chance.random() < kept:
                    names.pop(gone, None) if gone is not None else None
                    if come is not None:
                        names[come] = file
        return {
            path: None if file is None else file.left(chance, kept)
            for path, file in names.items()
            if all(above in names for above in path.parents if above.is_relative_to(self._base))
        }

    def _is_of_the_lock(self, call: Call) -> bool:
        """The lock of a process that died is free, which here only happens once somebody holds it whole."""
        name = call.name
        if isinstance(name, int):
            name = next(
                (path for path, file in self._names.items() if file is self._handles[name]), self._base
            )
        return Path(name).name == "lock"

    def _follow(self, call: Call, given: Any, offset: int, *, made: bool) -> None:
        if call.kind == "open":
            path = Path(call.name)
            if made:
                self._rename(None, path, File())
            file = self._names.get(path)
            if isinstance(given, int):
                self._handles[given] = path if file is None else file
            if file is not None and call.arguments[0] & os.O_TRUNC:
                file.cut(0)
        elif call.kind in {"fsync", "fdatasync"}:
            self._sync(self._handles[call.name])
        elif call.kind in {"write", "ftruncate"}:
            file = self._handles[call.name]
            assert isinstance(file, File)
            if call.kind == "write":
                file.change(offset, bytes(call.arguments[0])[:given])
            else:
                file.cut(call.arguments[0])
        elif call.kind == "mkdir":
            self._rename(None, Path(call.name), None)
        else:
            path = Path(call.name)
            if call.kind == "unlink":
                self._rename(path, None, None)
            else:
                self._rename(
                    path if call.kind == "rename" else None, Path(call.arguments[0]), self._names[path]
                )

    def _rename(self, gone: Path | None, come: Path | None, file: File | None) -> None:
        if gone is not None:
            del self._names[gone]
        if come is not None:
            self._names[come] = file
        place = come if come is not None else gone
        assert place is not None
        self._folders.setdefault(place.parent, Folder()).changes.append((gone, come, file))

    def _sync(self, what: Path | File) -> None:
        if isinstance(what, File):
            what.sync()
            return
        for gone, come, file in self._folders.pop(what, Folder()).changes:
            if gone is not None:
                self._synced.pop(gone, None)
            if come is not None:
                self._synced[come] = file


class DiedError(BaseException):
    """The process ended here; nothing that it would do afterwards is done."""


def laid_out(left: dict[Path, bytes | None], base: Path, where: Path) -> None:
    """Write a state that a power cut left of `base` into a new folder."""
    for path in sorted(left):
        place = where / path.relative_to(base)
        data = left[path]
        if data is None:
            place.mkdir()
        else:
            place.write_bytes(data)
