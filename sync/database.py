"""The archive's database: how it is opened, read and written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, event

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
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "cache_size=-65536"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        kind = "IMMEDIATE" if connection.get_execution_options().get("writes") else "DEFERRED"
        connection.exec_driver_sql(f"BEGIN {kind}")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes: all of it or nothing."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


def forget_log(engine: Engine) -> None:
    """Empty SQLite's write-ahead log, so that nothing erased is left in it."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
