"""An archive in another database: the same rows, copied as they are, in bounded memory and one transaction.

Flat tables are not copied: they are written anew from the records (`sync.tables`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Table, delete, func, inspect, select

from sync import schema
from sync.database import Database
from sync.errors import SyncError
from sync.office_facts import sqlite_url
from sync.shelf import Shelf
from sync.spreading import SPREAD
from sync.tables import RESERVED
from sync.verifying import state_of

MOVED = "moved"
"""The name of the note in the database that was left: where the archive went."""
ARRIVING = "arriving"
"""… of the note in a database that holds a copy which no archive's folder names yet: of which office it is."""
_MANY = 1000
_FEW = 1
"""Rows that are copied at once; of tables that hold whole packs and bundles, fewer."""
_LEFT = (MOVED, ARRIVING, SPREAD)
"""What `meta` says of a database and not of the archive in it; so does the whole of `undertaking`."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied: rows by table, the state that both show, and the archive's generation."""

    rows: dict[str, int]
    state: str
    generation: int


@dataclass(frozen=True, slots=True)
class Moved:
    """An archive that moved: from where and to where, without passwords."""

    old: str
    new: str
    copied: Copied


def copy_archive(source: Connection, target: Connection, secret: bytes, where: str) -> Copied:
    """Copy every table into a database that holds no archive, and compare what both hold then.

    where: what to call the target. The caller's transactions make it all or nothing. What arrived may be copied once more
    until it is settled, so that a copy can be begun again; tables that lie on several servers have been made by the caller.
    Raises SyncError("database.in-use"), ("database.differs").
    """
    office = schema.remembered(source)["office"]
    if check_free(target, office, where) and SPREAD not in schema.remembered(target):
        schema.metadata.drop_all(target)
    schema.metadata.create_all(target)
    for table in _copied_tables():
        for rows in _batches(source, table):
            schema.insert_rows(target, table, rows)
    schema.remember(target, ARRIVING, office)
    counts, state = _counts(source), state_of(Shelf(source, secret))
    if _counts(target) != counts or state_of(Shelf(target, secret)) != state:
        raise SyncError("database.differs", where=where)
    return Copied(counts, state, generation_of(target))


def copy_to_file(source: Connection, path: Path, secret: bytes) -> Copied:
    """Copy an archive into a new file, which is that one file when it is done. Raises as `copy_archive`."""
    target = Database(sqlite_url(path))
    try:
        with target.writing() as connection:
            copied = copy_archive(source, connection, secret, target.where)
            settle(connection)
        target.forget()
    finally:
        target.close()
    return copied


def send(
    writing: Callable[[], AbstractContextManager[Connection]],
    target: Database,
    secret: bytes,
    office: str,
    switch: Callable[[], None],
    prepare: Callable[[], None] = lambda: None,
) -> Copied:
    """Copy an archive into another database, and leave the old one. writing: gives the transaction there that keeps others
    from writing; switch: lets the archive's folder name the new one; prepare: makes the tables of one that lies on several
    servers, with the note that a copy arrives.

    Raises as `copy_archive`, and what `switch` raises; then nothing has changed.
    """
    try:
        # Before anybody is kept waiting; the archive's own place is not free either.
        with target.reading() as connection:
            check_free(connection, office, target.where)
        prepare()
        with writing() as source:
            with target.writing() as connection:
                copied = copy_archive(source, connection, secret, target.where)
            switch()
            # Last of all: whoever waits to write here meanwhile finds it.
            schema.remember(source, MOVED, target.where)
        with target.writing() as connection:
            settle(connection)
    finally:
        target.close()
    return copied


def check_free(connection: Connection, office: str, where: str) -> bool:
    """See that a database holds no archive; give whether a copy of that office's lies there that nobody uses.

    Raises SyncError("database.in-use").
    """
    there = RESERVED.intersection(inspect(connection).get_table_names())
    if there and (schema.meta.name not in there or schema.remembered(connection).get(ARRIVING) != office):
        raise SyncError("database.in-use", where=where)
    return bool(there)


def settle(connection: Connection) -> None:
    """From now on a copy is an archive of its own, which no other takes the place of."""
    connection.execute(delete(schema.meta).where(schema.meta.c.name == ARRIVING))


def raise_generation(connection: Connection, milliseconds: int) -> int:
    """Make what laptops know of this archive older than what it says from now on; give its generation.

    milliseconds: the time now, so that two that came back from the same backup differ as well.
    """
    generation = max(generation_of(connection) + 1, milliseconds)
    schema.remember(connection, "generation", str(generation))
    return generation


def generation_of(connection: Connection) -> int:
    """The archive's generation: raised whenever it came back from somewhere."""
    return int(schema.remembered(connection).get("generation", 1))


def _copied_tables() -> list[Table]:
    return [table for table in schema.metadata.sorted_tables if table is not schema.undertaking]


def _batches(source: Connection, table: Table) -> Iterator[list[tuple[object, ...]]]:
    large = any(column.name in {"content", "bytes"} for column in table.columns)
    query = select(table).execution_options(yield_per=_FEW if large else _MANY)
    if table.name == "meta":
        query = query.where(table.c.name.not_in(_LEFT))
    for rows in source.execute(query).partitions():
        yield [tuple(row) for row in rows]


def _counts(connection: Connection) -> dict[str, int]:
    counts = {}
    for table in _copied_tables():
        query = select(func.count()).select_from(table)
        if table.name == "meta":
            query = query.where(table.c.name.not_in(_LEFT))
        counts[table.name] = int(connection.execute(query).scalar_one())
    return counts
