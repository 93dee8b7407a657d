"""What an archive held when its store of bundles was begun: a copy of it in a file, which later notes go on from."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, select

from sync import schema
from sync.database import Database
from sync.errors import refused
from sync.files import workplace
from sync.kept_bundles import KeptBundles
from sync.migrations import migrate
from sync.moving import copy_to_file
from sync.office_facts import sqlite_url

_FILE = "base.db"


def has_anything(connection: Connection) -> bool:
    """Whether an archive holds anything yet: a laptop, or a bundle kept aside."""
    tables = (schema.device.c.device, schema.quarantine.c.sha256)
    return any(connection.execute(select(column).limit(1)).first() is not None for column in tables)


def make_base(store: KeptBundles, connection: Connection, folder: Path) -> None:
    """Keep a copy of an archive in its store. folder: where it may be made. Raises SyncError("medium.…")."""
    with workplace(folder) as beside:
        copy_to_file(connection, beside / _FILE, store.secret)
        store.keep_base(beside / _FILE)


@contextmanager
def opened_base(store: KeptBundles, folder: Path) -> Iterator[tuple[Database, Path]]:
    """A copy of the base, as this version of fieldkit knows it, and its file. folder: where it may lie meanwhile.

    Raises SyncError("medium.…"), ("archive.newer").
    """
    with workplace(folder) as beside:
        try:
            shutil.copyfile(store.base, beside / _FILE)
        except OSError as error:
            raise refused(error, store.base) from error
        base = Database(sqlite_url(beside / _FILE))
        try:
            with base.reading() as connection:
                version = int(schema.remembered(connection)["schema"])
            migrate(base, version, folder, store.secret)
            yield base, beside / _FILE
        finally:
            base.close()
