"""One archive over several servers: the tables that grow are hash-partitioned, everything else stays in one place.

    spread(database, ["postgresql://…", "postgresql://…"])    plain PostgreSQL: partitions over postgres_fdw
    citus_script()                                             the same tables distributed by Citus

Records go to servers by `record_id`, all rows of a record to the same one; packs by their number. No statement of an import
joins tables or asks for rows without naming their key (docs/scale.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import URL, Column, Index, MetaData, Table, inspect, text
from sqlalchemy.dialects import postgresql as dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from sync import schema
from sync.database import Database
from sync.errors import SyncError

SPREAD = "spread"
"""The name in `meta` of how many servers hold the partitions, or "citus"; absent where there is one database."""

_OPTIONS = {"fetch_size": "1000", "batch_size": "1000", "async_capable": "true"}
"""Of postgres_fdw (PostgreSQL, F.38.1)."""
_PLACES = {"host": "host", "port": "port", "dbname": "database"}


def spread(database: Database, servers: Sequence[str]) -> None:
    """Make the tables of a new archive that are distributed: partitions on the servers, and what binds them together here.

    servers: URLs of PostgreSQL databases, empty ones, in the order of their remainders: the first holds the records whose
    hash leaves 0. Raises SyncError("database.…") where one cannot be used or holds an archive already.
    """
    if database.kind != "postgresql":
        raise SyncError("database.bad-url", kinds="postgresql", reason="only PostgreSQL spreads over servers")
    held = [Database(each) for each in servers]
    try:
        for number, server in enumerate(held):
            _refuse_used(server, number)
        for number, server in enumerate(held):
            _make_partitions(server, number)
        with database.at_once() as here:
            here.execute(text("CREATE EXTENSION IF NOT EXISTS postgres_fdw"))
            for number, server in enumerate(held):
                for statement in _server(number, server.engine.url):
                    here.exec_driver_sql(statement)
            for table in _distributed():
                here.exec_driver_sql(_parent(table))
                for number in range(len(held)):
                    here.exec_driver_sql(_foreign(table, number, len(held)))
    finally:
        for server in held:
            server.close()


def citus_script() -> str:
    """SQL for psql: the tables of an archive on one PostgreSQL with Citus, distributed as over servers of our own.

    The tables may hold records already (Citus, create_distributed_table). Run it once, while nobody writes.
    """
    first, *others = schema.BY_RECORD
    lines = [
        "-- Distributes an archive over the workers of a Citus cluster (docs/scale.md).",
        "BEGIN;",
        "CREATE EXTENSION IF NOT EXISTS citus;",
        f"SELECT create_distributed_table('{first.name}', 'record_id', colocate_with => 'none');",
        *(
            f"SELECT create_distributed_table('{table.name}', 'record_id', colocate_with => '{first.name}');"
            for table in others
        ),
        "SELECT create_distributed_table('pack', 'id', colocate_with => 'none');",
        f"INSERT INTO meta (name, value) VALUES ('{SPREAD}', 'citus');",  # noqa: S608 - a name of our own
        "COMMIT;",
    ]
    return "\n".join(lines) + "\n"


def _distributed() -> Iterator[Table]:
    yield from schema.BY_RECORD
    yield schema.pack


def _refuse_used(server: Database, number: int) -> None:
    """Before anything is made anywhere: is each server there, and free?"""
    with server.reading() as connection:
        there = set(inspect(connection).get_table_names())
    if there.intersection(_name(table, number) for table in _distributed()):
        raise SyncError("database.in-use", where=server.where)


def _make_partitions(server: Database, number: int) -> None:
    with server.writing() as connection:
        for table in _distributed():
            part = _partition(table, number)
            connection.execute(CreateTable(part))
            for index in part.indexes:
                connection.execute(CreateIndex(index))


def _name(table: Table, number: int) -> str:
    return f"{table.name}_{number}"


def _partition(table: Table, number: int) -> Table:
    """A partition as its server holds it: with key and indexes."""
    part = table.to_metadata(MetaData(), name=_name(table, number))
    for index in table.indexes:
        part.indexes = {each for each in part.indexes if each.name != index.name}
        Index(f"{index.name}_{number}", *(part.c[column.name] for column in index.columns))
    return part


def _server(number: int, url: URL) -> Iterator[str]:
    place = {option: getattr(url, part) for option, part in _PLACES.items()}
    said = {name: str(value) for name, value in (*place.items(), *url.query.items()) if value}
    options = _listed(said | _OPTIONS)
    yield f"CREATE SERVER fieldkit_{number} FOREIGN DATA WRAPPER postgres_fdw OPTIONS ({options})"
    who = {"user": url.username or "", "password": url.password or ""}
    known = _listed({name: value for name, value in who.items() if value})
    yield f"CREATE USER MAPPING FOR CURRENT_USER SERVER fieldkit_{number} OPTIONS ({known})"


def _parent(table: Table) -> str:
    """The table that is asked: without a key, which no partitioned table has whose partitions lie elsewhere."""
    by = "record_id" if "record_id" in table.c else "id"
    return f'CREATE TABLE "{table.name}" ({_columns(table)}) PARTITION BY HASH ({by})'


def _foreign(table: Table, number: int, count: int) -> str:
    name = _name(table, number)
    return (
        f'CREATE FOREIGN TABLE "{table.name}_on_{number}" PARTITION OF "{table.name}" FOR VALUES WITH (MODULUS {count}, REMAINDER {number})'
        f" SERVER fieldkit_{number} OPTIONS (table_name {_quoted(name)})"
    )


def _columns(table: Table) -> str:
    return ", ".join(_column(column) for column in table.columns)


def _column(column: Column[object]) -> str:
    kind = column.type.compile(dialect.dialect())  # type: ignore[no-untyped-call]
    return f'"{column.name}" {kind}{"" if column.nullable else " NOT NULL"}'


def _listed(options: dict[str, str]) -> str:
    return ", ".join(f"{name} {_quoted(value)}" for name, value in options.items())


def _quoted(value: str) -> str:
    """A string constant (PostgreSQL, 4.1.2.1); for a driver that reads % as the beginning of a parameter."""
    escaped = value.replace("'", "''").replace("%", "%%")
    return f"'{escaped}'" if "\\" not in value else "E'" + escaped.replace("\\", "\\\\") + "'"
