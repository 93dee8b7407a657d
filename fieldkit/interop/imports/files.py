"""The files of a folder or of a zip, by their paths in it; read when they are asked for."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from fieldkit.errors import FieldkitError

PACKED = ".zip"
_LARGEST = 2 << 30
_MOST = 200_000
_DENSEST = 200
"""No file is packed to less than this part of itself; what claims to be is a bomb."""
_SMALL = 1 << 14
_UTF8, _LOCKED = 0x800, 0x1


@dataclass(frozen=True, slots=True)
class Entry:
    """A file: how many bytes it has, and what gives them. Raises OSError, zipfile.BadZipFile."""

    size: int
    read: Callable[[], bytes]


def files_in(path: Path) -> Mapping[str, Entry]:
    """The files of a folder or a zip, in the order of their paths (with `/`); what operating systems put beside them is left out.

    Raises FieldkitError("import.locked") for a zip with a password, ("import.unreadable"), ("medium.gone").
    """
    try:
        found = _in_folder(path) if path.is_dir() else _in_zip(path)
    except FileNotFoundError as error:
        raise FieldkitError("medium.gone", path=str(path)) from error
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
        raise FieldkitError("import.unreadable", path=str(path), reason=str(error)) from error
    return {name: found[name] for name in sorted(found) if not _is_beside(PurePosixPath(name))}


def _in_folder(path: Path) -> dict[str, Entry]:
    return {
        each.relative_to(path).as_posix(): Entry(each.stat().st_size, each.read_bytes)
        for each in path.rglob("*")
        if each.is_file()
    }


def _in_zip(path: Path) -> dict[str, Entry]:
    # It stays open for as long as somebody holds one of its files: thousands of them are read one by one.
    archive = zipfile.ZipFile(path)
    entries = [each for each in archive.infolist() if not each.is_dir()]
    whole = sum(each.file_size for each in entries)
    if len(entries) > _MOST or whole > _LARGEST:
        raise ValueError(f"{len(entries)} files, {whole >> 20} MB")
    for each in entries:
        if each.flag_bits & _LOCKED:
            raise FieldkitError("import.locked", path=str(path))
        if each.file_size > _DENSEST * max(each.compress_size, _SMALL):
            raise ValueError("zip bomb")
    return {_name(each): Entry(each.file_size, partial(archive.read, each)) for each in entries}


def _name(entry: zipfile.ZipInfo) -> str:
    """The name of an entry; programs here write it as GB 18030 without saying so."""
    name = entry.filename
    if not entry.flag_bits & _UTF8:
        try:
            name = name.encode("cp437").decode("gb18030")
        except UnicodeError:
            return name
    return name


def _is_beside(name: PurePosixPath) -> bool:
    return "__MACOSX" in name.parts or name.name.startswith(".") or name.name in {"Thumbs.db", "desktop.ini"}
