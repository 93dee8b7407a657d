"""Encrypted records of which not all files have come: kept as they came, in the folder of their phone, until they can be opened."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fieldkit.errors import FieldkitError
from fieldkit.interop.openrosa.reading import parsed
from fieldkit.interop.openrosa.sealed import Manifest, manifest_in
from sync.errors import refused
from sync.files import sync_folder, write_file

_MANIFEST = "manifest.xml"
_MOST = 500
"""Records of one phone that may wait."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An encrypted record that waits. since: when the first of it came (seconds since 1970); files: those that are here, by name."""

    manifest: Manifest
    since: float
    files: Mapping[str, Path]

    @property
    def missing(self) -> int:
        """How many of its files have not come."""
        return len(self.manifest.files) - len(self.files)

    def read(self) -> dict[str, bytes]:
        """What its files hold. Raises SyncError("medium.…")."""
        try:
            return {name: path.read_bytes() for name, path in self.files.items()}
        except OSError as error:
            raise refused(error, next(iter(self.files.values()))) from error


class Waiting:
    """The encrypted records of one phone that wait, each a folder of files that only the office's key opens."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def count(self) -> int:
        """How many wait."""
        return sum(1 for _each in self._folder.glob("*/")) if self._folder.is_dir() else 0

    def add(self, manifest: Manifest, xml: bytes, files: Mapping[str, bytes]) -> dict[str, bytes] | None:
        """Keep what came of a record, durably; give all its files once they are here, None before.

        Raises FieldkitError("openrosa.other-content") where the same record has come with another manifest,
        ("openrosa.too-many"), SyncError("medium.…").
        """
        folder = self._of(manifest)
        head = folder / _MANIFEST
        try:
            if not folder.is_dir():
                if self.count() >= _MOST:
                    raise FieldkitError("openrosa.too-many", count=_MOST)
                folder.mkdir(mode=0o700, parents=True)
                sync_folder(folder.parent)
            if head.is_file() and head.read_bytes() != xml:
                raise FieldkitError("openrosa.other-content")
            if not head.is_file():
                write_file(head, xml, private=True)
            for name, content in files.items():
                if name in manifest.files and not (folder / _name(name)).is_file():
                    write_file(folder / _name(name), content, private=True)
            kept = Kept(manifest, 0.0, _come(folder, manifest))
            return None if kept.missing else kept.read()
        except OSError as error:
            raise refused(error, folder) from error

    def all(self) -> list[Kept]:
        """Everything that waits, the oldest first. What nobody can read as a manifest is passed over. Raises SyncError("medium.…")."""
        return sorted(self._all(), key=lambda each: (each.since, each.manifest.instance))

    def _all(self) -> Iterator[Kept]:
        try:
            for head in self._folder.glob(f"*/{_MANIFEST}") if self._folder.is_dir() else ():
                manifest = _read(head)
                if manifest is not None:
                    yield Kept(manifest, head.stat().st_mtime, _come(head.parent, manifest))
        except OSError as error:
            raise refused(error, self._folder) from error

    def remove(self, manifest: Manifest) -> None:
        """What was opened need not wait."""
        shutil.rmtree(self._of(manifest), ignore_errors=True)

    def _of(self, manifest: Manifest) -> Path:
        return self._folder / _name(manifest.instance)


def _name(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _come(folder: Path, manifest: Manifest) -> dict[str, Path]:
    """The files of a record that are here."""
    paths = {name: folder / _name(name) for name in manifest.files}
    return {name: path for name, path in paths.items() if path.is_file()}


def _read(head: Path) -> Manifest | None:
    try:
        return manifest_in(parsed(head.read_bytes()))
    except FieldkitError:
        return None
