"""Flat tables beside the packs: one a form and one a repeat, for people who read with SQL, a spreadsheet or a notebook.

    tables = [FlatTable("visit", "visit", (Column("age", "age", "integer"),))]
    bring_up_to_date(connection, tables, source)     creates, alters, fills; only what changed is written
    scrub(engine, tables)                            after records were erased: their bytes leave the file

Nothing here knows forms; whoever makes the specs decides what may be seen. Only live records have rows. Every row is
a pure function of its record, so order and repetition of imports cannot matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from sqlalchemy import (
    BigInteger,
    Connection,
    Date,
    Double,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    TableClause,
    Text,
    column,
    delete,
    func,
    inspect,
    quoted_name,
    select,
    update,
)
from sqlalchemy import Column as SqlColumn
from sqlalchemy import table as table_clause
from sqlalchemy.schema import CreateTable
from sqlalchemy.types import TypeEngine

from sync import derived, schema, sqlite
from sync.derived import Told
from sync.merge import RecordView
from sync.table_rows import Row, RowsMaker, rows_maker
from sync.table_spec import FlatTable

metadata = MetaData()

table_state = Table(
    "table_state",
    metadata,
    SqlColumn("table_name", String, primary_key=True),
    SqlColumn("spec", Text, nullable=False),
    SqlColumn("current", Integer, nullable=False),
)
"""What each flat table was made from, and up to which import it is current (0: its rows are to be written)."""

RESERVED = frozenset({*schema.metadata.tables, *metadata.tables, *derived.metadata.tables})
"""Names that no flat table may have: they are the archive's own."""

_AT_ONCE = 1000
_TOLD_EVERY = 100
_IDS_AT_ONCE = 500
_TYPES: dict[str, type[TypeEngine[Any]]] = {
    "integer": BigInteger, "decimal": Double, "date": Date,
    "incomplete": BigInteger, "conflicts": BigInteger, "position": BigInteger, "made_on": Date,
}  # fmt: skip
"""Of kinds and of fixed columns; all else is text. A time stays the text that was answered, with its offset."""


class Source(Protocol):
    """Where records come from; each call is given the connection whose transaction the tables are written in."""

    def latest(self, connection: Connection) -> int:
        """The number of the latest import; it only grows."""
        ...

    def stale_records(self, connection: Connection, since: int) -> Iterable[str]:
        """The ids of the records that any import after `since` touched."""
        ...

    def views(self, connection: Connection, records: Iterable[str] | None) -> Iterable[RecordView]:
        """These records as they stand, whatever their state; all of them without `records`."""
        ...


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What was done: records written; records that lost their rows; whether all was written anew.

    left_over: bytes of what is gone may lie in the database's files until `scrub`.
    """

    written: int = 0
    removed: int = 0
    rebuilt: bool = False
    left_over: bool = False


def bring_up_to_date(
    connection: Connection, tables: Sequence[FlatTable], source: Source, *, anew: bool = False,
    told: Told = lambda _done, _of: None,
) -> Refreshed:  # fmt: skip
    """Make the tables what the archive's records say, in the caller's transaction; `anew` looks at every record.

    All is also written anew where a spec changed, and where the archive is older than the tables. Raises ValueError
    for a reserved name, and what `source`, the database and `told` raise.
    """
    changed = prepare(connection, tables)
    since = min(connection.execute(select(table_state.c.current)).scalars(), default=0)
    latest = source.latest(connection)
    if anew or changed or not since or latest < since:
        of = sum(1 for _record in source.stale_records(connection, 0))
        done = rebuild(connection, tables, _telling(source.views(connection, None), of, told))
    elif latest > since:
        stale = list(source.stale_records(connection, since))
        done = refresh(connection, tables, _telling(source.views(connection, stale), len(stale), told))
    else:
        return Refreshed()
    connection.execute(update(table_state).values(current=latest))
    return done


def remembered(connection: Connection) -> list[FlatTable]:
    """The specs that the tables were last made from, by name; [] where there are none yet."""
    if not inspect(connection).has_table(table_state.name):
        return []
    rows = connection.execute(select(table_state.c.spec).order_by(table_state.c.table_name))
    return [FlatTable.from_json(spec) for spec in rows.scalars()]


def current_with(connection: Connection) -> int:
    """The number of the import that the tables were last brought up to date with; 0 where there are none."""
    if not inspect(connection).has_table(table_state.name):
        return 0
    return int(connection.execute(select(func.min(table_state.c.current))).scalar() or 0)


def prepare(connection: Connection, tables: Sequence[FlatTable]) -> bool:
    """Create or alter the tables; whether any has to be filled anew.

    Columns are added, never taken away; one whose kind changed becomes what the spec says, and one that no spec names any more
    holds nothing once the rows are written. A table that no spec names any more is emptied and stays.
    Raises ValueError for a reserved name.
    """
    if taken := RESERVED.intersection(table.name for table in tables):
        raise ValueError(f"these names are the archive's own: {sorted(taken)}")
    _begin(connection)
    metadata.create_all(connection)
    known = {row.table_name: row.spec for row in connection.execute(select(table_state))}
    there = set(inspect(connection).get_table_names())
    changed = False
    for table in tables:
        spec = table.to_json()
        if known.pop(table.name, None) == spec and table.name in there:
            continue
        changed = True
        if table.name in there:
            _alter(connection, table)
        else:
            connection.execute(CreateTable(_sql_table(table)))
        _forget(connection, table.name)
        connection.execute(table_state.insert().values(table_name=table.name, spec=spec, current=0))
    for name in known:
        _secure(connection)
        if name in there:
            connection.execute(delete(_keyed(name)))
        _forget(connection, name)
    return changed


def refresh(connection: Connection, tables: Sequence[FlatTable], views: Iterable[RecordView]) -> Refreshed:
    """Write the rows of these records in place of those they had. The tables have been prepared."""
    _secure(connection)
    makers = _Makers(connection, tables)
    written = removed = 0
    for some in _batches(views):
        live = [view for view in some if view.state == "live"]
        gone = [view.record for view in some if view.state != "live"]
        removed += remove(connection, tables, gone)
        remove(connection, tables, [view.record for view in live])
        makers.write(live)
        written += len(live)
    return Refreshed(written, removed, left_over=removed > 0)


def rebuild(connection: Connection, tables: Sequence[FlatTable], views: Iterable[RecordView]) -> Refreshed:
    """Empty the tables and write the rows of all records. The tables have been prepared."""
    _secure(connection)
    before: set[str] = set()
    for table in tables:
        rows = _keyed(table.name)
        if not table.repeats:
            before.update(connection.execute(select(rows.c.record_id)).scalars())
        connection.execute(delete(rows))
    makers = _Makers(connection, tables)
    left_over = bool(before)
    written = 0
    for some in _batches(views):
        live = [view for view in some if view.state == "live"]
        makers.write(live)
        written += len(live)
        before.difference_update(view.record for view in live)
    return Refreshed(written, len(before), rebuilt=True, left_over=left_over)


def remove(connection: Connection, tables: Sequence[FlatTable], records: Sequence[str]) -> int:
    """Take the rows of records out of all tables; how many records had any in a table that is not of a repeat."""
    removed = 0
    for at in range(0, len(records), _IDS_AT_ONCE):
        ids = records[at : at + _IDS_AT_ONCE]
        for table in tables:
            rows = _keyed(table.name)
            done = connection.execute(delete(rows).where(rows.c.record_id.in_(ids)))
            removed += 0 if table.repeats else done.rowcount
    return removed


def counts(connection: Connection, tables: Iterable[FlatTable]) -> dict[str, int]:
    """The number of rows of each table that has been prepared, by its name."""
    return {
        table.name: connection.execute(select(func.count()).select_from(_keyed(table.name))).scalar_one()
        for table in tables
    }


def scrub(engine: Engine, tables: Iterable[FlatTable]) -> None:
    """Write the database's files anew, so that no byte of removed rows stays in them; in no transaction.

    SQLite: the file and its log. PostgreSQL: the files of the flat tables; its log and its backups are for who keeps
    the server. Raises sqlalchemy.exc.DatabaseError.
    """
    if engine.dialect.name == "sqlite":
        sqlite.forget(engine, vacuum=True)
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in tables:
            connection.exec_driver_sql(f'VACUUM FULL "{table.name}"')


class _Makers:
    """Writes the rows of records: one prepared statement a table, plain tuples."""

    def __init__(self, connection: Connection, tables: Iterable[FlatTable]) -> None:
        self._connection = connection
        self._by_form: dict[str, list[tuple[str, RowsMaker]]] = {}
        mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
        for table in tables:
            maker = rows_maker(table)
            names = ", ".join(f'"{name}"' for name in maker.columns)
            marks = ", ".join([mark] * len(maker.columns))
            statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608 - the names are checked
            self._by_form.setdefault(table.form, []).append((statement, maker))

    def write(self, views: Iterable[RecordView]) -> None:
        """Add the rows of records that are live and have none."""
        waiting: dict[str, list[Row]] = {}
        for view in views:
            for statement, maker in self._by_form.get(view.form, ()):
                waiting.setdefault(statement, []).extend(maker.rows(view))
        for statement, rows in waiting.items():
            if rows:
                self._connection.exec_driver_sql(statement, rows)


def _telling(views: Iterable[RecordView], of: int, told: Told) -> Iterator[RecordView]:
    """The same records, while it is told how many of them were read."""
    for done, view in enumerate(views):
        if done % _TOLD_EVERY == 0:
            told(done, of)
        yield view
    told(of, of)


def _batches(views: Iterable[RecordView]) -> Iterator[list[RecordView]]:
    """Some at a time, each record once."""
    rest = iter(views)
    while some := {view.record: view for view in islice(rest, _AT_ONCE)}:
        yield list(some.values())


def _columns(table: FlatTable) -> Iterator[tuple[str, TypeEngine[Any]]]:
    for name in table.fixed:
        yield name, _TYPES.get(name, Text)()
    for each in table.columns:
        yield each.name, _TYPES.get(each.kind, Text)()
        for _value, name in each.choices:
            yield name, BigInteger()


def _sql_table(table: FlatTable) -> Table:
    key = [SqlColumn(name, Text, primary_key=True) for name in table.key]
    rest = [SqlColumn(name, kind, quote=True) for name, kind in _columns(table) if name not in table.key]
    return Table(table.name, MetaData(), *key, *rest, quote=True)


def _alter(connection: Connection, table: FlatTable) -> None:
    """Add what is new. A column of another type is dropped and added: its rows are written anew in any case."""
    dialect = connection.dialect
    there = {
        each["name"]: each["type"].compile(dialect) for each in inspect(connection).get_columns(table.name)
    }
    for name, kind in _columns(table):
        sql = kind.compile(dialect)
        if there.get(name) == sql:
            continue
        if name in there:
            connection.exec_driver_sql(f'ALTER TABLE "{table.name}" DROP COLUMN "{name}"')
        connection.exec_driver_sql(f'ALTER TABLE "{table.name}" ADD COLUMN "{name}" {sql}')


def _keyed(name: str) -> TableClause:
    """A flat table as far as its key, for statements that look at no more."""
    return table_clause(quoted_name(name, quote=True), column("record_id", Text))


def _forget(connection: Connection, name: str) -> None:
    connection.execute(table_state.delete().where(table_state.c.table_name == name))


def _begin(connection: Connection) -> None:
    """Put what follows into a transaction: Python's SQLite driver begins none for CREATE and ALTER."""
    driver = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite" and driver is not None and not driver.in_transaction:
        connection.exec_driver_sql("BEGIN")


def _secure(connection: Connection) -> None:
    """SQLite then writes zeros over what is deleted."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
