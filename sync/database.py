"""The archive's database: how it is opened, read and written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError

from sync.errors import SyncError

_REFUSALS = {8: "medium.read-only", 10: "medium.failing", 13: "medium.full", 14: "medium.failing"}
"""By SQLite's primary result codes: READONLY, IOERR, FULL, CANTOPEN."""
_WAIT = 60
"""Seconds that a writer waits for another."""


def connect(url: str) -> Engine:
    """An engine. SQLite: write-ahead log, every commit on disk, freed pages wiped; one writer waits for another.

    What goes wrong is told without what was to be written.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, hide_parameters=True)
    engine = create_engine(url, connect_args={"timeout": _WAIT}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _durable(connection: object, _record: object) -> None:
        # SQLAlchemy begins transactions itself, so that what is read before a write belongs to it.
        connection.isolation_level = None  # type: ignore[attr-defined]
        cursor = connection.cursor()  # type: ignore[attr-defined]
        for pragma in (
            "page_size=16384",
            "journal_mode=WAL",
            "synchronous=FULL",
            "secure_delete=ON",
            "cache_size=-65536",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        kind = "IMMEDIATE" if connection.get_execution_options().get("writes") else "DEFERRED"
        connection.exec_driver_sql(f"BEGIN {kind}")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes: all of it or nothing. Raises SyncError("medium.…")."""
    try:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection
    except DatabaseError as error:
        raise refusal_of(error, engine) from error


def refusal_of(error: DatabaseError, engine: Engine) -> SyncError:
    """The refusal that an error of the database means."""
    result = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    return SyncError(
        _REFUSALS.get(result, "medium.failing"), path=engine.url.database or "", reason=str(error.orig)
    )


def is_of_medium(error: DatabaseError) -> bool:
    """Whether the disk is what fails, and not what is on it."""
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _REFUSALS


def forget_log(engine: Engine, *, vacuum: bool = False) -> None:
    """Empty SQLite's write-ahead log, so that nothing erased is left in it; `vacuum`: write the file anew as well, which
    raises sqlalchemy.exc.DatabaseError or sqlite3.Error where it cannot be done.

    Where somebody reads at that moment, or the disk fails, the log is emptied when the archive is closed.
    """
    if engine.dialect.name != "sqlite":
        return
    with nullcontext() if vacuum else suppress(DatabaseError, sqlite3.Error), engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        if vacuum:
            raw.cursor().execute("VACUUM")
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
