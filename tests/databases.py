"""A database of either kind for a test: SQLite in a file, PostgreSQL on the tests' own server or where FIELDKIT_POSTGRES says."""

from __future__ import annotations

import os
import uuid

from sqlalchemy import create_engine, event, inspect

KINDS = ("sqlite", "postgresql")


def opened(kind, folder, request=None):
    """An engine on an empty database, and what takes it away again; request: pytest's, to ask for a server with."""
    if kind == "sqlite":
        engine = create_engine(f"sqlite:///{folder / 'archive.db'}")

        @event.listens_for(engine, "connect")
        def _log(connection, _record):
            connection.execute("PRAGMA journal_mode=WAL")

        return engine, engine.dispose
    url = os.environ.get("FIELDKIT_POSTGRES") or request.getfixturevalue("postgres").url
    name = f"t{uuid.uuid4().hex}"
    whole = create_engine(url, isolation_level="AUTOCOMMIT")
    with whole.connect() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {name}")
    engine = create_engine(url, connect_args={"options": f"-csearch_path={name}"})

    def close():
        engine.dispose()
        with whole.connect() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA {name} CASCADE")
        whole.dispose()

    return engine, close


def dump(connection):
    """Everything in the flat tables and their state, as text that is the same for the same rows; days as ISO text."""
    lines = []
    for table in sorted(inspect(connection).get_table_names()):
        names = [column["name"] for column in inspect(connection).get_columns(table)]
        rows = connection.exec_driver_sql(f'SELECT * FROM "{table}"').all()
        lines += [table, repr(names), *sorted(repr([str(v) for v in row]) for row in rows)]
    return "\n".join(lines)


def rows_of(connection, table):
    """The rows of a table as mappings, by key; days as ISO text."""
    found = connection.exec_driver_sql(f'SELECT * FROM "{table}"').mappings().all()
    rows = [{n: v.isoformat() if hasattr(v, "isoformat") else v for n, v in row.items()} for row in found]
    return sorted(
        rows, key=lambda row: (row["record_id"], row.get("parent_id", ""), row.get("instance_id", ""))
    )
