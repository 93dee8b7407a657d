"""An archive made anew from its keys and its store of bundles alone; begun again where it was interrupted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import inspect

from sync import schema
from sync.archive import Archive
from sync.canonical import dumps, loads_strict
from sync.database import Database
from sync.enrolment import OFFICE_SUFFIX
from sync.errors import SyncError, refused
from sync.files import write_file
from sync.founding import make_tables
from sync.keeping import KEPT, STORE, Keeper
from sync.kept_base import opened_base
from sync.kept_bundles import KeptBundles
from sync.moving import copy_archive, raise_generation
from sync.office_facts import FACTS, file_url, write_facts
from sync.office_keys import KEYS, OfficeKeys

_BEGUN = "rebuilding.json"
"""In a folder where it is not finished."""


@dataclass(frozen=True, slots=True)
class Rebuilding:
    """What is made from what. keys: a folder with the office's keys; secret: what opens them. database: a URL, else a file.

    told: is given the number of each note that was done.
    """

    folder: Path
    bundles: Path
    keys: Path
    secret: bytes
    database: str = ""
    told: Callable[[int], None] | None = None


def rebuild(what: Rebuilding, now: Callable[[], datetime]) -> Archive:
    """Make the archive; give it open, with its generation raised.

    Raises SyncError("archive.exists"), ("archive.not-empty"), ("kept.…"), ("sealed.damaged"), ("database.…"), ("medium.…").
    What it has done by then stays, and the next run goes on from there.
    """
    keys = OfficeKeys.read(what.keys / KEYS.name, what.secret)
    store = KeptBundles(what.bundles.resolve(), keys.signing.id, what.secret)
    store.check()
    first = store.note(1)
    if first is None or first.get("kind") != "office":
        raise SyncError("kept.damaged", path=str(what.bundles), reason="it does not say what office it is of")
    facts = {
        "id": keys.signing.id, "name": str(first["name"]), "division": str(first["division"]), "database": what.database,
        "recipients": list(first["recipients"]), "bundles": str(store.folder),
    }  # fmt: skip
    _begin(what, {"office": keys.signing.id, "database": what.database})
    database = Database(what.database or file_url(what.folder))
    try:
        _make_tables(database, keys.signing.id, store, what)
        keeper = Keeper(store, database, keys, what.secret)
        keeper.catch_up(what.told)
        with keeper.writing() as connection:
            raise_generation(connection, int(now().timestamp() * 1000))
            keeper.raised(connection)
    finally:
        database.close()
    return _finish(what, facts, now)


def _begin(what: Rebuilding, begun: dict[str, Any]) -> None:
    """A new or empty folder, or one in which the same was begun."""
    folder, mark = what.folder, what.folder / _BEGUN
    if (folder / FACTS).exists():
        raise SyncError("archive.exists", path=str(folder))
    try:
        goes_on = mark.exists() and loads_strict(mark.read_bytes()) == begun
        if not goes_on and folder.exists() and any(folder.iterdir()):
            raise SyncError("archive.not-empty", path=str(folder))
        folder.mkdir(parents=True, exist_ok=True)
        write_file(mark, dumps(begun), private=True)
        (folder / KEYS.parent).mkdir(exist_ok=True)
        for path in sorted(what.keys.iterdir()):
            if path.is_file():
                write_file(folder / KEYS.parent / path.name, path.read_bytes(), private=True)
    except OSError as error:
        raise refused(error, folder) from error


def _make_tables(database: Database, office: str, store: KeptBundles, what: Rebuilding) -> None:
    """The tables, empty or as they were when the store was begun; those of a run that was interrupted stay."""
    with database.reading() as connection:
        if inspect(connection).has_table(schema.meta.name):
            said = schema.remembered(connection)
            if said.get("office") != office or KEPT not in said:
                raise SyncError("database.in-use", where=database.where)
            return
    if not store.base.is_file():
        facts = {"schema": str(schema.VERSION), "office": office, "generation": "1", KEPT: "0"}
        make_tables(database, facts, (), what.secret)
        return
    with (
        opened_base(store, what.folder) as (base, _path),
        base.reading() as source,
        database.writing() as target,
    ):
        copy_archive(source, target, what.secret, database.where)
        schema.remember(target, KEPT, "0")
        schema.remember(target, STORE, "")


def _finish(what: Rebuilding, facts: dict[str, Any], now: Callable[[], datetime]) -> Archive:
    """Say what the folder is, as the last thing."""
    write_facts(what.folder, facts)
    archive = Archive.open(what.folder, now=now, secret=what.secret)
    write_file(what.folder / f"office{OFFICE_SUFFIX}", archive.card().to_bytes())
    (what.folder / _BEGUN).unlink(missing_ok=True)
    return archive
