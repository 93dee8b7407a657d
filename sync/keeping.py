"""An archive that keeps every bundle for ever: what it does is noted in a store before it is committed, and what the store
notes beyond it is done before anything else is.

So a crash between the two, a backup that was brought back, and an archive made anew from nothing are the same case.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, update

from sync import devices, schema
from sync.database import Database
from sync.enrolment import Enrolment
from sync.errors import SyncError
from sync.events import Event, note_event
from sync.importing import MergeReport
from sync.kept_base import has_anything, make_base
from sync.kept_bundles import KeptBundles
from sync.moving import ARRIVING, MOVED, generation_of, settle
from sync.office_keys import OfficeKeys
from sync.quarantine import keep_aside
from sync.reading import Bundle
from sync.scrubbing import note_concerned
from sync.taking import Coming, take_in

KEPT = "kept"
STORE = "store"
"""The names in `meta` of the last note that the archive knows, and of the store it is in: "" before the first."""


class _OvertakenError(Exception):
    """Another process did the same first."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """What an archive and its store of bundles do together. secret: of the archive."""

    store: KeptBundles
    database: Database
    keys: OfficeKeys
    secret: bytes

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes, once the archive knows all that the store does.

        Raises SyncError("kept.…"), ("medium.…"), ("database.…").
        """
        self.catch_up()
        with self.database.writing() as connection:
            self._check(connection)
            yield connection

    def _check(self, connection: Connection) -> None:
        """See that the store is there, and is the one that the archive knows. Raises SyncError("kept.…")."""
        store = self.store.check()
        if (schema.remembered(connection).get(STORE) or store) != store:
            raise SyncError("kept.unnamed", path=str(self.store.folder))

    # -- what is noted ------------------------------------------------------------------------------------

    def enrolled(self, connection: Connection, word: Enrolment) -> None:
        """Note the word that a laptop was given."""
        self._note(connection, {"kind": "enrolled", "word": word.to_bytes().decode("utf-8")})

    def revoked(self, connection: Connection, device: str) -> None:
        """Note what is still taken from a laptop."""
        table = schema.device
        taken = connection.execute(select(table.c.revoked).where(table.c.device == device)).scalar_one()
        self._note(connection, {"kind": "revoked", "device": device, "taken": taken})

    def took(self, connection: Connection, coming: Coming, report: MergeReport) -> None:
        """Keep a bundle that was taken in, as far as it was, and note when, who let it in, and what was said of it."""
        self.store.keep(coming.bundle)
        note_concerned(connection, coming, report, kept=True)
        number = schema.last_number(connection)
        table = schema.bundle
        counts = connection.execute(select(table.c.counts).where(table.c.number == number)).scalar_one()
        facts = {
            "sha256": coming.bundle.sha256,
            "at": coming.now.isoformat(),
            "number": number,
            "counts": counts,
        }
        released = {"released": json.dumps(coming.released)} if coming.released is not None else {}
        self._note(connection, {"kind": "taken", **facts, **released})

    def set_aside(self, connection: Connection, bundle: Bundle, report: MergeReport, now: datetime) -> None:
        """Keep a bundle of which nothing was taken in, and note why."""
        self.store.keep(bundle)
        facts = {"sha256": bundle.sha256, "at": now.isoformat(), "reasons": list(report.reasons)}
        self._note(connection, {"kind": "aside", **facts})

    def noted(self, connection: Connection, event: Event) -> None:
        """Note what somebody did with the archive."""
        self._note(connection, {"kind": "event", "event": asdict(event)})

    def raised(self, connection: Connection) -> None:
        """Note the generation of an archive that came back."""
        self._note(connection, {"kind": "generation", "generation": generation_of(connection)})

    def _note(self, connection: Connection, facts: dict[str, Any]) -> None:
        number = position(connection) + 1
        self.store.write_note(number, facts)
        schema.remember(connection, KEPT, str(number))

    # -- what is done again -------------------------------------------------------------------------------

    def catch_up(self, told: Callable[[int], None] | None = None) -> int:
        """Do what the store notes beyond what the archive knows, one after the other; give how much that was.

        told: is given the number of each note that was done. Raises SyncError("kept.…"), ("medium.…"), ("database.…").
        """
        done = 0
        while True:
            with self.database.reading() as connection:
                self._check(connection)
                number = position(connection) + 1
            note = self.store.note(number)
            if note is None:
                return done
            try:
                self._do(number, note)
            except (KeyError, TypeError, ValueError) as error:
                raise self._damaged(number, str(error)) from error
            done += 1
            if told:
                told(number)

    def _do(self, number: int, note: Mapping[str, Any]) -> None:
        if note["kind"] == "taken":
            self._take_again(number, note)
            return
        with self.database.writing() as connection:
            if self._is_due(connection, number):
                self._do_in(connection, number, note)

    def _do_in(self, connection: Connection, number: int, note: Mapping[str, Any]) -> None:
        kind = note["kind"]
        if kind == "enrolled":
            devices.take_word(connection, Enrolment.from_bytes(str(note["word"]).encode("utf-8")))
        elif kind == "revoked":
            devices.take_standing(connection, note["device"], note["taken"])
        elif kind == "aside":
            bundle = self.store.bundle(note["sha256"])
            report = MergeReport(bundle.id, bundle.device, bundle.sha256, reasons=tuple(note["reasons"]))
            keep_aside(connection, bundle, report, datetime.fromisoformat(note["at"]))
        elif kind == "generation":
            generation = max(generation_of(connection), int(note["generation"]))
            schema.remember(connection, "generation", str(generation))
        elif kind == "event":
            event = note["event"]
            note_event(connection, event["kind"], event["device"], event["facts"], event["at"])
        elif kind == "office":
            schema.remember(connection, STORE, note["store"])
        else:
            raise self._damaged(number, f"this version does not know what “{kind}” is")

    def _take_again(self, number: int, note: Mapping[str, Any]) -> None:
        released = json.loads(note["released"]) if "released" in note else None
        coming = Coming(self.store.bundle(note["sha256"]), datetime.fromisoformat(note["at"]), released)

        @contextmanager
        def writing() -> Iterator[Connection]:
            with self.database.writing() as connection:
                if not self._is_due(connection, number):
                    raise _OvertakenError
                yield connection

        def last(connection: Connection, coming: Coming, report: MergeReport) -> None:
            note_concerned(connection, coming, report, kept=True)
            if schema.last_number(connection) != note["number"]:
                raise self._damaged(number, "the archive holds what nobody noted")
            table = schema.bundle
            # Of answers that were erased since, what was said then cannot be worked out again.
            counted = update(table).where(table.c.number == note["number"])
            connection.execute(counted.values(counts=note["counts"]))

        with suppress(_OvertakenError):
            take_in(self.database, self.secret, self.keys.identity, coming, writing=writing, last=last)

    def _is_due(self, connection: Connection, number: int) -> bool:
        """Whether a note is the next one, which the archive then knows: another process may have been faster."""
        if position(connection) + 1 != number:
            return False
        schema.remember(connection, KEPT, str(number))
        return True

    def _damaged(self, number: int, reason: str) -> SyncError:
        return SyncError("kept.damaged", path=f"{self.store.folder}: {number}", reason=reason)


def begin_store(store: KeptBundles, connection: Connection, facts: Mapping[str, Any], folder: Path) -> None:
    """Begin the store of an archive, with what it holds by now. facts: of the office; folder: where a copy may be made.

    Raises SyncError("kept.not-empty"), ("kept.other-office"), ("medium.…").
    """
    made = store.begin()
    if has_anything(connection):
        make_base(store, connection, folder)
    said = {name: facts[name] for name in ("name", "division", "recipients")}
    store.write_note(1, {"kind": "office", "store": made, **said})
    schema.remember(connection, KEPT, "1")
    schema.remember(connection, STORE, made)


def position(connection: Connection) -> int:
    """The number of the last note that an archive knows, 0 before the first."""
    return int(schema.remembered(connection).get(KEPT, 0))


def check_place(connection: Connection, *, keeps: bool, where: str) -> None:
    """See that an archive may be written here: that it is not elsewhere now, and that what it keeps is kept. A copy that
    arrived here is at home from then on.

    keeps: whether whoever writes knows of the store. Raises SyncError("archive.moved"), ("kept.unnamed").
    """
    said = schema.remembered(connection)
    if MOVED in said:
        raise SyncError("archive.moved", path=where, new=said[MOVED])
    if KEPT in said and not keeps:
        raise SyncError("kept.unnamed", path=where)
    if ARRIVING in said:
        settle(connection)
