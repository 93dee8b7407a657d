"""Archives made by earlier versions: brought up to date when they are opened, one version after the other.

Each step is one transaction, so that a step that was interrupted has not begun.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from sync import schema
from sync.canonical import loads_strict
from sync.database import Database
from sync.errors import SyncError, refused
from sync.files import write_file
from sync.keys import DeviceKey
from sync.office_keys import KEYS, SECRET, OfficeKeys
from sync.sealing import SECRET_LENGTH
from sync.shelf import sealed_pack
from sync.wire import decompressed, unpack_revisions


def migrate(database: Database, version: int, folder: Path, secret: bytes) -> None:
    """Bring a database of an earlier version up to date.

    Raises SyncError("archive.newer") for one made by a later version.
    """
    if version > schema.VERSION:
        raise SyncError("archive.newer", path=str(folder), version=version)
    for step in range(version, schema.VERSION):
        with database.writing() as connection:
            _STEPS[step](connection, secret)
        database.forget()


def migrate_keys(folder: Path) -> None:
    """Seal the keys of an office of the first version, which lay there in clear. Raises SyncError("medium.…")."""
    signing, identity = folder / "keys" / "office.key", folder / "keys" / "office.age"
    try:
        if not signing.exists() or not identity.exists():
            return
        if not (folder / KEYS).exists():
            secret = os.urandom(SECRET_LENGTH)
            write_file(folder / SECRET, secret, private=True)
            keys = OfficeKeys(DeviceKey(signing.read_bytes()), identity.read_text(encoding="ascii").strip())
            keys.write(folder / KEYS, secret)
        signing.unlink()
        identity.unlink()
    except OSError as error:
        raise refused(error, folder / KEYS) from error


def _from_1(connection: Connection, secret: bytes) -> None:
    """Packs sealed; revisions know which bundle brought them; every coming of a bundle has a row."""
    moved = [
        "meta", "pack", "revision", "parent", "current", "head", "conflict", "chain", "device", "bundle", "quarantine",
    ]  # fmt: skip
    connection.execute(text("DROP INDEX current_form"))
    for name in moved:
        connection.execute(text(f"ALTER TABLE {name} RENAME TO {name}_1"))
    schema.metadata.create_all(connection)
    for name in ("meta", "parent", "head", "conflict"):
        connection.execute(text(f"INSERT INTO {name} SELECT * FROM {name}_1"))  # noqa: S608 - our own names
    connection.execute(text("UPDATE meta SET value = '2' WHERE name = 'schema'"))
    packs = connection.execute(text("SELECT id, raw_length, content FROM pack_1 ORDER BY id"))
    for number, raw_length, content in packs.all():
        row = (number, raw_length, sealed_pack(secret, number, content))
        schema.insert_rows(connection, schema.pack, [row])
        found = [(each.id, each.envelope) for each in unpack_revisions(decompressed(content, raw_length))]
        links = [(e.device, e.epoch, e.sequence, each, e.previous) for each, e in found]
        schema.insert_rows(connection, schema.chain, links)
    bundles = connection.execute(
        text("SELECT bundle, sha256, device, imported, counts FROM bundle_1 ORDER BY imported")
    )
    numbers: dict[str, int] = {}
    for number, (bundle, sha256, device, imported, counts) in enumerate(bundles.all(), 1):
        numbers.setdefault(bundle, number)
        came = (number, bundle, sha256, device, imported, imported, counts)
        schema.insert_rows(connection, schema.bundle, [came])
    schema.insert_rows(
        connection, schema.revision, [_revision_from_1(row, numbers) for row in _old(connection, "revision")]
    )
    touched = connection.execute(text("SELECT record_id, max(arrived) FROM revision GROUP BY record_id"))
    newest = {row[0]: row[1] for row in touched}
    currents = [(*row, newest.get(row[0], 0)) for row in _old(connection, "current")]
    schema.insert_rows(connection, schema.current, currents)
    devices = [
        (device, name, public, enrolment, first, None if revoked is None else json.dumps({}), None)
        for device, name, public, enrolment, first, revoked in _old(connection, "device")
    ]
    schema.insert_rows(connection, schema.device, devices)
    aside = [_aside_from_1(*row) for row in _old(connection, "quarantine")]
    schema.insert_rows(connection, schema.quarantine, aside)
    for name in moved:
        connection.execute(text(f"DROP TABLE {name}_1"))


def _from_2(connection: Connection, _secret: bytes) -> None:
    """Nothing is asked by the pack any more; an import over several servers is announced."""
    connection.execute(text("DROP INDEX IF EXISTS revision_pack"))
    schema.undertaking.create(connection, checkfirst=True)
    connection.execute(text("UPDATE meta SET value = '3' WHERE name = 'schema'"))


def _old(connection: Connection, table: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}_1"))]  # noqa: S608 - our own names


def _revision_from_1(row: tuple[object, ...], numbers: Mapping[str, int]) -> tuple[object, ...]:
    *envelope, pack, offset, length, bundle = row
    return (*envelope, numbers.get(str(bundle), 0), pack, offset, length)


def _aside_from_1(sha256: str, reason: str, arrived: str, content: bytes) -> tuple[object, ...]:
    """The first bundles said in clear what they were."""
    [length] = struct.unpack_from(">I", content, 5)
    header = loads_strict(content[9 : 9 + length])
    reasons = json.dumps([reason])
    return sha256, header["bundle"], header["device"], reasons, header["revisions"], arrived, None, content


_STEPS: Mapping[int, Callable[[Connection, bytes], None]] = {1: _from_1, 2: _from_2}
