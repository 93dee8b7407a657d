"""An erasure reaches the bundles that are kept, and those that wait: one pass for all records erased since the last one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, select, update

from sync import schema
from sync.database import Database
from sync.erasing import erase_bodies
from sync.errors import SyncError
from sync.files import new_file, workplace
from sync.importing import MergeReport
from sync.kept_base import opened_base
from sync.kept_bundles import KeptBundles
from sync.reading import Bundle
from sync.shelf import Shelf
from sync.stripping import holds_answers, stripped
from sync.taking import Coming

_ERASED = "erased"
_PENDING = "unscrubbed"
"""Names in `meta` the records and bundles that are to be looked at, until they have been."""


def note_concerned(connection: Connection, coming: Coming, report: MergeReport, *, kept: bool) -> None:
    """Note, in the transaction of an import, what it leaves to be done in other bundles than the archive's packs.

    Records that it erased are looked for in all of them; in this one, all that were ever erased. kept: whether it is kept
    though all of it was taken in.
    """
    # A bundle of which all is new brings nothing of a record that was erased before.
    erased = _erased_of(connection, coming.records) if report.erased or (kept and report.held) else set()
    # What was not taken in was not looked at as closely, so that nobody knows what it is of.
    unseen = report.quarantined > 0 or (kept and report.refused > 0)
    if erased or unseen:
        records, bundles = _pending(connection)
        records |= erased if report.erased else set()
        _write(connection, records, bundles | {coming.bundle.sha256})


class _Look(NamedTuple):
    """What is looked for: all records ever erased; those erased since the last pass, and their revisions; which bundles are
    to be looked at closely; and in which nothing can be that the archive does not know.
    """

    erased: set[str]
    records: set[str]
    ids: set[str]
    closely: set[str]
    whole: set[str]


@dataclass(frozen=True, slots=True)
class Scrubbing:
    """An archive, as far as a pass needs it. store: of its bundles, if they are kept; folder: where something may lie
    meanwhile; recipients: of the office.
    """

    database: Database
    store: KeptBundles | None
    secret: bytes
    identity: str
    recipients: tuple[str, ...]
    folder: Path

    def run(self) -> int:
        """Write anew every bundle that holds an answer of an erased record; give how many did. Again finds none.

        Raises SyncError("kept.…"), ("medium.…"), ("database.…").
        """
        with self.database.reading() as connection:
            records, bundles = _pending(connection)
            if not records and not bundles:
                return 0
            whole = _taken_whole(connection) if self.store else set()
            look = _Look(_all_erased(connection), records, _ids_of(connection, records), bundles, whole)
        done = self._in_store(self.store, look) if self.store else 0
        with workplace(self.folder) as beside, self.database.writing() as connection:
            waiting = self._strip_waiting(connection, beside, look.erased, None if records else bundles)
            # One that is kept as well has been counted there.
            done += 0 if self.store else waiting
            late_records, late_bundles = _pending(connection)
            _write(connection, late_records - records, late_bundles - bundles)
        self.database.forget()
        return done

    def strip_all_waiting(self, connection: Connection) -> None:
        """Take the answers of all records ever erased out of the bundles in quarantine. Raises SyncError("medium.…")."""
        with workplace(self.folder) as beside:
            self._strip_waiting(connection, beside, _all_erased(connection))

    def _strip_waiting(
        self,
        connection: Connection,
        folder: Path,
        records: Collection[str],
        among: Collection[str] | None = None,
    ) -> int:
        """Take the answers of these records out of the bundles in quarantine, `among` those named; give of how many."""
        table = schema.quarantine
        done = 0
        for sha256 in list(connection.execute(select(table.c.sha256)).scalars()):
            if among is not None and sha256 not in among:
                continue
            content = connection.execute(select(table.c.bytes).where(table.c.sha256 == sha256)).scalar_one()
            (folder / "waiting").write_bytes(content)
            bundle = Bundle(folder / "waiting")
            self._listed(bundle)
            if holds_answers(bundle, self.identity, records):
                content = b"".join(stripped(bundle, self.identity, records, self.recipients))
                connection.execute(update(table).where(table.c.sha256 == sha256).values(bytes=content))
                done += 1
        return done

    def _in_store(self, store: KeptBundles, look: _Look) -> int:
        store.check()
        roots = store.roots()
        looked_at: Iterable[str] = store.bundles() if look.records else map(store.now, sorted(look.closely))
        done = sum(self._in_one(store, sha256, roots.get(sha256, sha256), look) for sha256 in looked_at)
        return done + self._in_base(store, look)

    def _in_one(self, store: KeptBundles, sha256: str, root: str, look: _Look) -> bool:
        """Look at one bundle, at its list of contents alone where that tells enough. root: the hash that it came under."""
        bundle = store.bundle(sha256)
        ids = self._listed(bundle)
        closely = ids is None or root in look.closely or root not in look.whole
        if not closely and look.ids.isdisjoint(ids or ()):
            return False
        if not holds_answers(bundle, self.identity, look.erased):
            return False
        with workplace(self.folder) as beside:
            digest = hashlib.sha256()
            with new_file(beside / "bundle") as file:
                for part in stripped(bundle, self.identity, look.erased, self.recipients):
                    digest.update(part)
                    file.write(part)
            store.replace(sha256, beside / "bundle", digest.hexdigest())
        return True

    def _in_base(self, store: KeptBundles, look: _Look) -> bool:
        """The same for what the archive held when the store was begun."""
        if not look.records or not store.base.is_file():
            return False
        with opened_base(store, self.folder) as (base, path):
            with base.writing() as connection:
                gone = erase_bodies(connection, Shelf(connection, self.secret), look.records)
                gone += self._strip_waiting(connection, path.parent, look.erased)
            base.forget()
            base.close()
            if gone:
                store.keep_base(path)
        return gone > 0

    def _listed(self, bundle: Bundle) -> tuple[str, ...] | None:
        """The ids in the list of contents of a bundle, None where that is not readable."""
        try:
            return bundle.manifest(self.identity).ids
        except SyncError as error:
            if error.code.startswith("medium."):
                raise
            return None


def _pending(connection: Connection) -> tuple[set[str], set[str]]:
    records, bundles = json.loads(schema.remembered(connection).get(_PENDING, "[[], []]"))
    return set(records), set(bundles)


def _write(connection: Connection, records: set[str], bundles: set[str]) -> None:
    schema.remember(connection, _PENDING, json.dumps([sorted(records), sorted(bundles)]))


def _erased_of(connection: Connection, records: Collection[str]) -> set[str]:
    table = schema.current
    rows = schema.select_in(connection, (table.c.record_id, table.c.state), table.c.record_id, records)
    return {record for record, state in rows if state == _ERASED}


def _all_erased(connection: Connection) -> set[str]:
    table = schema.current
    return set(connection.execute(select(table.c.record_id).where(table.c.state == _ERASED)).scalars())


def _ids_of(connection: Connection, records: Collection[str]) -> set[str]:
    table = schema.revision
    rows = schema.select_in(connection, (table.c.rev_id,), table.c.record_id, records)
    return {each for (each,) in rows}


def _taken_whole(connection: Connection) -> set[str]:
    """The bundles of which the archive holds every revision."""
    table = schema.bundle
    counted = (
        (sha256, json.loads(counts))
        for sha256, counts in connection.execute(select(table.c.sha256, table.c.counts))
    )
    return {sha256 for sha256, counts in counted if not counts["quarantined"] + counts["refused"]}
