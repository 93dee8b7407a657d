"""The database of an archive: made for a new one, looked at before it is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from sqlalchemy import insert, inspect
from sqlalchemy.exc import DatabaseError

from sync import schema, spreading, undertaking
from sync.database import Database
from sync.errors import SyncError
from sync.migrations import migrate
from sync.moving import MOVED


def make_tables(database: Database, facts: Mapping[str, str], servers: Sequence[str], secret: bytes) -> None:
    """The tables of a new archive in an empty database, and what `meta` says of it; over `servers` where there are some.

    Raises SyncError("database.…"), ("medium.…").
    """
    if servers:
        spreading.spread(database, servers)
        database.spread_over_servers(partial(undertaking.mend, secret))
    with database.at_once() if servers else database.writing() as connection:
        schema.metadata.create_all(connection)
        said = dict(facts) | ({spreading.SPREAD: str(len(servers))} if servers else {})
        connection.execute(insert(schema.meta), [{"name": n, "value": v} for n, v in said.items()])


def unused(url: str) -> Database:
    """A database that holds no archive yet. Raises SyncError("database.…")."""
    database = Database(url)
    try:
        with database.reading() as connection:
            there = set(inspect(connection).get_table_names())
        if there.intersection(schema.metadata.tables):
            raise SyncError("database.in-use", where=database.where)
    except BaseException:
        database.close()
        raise
    return database


def look_at(database: Database, office: str, folder: Path, secret: bytes) -> None:
    """See that the database is the office's own, bring it up to date, and how it lies. Raises as `Archive.open`."""
    try:
        with database.engine.connect() as connection:
            rows = schema.remembered(connection)
    except DatabaseError as error:
        if database.is_unusable(error):
            raise database.refusal(error) from error
        raise SyncError("archive.missing-database", path=str(folder)) from error
    if rows.get("office") != office:
        raise SyncError("archive.missing-database", path=str(folder))
    if MOVED in rows:
        raise SyncError("archive.moved", path=database.where, new=rows[MOVED])
    migrate(database, int(rows["schema"]), folder, secret)
    if rows.get(spreading.SPREAD):
        database.spread_over_servers(partial(undertaking.mend, secret))
