"""The tables of an archive (SQLAlchemy Core). Every record table's key begins with `record_id`, so that the same
tables can be hash-partitioned over servers without other SQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
)

from sync import postgresql

VERSION = 3
metadata = MetaData()

TEXT = String().with_variant(String(collation="C"), "postgresql")
"""In the order of its characters' numbers, whatever language a server is set to."""
_NUMBER = Integer().with_variant(BigInteger(), "postgresql")


def _keyed(name: str, *columns: Column[Any]) -> Table:
    """A table that lies in the order of its key."""
    return Table(name, metadata, *columns, sqlite_with_rowid=False)


def _key(name: str) -> Column[str]:
    return Column(name, TEXT, primary_key=True)


def _text(name: str) -> Column[str]:
    return Column(name, TEXT, nullable=False)


def _number(name: str) -> Column[int]:
    return Column(name, _NUMBER, nullable=False)


def _place(name: str) -> Column[int]:
    return Column(name, _NUMBER, primary_key=True, autoincrement=False)


meta = _keyed("meta", _key("name"), Column("value", Text, nullable=False))

pack = Table(
    "pack",
    metadata,
    _place("id"),
    _number("raw_length"),
    Column("content", LargeBinary, nullable=False),
)

revision = _keyed(
    "revision", _key("record_id"), _key("rev_id"), _text("device"), _text("epoch"), _number("sequence"), _text("hlc"),
    _text("form"), _text("form_hash"), _text("operation"), _number("arrived"), _number("pack"), _number("offset"),
    _number("length"),
)  # fmt: skip
"""arrived: the number of the bundle that brought it. pack, offset, length: where it lies."""

parent = _keyed("parent", _key("record_id"), _key("rev_id"), _key("parent_id"))

current = _keyed(
    "current", _key("record_id"), _text("form"), _text("hlc"), _text("state"), _number("conflict_count"),
    _number("incomplete"), _number("changed"),
)  # fmt: skip
"""changed: the number of the bundle that last touched the record."""
Index("current_form", current.c.form)
Index("current_changed", current.c.changed)

head = _keyed("head", _key("record_id"), _key("rev_id"))

conflict = _keyed("conflict", _key("record_id"), _key("path"), _key("rev_id"))

chain = _keyed(
    "chain", _key("device"), _key("epoch"), _place("sequence"), _key("rev_id"), Column("previous", TEXT),
)  # fmt: skip
"""previous: the id that a revision names as the one its laptop made before it."""

device = _keyed(
    "device", _key("device"), _text("name"), Column("public", LargeBinary, nullable=False),
    Column("enrolment", LargeBinary, nullable=False), _number("block_first"), Column("revoked", Text),
    Column("replaces", TEXT),
)  # fmt: skip
"""revoked: JSON of the last sequence that is taken from each of its epochs; NULL for a laptop in good standing."""

bundle = Table(
    "bundle",
    metadata,
    _place("number"),
    _text("bundle"),
    _text("sha256"),
    _text("device"),
    _text("made"),
    _text("imported"),
    Column("counts", Text, nullable=False),
)
"""A row for each time a bundle came. made: the laptop's time. counts: JSON of what became of it."""

quarantine = _keyed(
    "quarantine", _key("sha256"), _text("bundle"), _text("device"), Column("reasons", Text, nullable=False),
    _number("revisions"), _text("arrived"), Column("released", Text), Column("bytes", LargeBinary, nullable=False),
)  # fmt: skip
"""reasons: JSON list of codes. released: JSON of who let it in, when and why; NULL while it waits."""

finding = _keyed(
    "finding",
    _key("device"),
    _key("epoch"),
    _place("sequence"),
    _key("kind"),
    _text("found"),
)
"""kind: "clone" (one place of a chain, two revisions) or "rollback" (the laptop knows less than it once sent)."""

event = Table(
    "event",
    metadata,
    _place("number"),
    _text("at"),
    _text("kind"),
    _text("device"),
    Column("facts", Text, nullable=False),
)
"""What a person did with the archive: enrolled, revoked, released, erased, gave a return pack."""

undertaking = _keyed("undertaking", _place("number"), _number("done"), Column("facts", Text, nullable=False))
"""An import over several servers: its bundle's number and what takes it back (`sync.undertaking`); done: 1 once it holds."""

BY_RECORD = (revision, parent, current, head, conflict)
"""The tables that are distributed by `record_id`, a record's rows all to one server."""


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert rows given in the order of the table's columns; many times faster than one dictionary a row."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_insert(table), rows)
    elif connection.get_execution_options().get("spread"):
        postgresql.spread_rows(connection, table, rows)
    else:
        postgresql.copy_rows(connection, table, rows)


def remembered(connection: Connection) -> dict[str, str]:
    """What `meta` says of the archive, by name."""
    return {row.name: row.value for row in connection.execute(select(meta))}


def remember(connection: Connection, name: str, value: str) -> None:
    """Write something of it down, in place of what was there."""
    connection.execute(delete(meta).where(meta.c.name == name))
    connection.execute(insert(meta).values(name=name, value=value))


def last_number(connection: Connection) -> int:
    """The number of the last bundle that came, 0 before the first."""
    return int(connection.execute(select(func.max(bundle.c.number))).scalar() or 0)


def number_at(connection: Connection, moment: datetime | None) -> int | None:
    """The number of the last bundle that had come by then; None for no limit."""
    if moment is None:
        return None
    came = connection.execute(select(bundle.c.number, bundle.c.imported))
    return max((number for number, at in came if datetime.fromisoformat(at) <= moment), default=0)


def in_parts(values: Iterable[str], size: int = 500) -> Iterable[list[str]]:
    """Values in lists short enough for one query."""
    listed = list(values)
    return (listed[at : at + size] for at in range(0, len(listed), size))


def select_in(
    connection: Connection, columns: tuple[Column[Any], ...], key: Column[Any], values: Iterable[str]
) -> Iterator[Any]:
    """The columns of the rows whose `key` is among the values, in no order; without what SQLAlchemy does per value."""
    for part in in_parts(values):
        if connection.dialect.name == "sqlite":
            yield from connection.exec_driver_sql(_select(columns, key, len(part)), tuple(part))
        else:
            yield from connection.exec_driver_sql(_select(columns, key, 0), (part,))


@cache
def _select(columns: tuple[Column[Any], ...], key: Column[Any], count: int) -> str:
    names = ", ".join(f'"{column.name}"' for column in columns)
    among = f"IN ({', '.join(['?'] * count)})" if count else "= ANY(%s)"
    return f'SELECT {names} FROM "{key.table.name}" WHERE "{key.name}" {among}'  # noqa: S608 - names of our own


@cache
def _insert(table: Table) -> str:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    return f'INSERT INTO "{table.name}" ({names}) VALUES ({", ".join(["?"] * len(table.columns))})'  # noqa: S608 - names of our own tables
