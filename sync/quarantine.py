"""Bundles kept aside: whole and sealed as they came, until a person decides. Nothing is ever dropped."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select, update

from sync import schema
from sync.bundle import SUFFIX
from sync.database import Database
from sync.errors import SyncError, refused
from sync.importing import MergeReport
from sync.reading import Bundle


@dataclass(frozen=True, slots=True)
class Waiting:
    """A bundle kept aside. sha256: of the file, its name here. revisions: how many of its revisions wait.

    reasons: codes. arrived: ISO 8601. released: who let it in, when and why, None while it waits.
    """

    sha256: str
    bundle: str
    device: str
    reasons: tuple[str, ...]
    revisions: int
    arrived: str
    released: dict[str, str] | None


def keep_aside(connection: Connection, bundle: Bundle, report: MergeReport, now: datetime) -> bool:
    """Keep a bundle's bytes, once; give whether they are new. Raises SyncError("medium.…")."""
    table = schema.quarantine
    if connection.execute(select(table.c.sha256).where(table.c.sha256 == bundle.sha256)).first() is not None:
        return False
    try:
        content = bundle.path.read_bytes()
    except OSError as error:
        raise refused(error, bundle.path) from error
    row = (
        bundle.sha256, bundle.id, bundle.device, json.dumps(report.reasons), report.quarantined, now.isoformat(), None,
        content,
    )  # fmt: skip
    schema.insert_rows(connection, table, [row])
    return True


def waiting(connection: Connection) -> list[Waiting]:
    """What was kept aside, released or not, oldest first."""
    table = schema.quarantine
    columns = [column for column in table.columns if column.name != "bytes"]
    return [
        Waiting(
            row.sha256, row.bundle, row.device, tuple(json.loads(row.reasons)), row.revisions, row.arrived,
            json.loads(row.released) if row.released else None,
        )
        for row in connection.execute(select(*columns).order_by(table.c.arrived, table.c.sha256))
    ]  # fmt: skip


@contextmanager
def kept_file(database: Database, sha256: str) -> Iterator[Path]:
    """A bundle kept aside, as a file for as long as it is looked at.

    Raises SyncError("quarantine.unknown"), ("medium.…").
    """
    table = schema.quarantine
    with database.reading() as connection:
        content = connection.execute(select(table.c.bytes).where(table.c.sha256 == sha256)).scalar()
    if content is None:
        raise SyncError("quarantine.unknown", sha256=sha256)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{sha256[:16]}{SUFFIX}"
        try:
            path.write_bytes(content)
        except OSError as error:
            raise refused(error, path) from error
        yield path


def mark_released(connection: Connection, sha256: str, facts: dict[str, str]) -> None:
    """Note who let a bundle in."""
    table = schema.quarantine
    written = json.dumps(facts, ensure_ascii=False)
    connection.execute(update(table).where(table.c.sha256 == sha256).values(released=written))


def came_before(database: Database, files: Iterable[str]) -> set[str]:
    """Which of these files, by their SHA-256, were brought before, taken in or kept aside. Raises SyncError."""
    wanted = list(files)
    columns = (schema.bundle.c.sha256, schema.quarantine.c.sha256)
    with database.reading() as connection:
        return {row.sha256 for each in columns for row in schema.select_in(connection, (each,), each, wanted)}
