"""The tables of an archive (SQLAlchemy Core). Every record table's key begins with `record_id`, so that the same
tables can be hash-partitioned over servers without other SQL.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

meta = Table(
    "meta", metadata, Column("name", String, primary_key=True), Column("value", Text, nullable=False)
)

pack = Table(
    "pack",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("cipher", Integer, nullable=False),
    Column("raw_length", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

revision = Table(
    "revision",
    metadata,
    Column("record_id", String, primary_key=True),
    Column("rev_id", String, primary_key=True),
    Column("device", String, nullable=False),
    Column("epoch", String, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("hlc", String, nullable=False),
    Column("form", String, nullable=False),
    Column("form_hash", String, nullable=False),
    Column("operation", String, nullable=False),
    Column("pack", Integer, nullable=False),
    Column("offset", Integer, nullable=False),
    Column("length", Integer, nullable=False),
    Column("bundle", String, nullable=False),
)

parent = Table(
    "parent",
    metadata,
    Column("record_id", String, primary_key=True),
    Column("rev_id", String, primary_key=True),
    Column("parent_id", String, primary_key=True),
)

current = Table(
    "current",
    metadata,
    Column("record_id", String, primary_key=True),
    Column("form", String, nullable=False),
    Column("hlc", String, nullable=False),
    Column("state", String, nullable=False),
    Column("conflict_count", Integer, nullable=False),
    Column("incomplete", Integer, nullable=False),
)
Index("current_form", current.c.form)

head = Table(
    "head",
    metadata,
    Column("record_id", String, primary_key=True),
    Column("rev_id", String, primary_key=True),
)

conflict = Table(
    "conflict",
    metadata,
    Column("record_id", String, primary_key=True),
    Column("path", String, primary_key=True),
    Column("rev_id", String, primary_key=True),
)

chain = Table(
    "chain",
    metadata,
    Column("device", String, primary_key=True),
    Column("epoch", String, primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("rev_id", String, primary_key=True),
)

device = Table(
    "device",
    metadata,
    Column("device", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("public", LargeBinary, nullable=False),
    Column("enrolment", LargeBinary, nullable=False),
    Column("block_first", Integer, nullable=False),
    Column("revoked_from", Integer),
)

bundle = Table(
    "bundle",
    metadata,
    Column("bundle", String, primary_key=True),
    Column("sha256", String, primary_key=True),
    Column("device", String, nullable=False),
    Column("imported", String, nullable=False),
    Column("counts", Text, nullable=False),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("reason", String, nullable=False),
    Column("arrived", String, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
)
