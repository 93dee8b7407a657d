"""An archive in a file: SQLite with a write-ahead log, every commit on the disk, freed pages wiped."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError

_REFUSALS = {
    5: "database.busy", 8: "medium.read-only", 10: "medium.failing", 13: "medium.full", 14: "medium.failing",
}  # fmt: skip
"""By SQLite's primary result codes: BUSY, READONLY, IOERR, FULL, CANTOPEN."""
_WAIT = 60
"""Seconds that a writer waits for another."""
_WAIT_TO_FORGET = 1
"""Seconds that the log waits for who reads; as long as they do, it is emptied the next time, or when the archive is closed."""
_PRAGMAS = ("page_size=16384", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON")
_CACHE, _CACHE_TO_WRITE = 8, 64
"""MB of pages in memory. Connections are many where an office serves a network; one writes at a time."""


def connect(url: URL) -> Engine:
    """An engine."""
    engine = create_engine(url, connect_args={"timeout": _WAIT}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _durable(connection: object, _record: object) -> None:
        # SQLAlchemy begins transactions itself, so that what is read before a write belongs to it.
        connection.isolation_level = None  # type: ignore[attr-defined]
        cursor = connection.cursor()  # type: ignore[attr-defined]
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        cache = _CACHE_TO_WRITE if writes else _CACHE
        connection.exec_driver_sql(f"PRAGMA cache_size={-1024 * cache}")
        connection.exec_driver_sql(f"BEGIN {'IMMEDIATE' if writes else 'DEFERRED'}")

    return engine


@contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """Be the only one who decides, whoever imports or reads meanwhile. Raises sqlalchemy.exc.DatabaseError.

    A second file that holds nothing is the lock: SQLite's own work on every system that it does.
    """
    try:
        lock = sqlite3.connect(f"{engine.url.database}.deciding", timeout=_WAIT, isolation_level=None)
    except sqlite3.Error as error:
        raise DatabaseError("open", None, error) from error
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            raise DatabaseError("BEGIN EXCLUSIVE", None, error) from error
        yield
    finally:
        lock.close()


def begin_reading(connection: Connection, *, spread: bool) -> None:
    """A transaction sees one state from its first statement on; so it does already."""


def begin_writing(connection: Connection) -> None:
    """BEGIN IMMEDIATE waits for other writers; so it did already."""


def forget(engine: Engine, *, vacuum: bool = False) -> None:
    """Empty the write-ahead log, so that nothing erased is left in it; `vacuum`: write the file anew first.

    Raises sqlalchemy.exc.DatabaseError.
    """
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        cursor = raw.cursor()
        try:
            if vacuum:
                cursor.execute("VACUUM")
            cursor.execute(f"PRAGMA busy_timeout={1000 * _WAIT_TO_FORGET}")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise DatabaseError("VACUUM", None, error) from error
        finally:
            cursor.execute(f"PRAGMA busy_timeout={1000 * _WAIT}")


def refusal(error: DatabaseError) -> tuple[str, str]:
    """The code of the refusal that an error means, and its reason."""
    return _REFUSALS.get(_result(error), "medium.failing"), str(error.orig)


def is_of_medium(error: DatabaseError) -> bool:
    """Whether the disk is what fails, and not what is on it."""
    return _result(error) in _REFUSALS


def _result(error: DatabaseError) -> int:
    return int(getattr(error.orig, "sqlite_errorcode", 0)) & 0xFF
