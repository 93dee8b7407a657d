"""The folder of an archive: `office.toml`, which says what it is of and where its database and its store of bundles are; its
secret, where that lies open; and its database, where that is a file.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from sync.errors import SyncError, refused
from sync.files import write_file
from sync.office_keys import SECRET

FACTS = "office.toml"


def read_facts(folder: Path) -> dict[str, Any]:
    """What is written there. Raises SyncError("archive.none")."""
    try:
        return tomllib.loads((folder / FACTS).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SyncError("archive.none", path=str(folder)) from error


def write_facts(folder: Path, facts: Mapping[str, Any]) -> None:
    """Write it: the old one or the new one, never half of one. Raises SyncError("medium.…").

    Only its owner may read it where it names a database: a URL may hold a password.
    """
    lines = [f"{field} = {json.dumps(value, ensure_ascii=False)}\n" for field, value in facts.items()]
    write_file(folder / FACTS, "".join(lines).encode("utf-8"), private=bool(facts["database"]))


def refuse_folder(folder: Path) -> None:
    """See that a folder is new or empty. Raises SyncError("archive.exists"), ("archive.not-empty"), ("medium.…")."""
    if (folder / FACTS).exists():
        raise SyncError("archive.exists", path=str(folder))
    try:
        if folder.exists() and any(folder.iterdir()):
            raise SyncError("archive.not-empty", path=str(folder))
    except OSError as error:
        raise refused(error, folder) from error


def make_folder(folder: Path) -> None:
    """Make the folder of a new archive. Raises SyncError("archive.exists"), ("archive.not-empty"), ("medium.…")."""
    refuse_folder(folder)
    try:
        (folder / "keys").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused(error, folder) from error


def leave_empty(folder: Path) -> None:
    """Take away a folder in which nothing came to be."""
    with suppress(OSError):
        (folder / "keys").rmdir()
        folder.rmdir()


def kept_secret(folder: Path, path: Path | None = None) -> bytes:
    """The secret of an archive that nobody put a passphrase on; `path`: where it lies, if not in its folder.

    Raises SyncError("archive.locked"), ("medium.…").
    """
    path = path or folder / SECRET
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise SyncError("archive.locked", path=str(folder)) from error
    except OSError as error:
        raise refused(error, path) from error


def file_url(folder: Path) -> str:
    """The URL of the database in an archive's folder."""
    return sqlite_url(folder / "archive.db")


def sqlite_url(path: Path) -> str:
    """The URL of an archive in a file."""
    return f"sqlite:///{path.resolve()}"
