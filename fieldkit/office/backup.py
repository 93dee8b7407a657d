"""A backup: a whole office in a folder of its own, read back before it has its name; and an office made from one."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any, Self

from fieldkit.errors import FieldkitError
from fieldkit.office.office import FOLDERS
from sync import Archive, SyncError
from sync.canonical import dumps, loads_strict
from sync.database import Database
from sync.errors import refused
from sync.files import PART_SUFFIX, new_file, read_back, sync_folder, write_file
from sync.moving import copy_archive, raise_generation, settle
from sync.office_facts import FACTS, read_facts, sqlite_url, write_facts
from sync.office_keys import SECRET

MANIFEST = "backup.json"
_ARCHIVE = "archive.db"
_ELSEWHERE = frozenset({FACTS, MANIFEST, _ARCHIVE, f"{_ARCHIVE}-wal", f"{_ARCHIVE}-shm"})
"""What of an office's folder is not copied as it is."""
_PASSING = frozenset({"inbox", "outgoing", "sticks", "desks", "phones"})
"""What is only on its way, over the network or on sticks; and desks and phones, which hold nothing that the archive does not: one
that came back would write the numbers of its chain a second time.
"""
_STALE = timedelta(days=1)
"""What was begun so long ago and is not finished, nobody is writing any more."""
_READ = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup says of itself. office: the id of its key; made: when; state: of the archive in it; files: SHA-256 by
    name. path: its folder.
    """

    path: Path
    office: str
    name: str
    made: str
    generation: int
    state: str
    files: dict[str, str]

    @property
    def is_open(self) -> bool:
        """Whether whoever has it can read it: the office has no passphrase."""
        return SECRET.as_posix() in self.files

    def to_bytes(self) -> bytes:
        """As a file."""
        plain = {
            "fieldkit": "backup 1", "office": self.office, "name": self.name, "made": self.made,
            "generation": self.generation, "state": self.state, "files": [list(each) for each in self.files.items()],
        }  # fmt: skip
        return dumps(plain)

    @classmethod
    def read(cls, path: Path) -> Self:
        """What the backup in a folder says. Raises FieldkitError("backup.none")."""
        try:
            data: dict[str, Any] = loads_strict((path / MANIFEST).read_bytes())
            files = {str(name): str(sha256) for name, sha256 in data["files"]}
            if data["fieldkit"] != "backup 1" or not all(map(_is_inside, files)):
                raise ValueError(data["fieldkit"])
            return cls(
                path, str(data["office"]), str(data["name"]), datetime.fromisoformat(data["made"]).isoformat(),
                int(data["generation"]), str(data["state"]), files,
            )  # fmt: skip
        except (OSError, SyncError, KeyError, TypeError, ValueError) as error:
            raise FieldkitError("backup.none", path=str(path)) from error


def back_up(
    archive: Archive, target: Path, now: datetime, keep: int | None = None
) -> tuple[Backup, list[Path]]:
    """Write a backup into `target`; give it, and the older ones of this office that were removed, so that `keep` are left.

    Nothing that is not whole, and read back, has a backup's name. Raises FieldkitError("backup.inside"),
    SyncError("medium.…"), ("archive.damaged"), ("database.…").
    """
    if target.resolve().is_relative_to(archive.folder.resolve()):
        raise FieldkitError("backup.inside", path=str(target))
    try:
        target.mkdir(parents=True, exist_ok=True)
        final = _free(target, f"{_plain(archive.name)}-{now:%Y%m%d-%H%M%S}")
        with _beside(final) as part:
            made = _written(archive, part, final, now)
        return made, _removed(made, target, now, keep)
    except OSError as error:
        raise refused(error, target) from error


def restore(
    backup: Backup,
    folder: Path,
    now: datetime,
    *,
    database: str = "",
    secret: Callable[[], bytes | None] | None = None,
) -> int:
    """Make an office in a new or empty folder from a backup; give its generation, which is higher than any before it.

    database: a URL of where its archive goes, else a file; secret: then gives what opens the archive, None for one that lies
    in the folder. Raises FieldkitError("backup.changed"), ("backup.clock"), SyncError("archive.exists"),
    ("archive.not-empty"), ("database.…"), ("medium.…"). What was interrupted can be begun again.
    """
    if now < datetime.fromisoformat(backup.made):
        raise FieldkitError("backup.clock", now=now.isoformat()[:16], made=backup.made[:16])
    if (folder / FACTS).exists():
        raise SyncError("archive.exists", path=str(folder))
    try:
        if folder.exists() and any(folder.iterdir()):
            raise SyncError("archive.not-empty", path=str(folder))
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _beside(folder) as part:
            _take_out(backup, part)
            generation = _raised(part, now)
            if database:
                _put_into(part, database, secret)
            with suppress(FileNotFoundError):
                folder.rmdir()
        if database:
            _settle(database)
    except OSError as error:
        raise refused(error, folder) from error
    return generation


@contextmanager
def _beside(final: Path) -> Iterator[Path]:
    """A folder that has its name when all went well, and is nowhere when anything was raised; what a crash left is gone."""
    part = final.parent / f".{final.name}{PART_SUFFIX}"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700)
    try:
        yield part
        part.rename(final)
        sync_folder(final.parent)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def _written(archive: Archive, part: Path, final: Path, now: datetime) -> Backup:
    """Everything, under another name; read back. The manifest comes last."""
    copied = archive.copy_to(part / _ARCHIVE)
    files = {_ARCHIVE: _hash(part / _ARCHIVE)}
    for path in _files(archive.folder, {archive.kept_in, *_database_files(archive.database)}):
        name = path.relative_to(archive.folder).as_posix()
        files[name] = _copied(path, part / name)
    write_facts(part, read_facts(archive.folder) | {"database": ""})
    files[FACTS] = _hash(part / FACTS)
    for name, sha256 in files.items():
        read_back(part / name, sha256)
    made = Backup(final, archive.id, archive.name, now.isoformat(), copied.generation, copied.state, files)
    write_file(part / MANIFEST, made.to_bytes())
    for folder in [part, *(each for each in part.rglob("*") if each.is_dir())]:
        sync_folder(folder)
    return made


def _files(folder: Path, beside: Collection[Path | None]) -> Iterator[Path]:
    """What an office's folder holds beside its archive and its store of bundles: keys, forms, lists, worklists, reports."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in _ELSEWHERE | _PASSING or path.resolve() in beside:
            continue
        for each in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if each.is_file() and not each.name.startswith("."):
                yield each


def _database_files(database: Database) -> list[Path]:
    """The files that an archive in a file consists of."""
    path = Path(database.where).resolve()
    return (
        [path.with_name(f"{path.name}{more}") for more in ("", "-wal", "-shm")]
        if database.kind == "sqlite"
        else []
    )


def _removed(made: Backup, target: Path, now: datetime, keep: int | None) -> list[Path]:
    """Remove the older backups of the same office beyond `keep`, and what was never finished."""
    for path in target.glob(f".{_plain(made.name)}-*{PART_SUFFIX}"):
        if path.is_dir() and now.timestamp() - path.stat().st_mtime > _STALE.total_seconds():
            shutil.rmtree(path, ignore_errors=True)
    if keep is None:
        return []
    found = []
    for path in target.iterdir():
        with suppress(FieldkitError):
            found.append(Backup.read(path))
    same = sorted((each for each in found if each.office == made.office), key=_age)
    gone = [each.path for each in same[:-keep] if each.path != made.path]
    for path in gone:
        # Under its name it is whole, or it is not there.
        going = path.with_name(f".{path.name}{PART_SUFFIX}")
        path.rename(going)
        shutil.rmtree(going)
    return gone


def _age(backup: Backup) -> tuple[datetime, str]:
    return datetime.fromisoformat(backup.made), backup.path.name


def _take_out(backup: Backup, folder: Path) -> None:
    """Copy everything out of a backup, as it was when it was written. Raises FieldkitError("backup.changed")."""
    for name, sha256 in backup.files.items():
        path = backup.path / name
        if not path.is_file() or _copied(path, folder / name) != sha256:
            raise FieldkitError("backup.changed", path=str(path))
    for name in FOLDERS:
        (folder / name).mkdir(exist_ok=True)


def _raised(folder: Path, now: datetime) -> int:
    database = Database(sqlite_url(folder / _ARCHIVE))
    try:
        with database.writing() as connection:
            generation = raise_generation(connection, int(now.timestamp() * 1000))
        database.forget()
    finally:
        database.close()
    return generation


def _put_into(folder: Path, url: str, secret: Callable[[], bytes | None] | None) -> None:
    """Put the archive of a folder into another database, and say so there."""
    kept = (secret() if secret else None) or (folder / SECRET).read_bytes()
    source, target = Database(sqlite_url(folder / _ARCHIVE)), Database(url)
    try:
        with source.reading() as here, target.writing() as there:
            copy_archive(here, there, kept, target.where)
    finally:
        source.close()
        target.close()
    (folder / _ARCHIVE).unlink()
    write_facts(folder, read_facts(folder) | {"database": url})


def _settle(url: str) -> None:
    database = Database(url)
    try:
        with database.writing() as connection:
            settle(connection)
    finally:
        database.close()


def _copied(source: Path, target: Path) -> str:
    """Copy a file; give its SHA-256. Who may read the one may read the other."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    private = not source.stat().st_mode & 0o077
    with source.open("rb") as file, new_file(target, private=private) as copy:
        while part := file.read(_READ):
            digest.update(part)
            copy.write(part)
    return digest.hexdigest()


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _free(folder: Path, name: str) -> Path:
    """A name that nothing has yet."""
    names = [name, *(f"{name}-{number}" for number in range(2, 100))]
    return next(folder / each for each in names if not (folder / each).exists())


def _plain(name: str) -> str:
    """A name that every disk takes."""
    return re.sub(r"[^\w-]", "_", name)


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and os.sep not in name.replace("/", "")
