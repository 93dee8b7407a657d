"""What an archive holds, for comparing two of them; what lies in the bundles that it keeps, and what is made of them."""

from __future__ import annotations

from sqlalchemy import select

from sync import Bundle, SyncError, schema
from sync.office_keys import SECRET
from sync.rebuilding import Rebuilding, rebuild
from sync.wire import decompressed, open_segment
from tests.sync.laptops import NOW

PLACES = {"revision": {"pack", "offset", "length"}, "quarantine": {"bytes"}}
"""Where something lies, which is no part of what is held."""
SKIPPED = {"meta", "pack", "event", "undertaking"}


def held_by(archive):
    """Every row of every table but for where bytes lie, the state, and what each laptop's receipt says."""
    found = {"state": archive.state()}
    with archive.database.reading() as connection:
        for table in schema.metadata.sorted_tables:
            if table.name not in SKIPPED:
                columns = [c for c in table.columns if c.name not in PLACES.get(table.name, ())]
                found[table.name] = sorted(map(repr, map(tuple, connection.execute(select(*columns)))))
    for each in archive.devices():
        receipt = archive.receipt(each.id)
        found[f"receipt {each.id}"] = (sorted(receipt.held, key=repr), receipt.also, receipt.bundles)
    return found


def opened_bytes(archive):
    """All that the office can open of its kept bundles, whole or half-written, and of those in quarantine."""
    identity = archive.keys.identity
    for path in archive.keeper.store.folder.rglob("bundles/*/*.*") if archive.keeper else ():
        if path.suffix != ".now":
            yield from opened(path, identity)
    with archive.database.reading() as connection:
        waiting = list(connection.execute(select(schema.quarantine.c.bytes)).scalars())
    for content in waiting:
        path = archive.folder / "waiting.fkb"
        path.write_bytes(content)
        yield from opened(path, identity)
        path.unlink()


def opened(path, identity):
    """What is in the segments of one bundle."""
    bundle = Bundle(path)
    bundle.manifest(identity)
    for stored in bundle.segments():
        try:
            yield decompressed(open_segment(stored.content, identity), stored.raw_length)
        except SyncError:
            continue


def rebuilt(archive, folder, **other):
    """An archive made anew from the keys and the kept bundles of another."""
    keys = archive.folder / "keys"
    secret = (archive.folder / SECRET).read_bytes()
    return rebuild(Rebuilding(folder, archive.keeper.store.folder, keys, secret, **other), lambda: NOW)
