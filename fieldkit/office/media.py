"""Where bundles are brought to: sticks that the system has mounted, and folders that the office named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fieldkit.mounted import MOUNTED, mounts
from sync import BUNDLE_SUFFIX, CARD_SUFFIX
from sync.files import PART_SUFFIX

FOLDER = "sticks"
"""The folder in the office's own that bundles may be put into."""
NAMED = "FIELDKIT_INBOX"
"""The environment variable that names more such folders, as PATH does."""

_LEVELS = 4
"""Folders in folders that are looked through."""
_MOST = 20_000
"""Entries that are looked at of one stick: a disk with a whole life on it is no stick."""
_NOT_OURS = ("System Volume Information",)


@dataclass(frozen=True, slots=True)
class Medium:
    """A stick or a folder. name: to be read out. is_mount: whether the system shows it as a medium of its own. levels: folders in
    folders that belong to it.
    """

    path: Path
    name: str
    is_mount: bool
    levels: int = _LEVELS

    @property
    def is_there(self) -> bool:
        """Whether it has not been pulled out."""
        return os.path.ismount(self.path) if self.is_mount else os.path.isdir(self.path)  # noqa: PTH112 - never raises


def media(office: Path) -> list[Medium]:
    """What is in now: sticks by name, then what lies in the folders named for that, each folder in them by itself.

    office: its folder.
    """
    named = named_folders(office)
    sticks = {path: Medium(path, _name(path), is_mount=True) for path in mounts(MOUNTED) if path not in named}
    return [*sticks.values(), *(each for folder in named for each in _of_folder(folder))]


def to_write_on(office: Path) -> list[Medium]:
    """Where something can be written to be carried away: sticks, and folders that were named; not those in the office's own
    folder, into which bundles are put. office: its folder.
    """
    own = office / FOLDER
    return [each for each in media(office) if each.path != own and own not in each.path.parents]


def named_folders(office: Path) -> list[Path]:
    """`sticks` in the office's folder, and those that FIELDKIT_INBOX names."""
    more = filter(None, os.environ.get(NAMED, "").split(os.pathsep))
    return list(dict.fromkeys([office / FOLDER, *(Path(each).expanduser() for each in more)]))


def bundles_on(medium: Medium) -> list[Path]:
    """The bundles of a medium; what a stick that was pulled out kept of one comes last. Raises OSError where it is gone."""
    files = list(_files(medium))
    whole = [each for each in files if each.suffix == BUNDLE_SUFFIX and each.name[0] != "."]
    parts = [each for each in files if each.name.endswith(f"{BUNDLE_SUFFIX}{PART_SUFFIX}")]
    return sorted(whole) + sorted(parts)


def cards_on(medium: Medium) -> list[Path]:
    """The key cards of laptops on a medium. Raises OSError where it is gone."""
    return sorted(each for each in _files(medium) if each.suffix == CARD_SUFFIX and each.name[0] != ".")


def _files(medium: Medium) -> Iterator[Path]:
    """Every file, of a bounded number, but for what systems put there for themselves."""
    left, seen = [(medium.path, medium.levels)], 0
    while left and seen < _MOST:
        folder, levels = left.pop()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    seen += 1
                    if entry.is_dir(follow_symlinks=False):
                        if levels and not _is_of_a_system(entry.name):
                            left.append((Path(entry.path), levels - 1))
                    elif not entry.name.startswith("._"):
                        yield Path(entry.path)
        except OSError:
            if folder == medium.path:
                raise


def _is_of_a_system(name: str) -> bool:
    return name.startswith((".", "$")) or name in _NOT_OURS


def _of_folder(folder: Path) -> Iterator[Medium]:
    try:
        inner = sorted(each for each in folder.iterdir() if each.is_dir() and not _is_of_a_system(each.name))
    except OSError:
        return
    yield Medium(folder, folder.name, is_mount=False, levels=0)
    yield from (Medium(each, each.name, is_mount=False) for each in inner)


def _name(path: Path) -> str:
    return path.name or str(path)
