"""The backup ring: the last few copies of a journal, so that a damaged block is not the end of what it held."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

from fieldkit.store.files import discard, leftovers, sync_folder, write_synced

KEEP = 3
_CHUNK = 1024 * 1024
_DAY = 24 * 60 * 60
_NANOSECONDS = 1_000_000_000


class Ring:
    """The copies of `journal` in `folder`. A copy is a whole journal, as it was at some moment."""

    def __init__(self, journal: Path, folder: Path) -> None:
        self._journal = journal
        self.folder = folder

    def copies(self) -> list[Path]:
        """The copies, newest first."""
        return sorted(self.folder.glob(f"{self._journal.stem}-*.fkj"), reverse=True)

    def is_due(self) -> bool:
        """Whether the newest copy is a day old, or there is none; a copy from the future is as good as none."""
        newest = next(iter(self.copies()), None)
        if newest is None:
            return True
        age = time.time() - int(newest.stem.rpartition("-")[2]) / _NANOSECONDS
        return not 0 <= age < _DAY

    def add(self, *, replaced: bool = False) -> None:
        """Keep the journal as it is now, synced, and let the oldest copies go. Raises OSError.

        replaced: the file is about to be replaced, so that a second name for it is copy enough.
        """
        self.folder.mkdir(mode=0o700, exist_ok=True)
        made = self.folder / f"{self._journal.stem}-{time.time_ns():020}.fkj"
        if not (replaced and _linked(self._journal, made)):
            beside = made.with_suffix(".part")
            try:
                with self._journal.open("rb") as source:
                    write_synced(beside, iter(lambda: source.read(_CHUNK), b""))
                beside.replace(made)
            except OSError:
                discard(beside)
                raise
        sync_folder(self.folder)
        for old in self.copies()[KEEP:]:
            discard(old)

    def clear(self) -> None:
        """Remove every copy. Raises OSError."""
        if not self.folder.is_dir():
            return
        for path in [*self.copies(), *self._unfinished()]:
            path.unlink()
        sync_folder(self.folder)

    def sweep(self) -> None:
        """Let go of what a killed process left: unfinished copies, and one that is only the journal's second name."""
        with contextlib.suppress(OSError):
            itself = [copy for copy in self.copies() if copy.samefile(self._journal)]
            for path in [*itself, *self._unfinished()]:
                discard(path)

    def _unfinished(self) -> list[Path]:
        return [*self.folder.glob("*.part"), *leftovers(self.folder)]


def _linked(path: Path, name: Path) -> bool:
    """Give a file a second name; False on a medium that knows no such thing (FAT)."""
    with contextlib.suppress(OSError):
        os.link(path, name)
        return True
    return False
