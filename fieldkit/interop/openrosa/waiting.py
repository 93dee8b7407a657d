"""Encrypted records of which not all files have come: kept as they came, in the folder of their phone, until they can be opened."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path

from fieldkit.errors import FieldkitError
from fieldkit.interop.openrosa.sealed import Manifest
from sync.errors import refused
from sync.files import sync_folder, write_file

_MANIFEST = "manifest.xml"
_MOST = 500
"""Records of one phone that may wait."""


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
            paths = {name: folder / _name(name) for name in manifest.files}
            if not all(path.is_file() for path in paths.values()):
                return None
            return {name: path.read_bytes() for name, path in paths.items()}
        except OSError as error:
            raise refused(error, folder) from error

    def remove(self, manifest: Manifest) -> None:
        """What was opened need not wait."""
        shutil.rmtree(self._of(manifest), ignore_errors=True)

    def _of(self, manifest: Manifest) -> Path:
        return self._folder / _name(manifest.instance)


def _name(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
