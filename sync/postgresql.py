"""An archive on PostgreSQL: one writer at a time by an advisory lock, rows brought in by COPY, readers on one snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, LargeBinary, String, Table, create_engine, text
from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError
from sqlalchemy.types import TypeEngine

if TYPE_CHECKING:
    from psycopg import Connection as PsycopgConnection

_WRITER = 0x66_6B_01
"""Advisory locks (PostgreSQL, Explicit Locking, 13.3.5): held by who writes; …"""
_COMMIT = 0x66_6B_02
"""… and, where servers do not commit at one moment, by whoever reads (shared) or commits."""
_DECIDER = 0x66_6B_03
"""… and by whoever decides something at the office, from looking once more until it is kept."""
_PATIENCE = "15min"
"""So long a writer waits for others."""
_CONNECTING = {
    "application_name": "fieldkit", "connect_timeout": 10,
    "keepalives": 1, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3,
}  # fmt: skip
"""libpq's: a server that went away without a word is noticed, and a laptop that did lets go of its locks."""
_SMALL = 1 << 30
"""Bytes up to which a table is written anew after an erasure; a larger one is left to VACUUM."""

_REFUSALS = {
    "25006": "medium.read-only", "53100": "medium.full", "53300": "database.busy", "55P03": "database.busy",
}  # fmt: skip
"""By SQLSTATE (PostgreSQL, Appendix A)."""
_GONE = {"08", "28", "3D", "57"}
"""Classes of it: no connection, a wrong name or password, no such database, a server that is stopped."""


def connect(url: URL) -> Engine:
    """An engine over psycopg."""
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args=_CONNECTING,
        hide_parameters=True,
        pool_pre_ping=True,
    )


def begin_reading(connection: Connection, *, spread: bool) -> None:
    """See one state until the end. Several servers have none in common, so nobody commits while somebody reads there."""
    if spread:
        connection.execute(text(f"SELECT pg_advisory_xact_lock_shared({_COMMIT})"))
    else:
        connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def begin_writing(connection: Connection) -> None:
    """Wait for other writers; what is committed is on the disk."""
    connection.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE}'"))
    connection.execute(text("SET LOCAL synchronous_commit = on"))
    connection.execute(text(f"SELECT pg_advisory_xact_lock({_WRITER})"))


@contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """Be the only one who decides, whoever imports or reads meanwhile. Raises sqlalchemy.exc.DatabaseError."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"SET lock_timeout = '{_PATIENCE}'"))
        try:
            connection.execute(text(f"SELECT pg_advisory_lock({_DECIDER})"))
            try:
                yield
            finally:
                connection.execute(text(f"SELECT pg_advisory_unlock({_DECIDER})"))
        finally:
            connection.execute(text("RESET lock_timeout"))


def begin_commit(connection: Connection) -> None:
    """Wait for those who read on several servers, and keep others from it until all have committed."""
    connection.execute(text(f"SELECT pg_advisory_xact_lock({_COMMIT})"))


def is_half_done(connection: Connection) -> bool:
    """Whether an import was announced to several servers and not carried through."""
    return connection.execute(text("SELECT 1 FROM undertaking LIMIT 1")).first() is not None


def forget(engine: Engine) -> None:
    """Write the packs anew where they are few, else let their space be used again; the server's log and its backups
    are for who keeps the server. Raises sqlalchemy.exc.DatabaseError.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET lock_timeout = '1s'"))
        try:
            size = connection.execute(text("SELECT pg_total_relation_size('pack')")).scalar_one()
            connection.execute(text("VACUUM FULL pack" if size < _SMALL else "VACUUM pack"))
        finally:
            connection.execute(text("RESET lock_timeout"))


def refusal(error: DatabaseError) -> tuple[str, str]:
    """The code of the refusal that an error means, and its reason without what was to be written."""
    state = _state(error)
    diagnosis = getattr(error.orig, "diag", None)
    reason = getattr(diagnosis, "message_primary", None) or str(error.orig).strip()
    # What keeps it from connecting has no state.
    unstated = not state and isinstance(error, OperationalError | InterfaceError)
    gone = unstated or state[:2] in _GONE
    return _REFUSALS.get(state, "database.gone" if gone else "medium.failing"), reason


def is_of_medium(error: DatabaseError) -> bool:
    """Whether the server or its disk is what fails, and not what is on it."""
    return refusal(error)[0] != "medium.failing"


def copy_rows(connection: Connection, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
    """Bring rows in by COPY in binary form (PostgreSQL, COPY), given in the order of the table's columns."""
    driver: PsycopgConnection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    statement, types = _copy(table)
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)
    except driver.Error as error:
        raise _translated(connection, statement, error) from error


def spread_rows(connection: Connection, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
    """Bring rows in by one statement, which servers take in batches where COPY sends them one by one."""
    columns = tuple(map(list, zip(*rows, strict=True)))
    connection.exec_driver_sql(_unnest(table), columns)


def _translated(connection: Connection, statement: str, error: Exception) -> DatabaseError:
    """An error of the driver as SQLAlchemy raises it; a connection that is lost is not used again."""
    lost = connection.dialect.is_disconnect(error, connection.connection.dbapi_connection, None)  # type: ignore[arg-type]
    if lost:
        connection.invalidate(error)
    made = DatabaseError.instance(
        statement, None, error, connection.dialect.loaded_dbapi.Error,
        hide_parameters=True, connection_invalidated=lost, dialect=connection.dialect,
    )  # fmt: skip
    assert isinstance(made, DatabaseError)
    return made


def _state(error: DatabaseError) -> str:
    return str(getattr(error.orig, "sqlstate", None) or "")


@cache
def _copy(table: Table) -> tuple[str, tuple[str, ...]]:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    return f'COPY "{table.name}" ({names}) FROM STDIN (FORMAT BINARY)', tuple(_types(table))


@cache
def _unnest(table: Table) -> str:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    arrays = ", ".join(f"%s::{each}[]" for each in _types(table))
    return f'INSERT INTO "{table.name}" ({names}) SELECT * FROM unnest({arrays})'  # noqa: S608 - names of our own


def _types(table: Table) -> list[str]:
    return [_type(column.type) for column in table.columns]


def _type(kind: TypeEngine[Any]) -> str:
    return "text" if isinstance(kind, String) else "bytea" if isinstance(kind, LargeBinary) else "int8"
