"""The township archive: a set of revisions in one database, and what they add up to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine

from sync import devices, migrations, schema
from sync.database import Database
from sync.devices import Device, Known
from sync.enrolment import OFFICE_SUFFIX, Enrolment, KeyCard, OfficeCard
from sync.errors import SyncError
from sync.files import write_file
from sync.founding import look_at, make_tables, unused
from sync.holdings import Holdings
from sync.importing import MergeReport
from sync.keeping import Keeper, begin_store, check_place
from sync.kept_bundles import KeptBundles, check_new
from sync.moving import ARRIVING, Copied, Moved, copy_to_file, send
from sync.office_facts import file_url, kept_secret, leave_empty, make_folder, read_facts, write_facts
from sync.office_keys import KEYS, SECRET, OfficeKeys
from sync.quarantine import Waiting, keep_aside, kept_file, waiting
from sync.reading import Bundle
from sync.receipt import Receipt
from sync.scrubbing import Scrubbing, note_concerned
from sync.sealing import SECRET_LENGTH, check_recipients
from sync.taking import Coming, take_in

Clock = Callable[[], datetime]


class Archive(Holdings):
    """An archive folder: `office.toml`, `archive.db` (or a database elsewhere), `keys/office.keys`, `office.fkoffice` to show.

    name: of the office; division: its 12-digit code; key: what it signs with; id: of that key; recipients: the age
    recipients of what is meant for it, its own first; secret: 32 bytes that the packs and its keys are sealed with.
    """

    def __init__(
        self,
        folder: Path,
        facts: dict[str, Any],
        keys: OfficeKeys,
        database: Database,
        now: Clock,
        secret: bytes,
    ) -> None:
        super().__init__(database, secret)
        self.folder = folder
        self.name = str(facts["name"])
        self.division = str(facts["division"])
        self.recipients: tuple[str, ...] = tuple(facts["recipients"])
        self.keys = keys
        self.key = keys.signing
        self.id = keys.signing.id
        self._now = now
        self.keeper: Keeper | None = None
        if facts.get("bundles"):
            store = KeptBundles(Path(facts["bundles"]), self.id, secret)
            self.keeper = Keeper(store, database, keys, secret)

    @property
    def engine(self) -> Engine:
        """SQLAlchemy's engine over its database."""
        return self.database.engine

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        name: str,
        division: str,
        now: Clock,
        database: str | None = None,
        servers: Sequence[str] = (),
        seed: bytes | None = None,
        stand_ins: Sequence[str] = (),
        secret: bytes | None = None,
        bundles: Path | None = None,
    ) -> Self:
        """A new archive in a new or empty folder. `database`: SQLAlchemy URL instead of SQLite in the folder.

        servers: URLs of PostgreSQL databases over which `database`, one too, spreads the records. stand_ins: age
        recipients who can open what is meant for the office when its own key is lost. secret: 32 bytes
        that the caller keeps; without it one is made and lies in the folder, for all to read who can read that.
        bundles: a new or empty folder where every bundle is kept (`keep_bundles`).
        Raises SyncError("archive.exists"), ("archive.not-empty"), ("archive.bad-recipient"), ("kept.not-empty"),
        ("database.…"), ("medium.…").
        """
        check_recipients(stand_ins)
        if bundles is not None:
            check_new(bundles)
        elsewhere = unused(database) if database else None
        make_folder(folder)
        kept, secret = secret, secret or os.urandom(SECRET_LENGTH)
        keys = OfficeKeys.generate(seed)
        facts = {
            "id": keys.signing.id, "name": name, "division": division, "database": database or "",
            "recipients": list(dict.fromkeys([keys.recipient, *stand_ins])),
        }  # fmt: skip
        held = elsewhere or Database(file_url(folder))
        facts_of_meta = {"schema": str(schema.VERSION), "office": keys.signing.id, "generation": "1"}
        try:
            make_tables(held, facts_of_meta, servers, secret)
        except BaseException:
            held.close()
            leave_empty(folder)
            raise
        if kept is None:
            write_file(folder / SECRET, secret, private=True)
        keys.write(folder / KEYS, secret)
        write_facts(folder, facts)
        archive = cls(folder, facts, keys, held, now, secret)
        write_file(folder / f"office{OFFICE_SUFFIX}", archive.card().to_bytes())
        if bundles is not None:
            archive.keep_bundles(bundles)
        return archive

    @classmethod
    def open(cls, folder: Path, *, now: Clock, secret: bytes | None = None) -> Self:
        """An archive that is there; one made by an earlier version is brought up to date first.

        secret: see `create`. Raises SyncError("archive.none"), ("archive.locked") where a secret is needed,
        ("sealed.damaged") where it is another, ("archive.missing-database"), ("archive.moved"), ("archive.newer"),
        ("database.…"), ("medium.…").
        A database that is gone is never made anew: an archive that suddenly looks empty stops everything.
        """
        facts = read_facts(folder)
        migrations.migrate_keys(folder)
        secret = secret or kept_secret(folder)
        keys = OfficeKeys.read(folder / KEYS, secret)
        if not facts["database"] and not (folder / "archive.db").is_file():
            raise SyncError("archive.missing-database", path=str(folder))
        database = Database(facts["database"] or file_url(folder))
        try:
            look_at(database, keys.signing.id, folder, secret)
        except BaseException:
            database.close()
            raise
        return cls(folder, facts, keys, database, now, secret)

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()

    def card(self) -> OfficeCard:
        """What the office shows to a new laptop."""
        return OfficeCard(self.name, self.division, self.key.public, self.recipients)

    # -- laptops ------------------------------------------------------------------------------------------

    def enroll(self, card: KeyCard, name: str | None = None, replaces: str = "") -> Enrolment:
        """Make a laptop one of this office's own and give it its number block; again gives the same word,
        with what the card or `replaces` adds to it.

        replaces: the id of a laptop that it stands in for. Raises SyncError("archive.blocks-exhausted"),
        ("card.other-recipient").
        """
        draft = Enrolment(
            office=self.id,
            office_public=self.key.public,
            office_name=self.name,
            division=self.division,
            device=card.device,
            device_public=card.public,
            name=name or card.name,
            since=self._now().date().isoformat(),
            number_block=(0, 0),
            recipients=self.recipients,
            device_recipient=card.recipient,
            replaces=replaces,
        )
        with self.writing() as connection:
            before = devices.word_of(connection, card.device)
            word = devices.enroll(connection, card, draft, self.key)
            if self.keeper and word.to_bytes() != before:
                self.keeper.enrolled(connection, word)
            return word

    def devices(self) -> list[Device]:
        """The laptops, in the order of their names."""
        with self.database.reading() as connection:
            return devices.devices(connection)

    def known(self, device: str) -> Known | None:
        """Who a laptop is; None for one that is not enrolled."""
        with self.database.reading() as connection:
            return devices.known(connection, device)

    def revoke(self, device: str, last: int | None = None) -> None:
        """From now on a person decides about what this laptop brings beyond what is held, or beyond `last` of its chain.

        Raises SyncError("device.unknown").
        """
        with self.writing() as connection:
            devices.revoke(connection, device, last)
            if self.keeper:
                self.keeper.revoked(connection, device)

    def receipt(self, device: str, copies: int = 1) -> Receipt:
        """The office's signed word of what it holds from one laptop, in that many places."""
        with self.database.reading() as connection:
            made = devices.receipt(connection, device, office=self.id, now=self._now(), copies=copies)
        return made.signed_by(self.key)

    # -- bundles ------------------------------------------------------------------------------------------

    def import_bundle(self, path: Path) -> MergeReport:
        """Take a bundle in, whole or torn, in one transaction.

        Raises SyncError("bundle.foreign"), ("bundle.tampered"), ("bundle.truncated"), ("bundle.unknown-format"),
        ("medium.…"); then no record has changed. A tampered one is kept aside for a person to look at.
        """
        bundle = Bundle(path)
        if bundle.office != self.id:
            raise bundle.refusal("bundle.foreign", office=bundle.office, ours=self.name)
        try:
            return self._take(Coming(bundle, self._now()))
        except SyncError as error:
            if error.code == "bundle.tampered":
                self._keep_aside(
                    bundle, MergeReport(bundle.id, bundle.device, bundle.sha256, reasons=(error.code,))
                )
            raise

    def quarantine(self) -> list[Waiting]:
        """The bundles kept aside, oldest first."""
        with self.database.reading() as connection:
            return waiting(connection)

    def release(self, sha256: str, *, by: str, reason: str) -> MergeReport:
        """Let in what waits in a bundle kept aside: a person's decision, which is noted when nothing waits any more.

        Raises SyncError("quarantine.unknown"), ("device.unknown") while its laptop is not enrolled,
        ("bundle.tampered"): what was changed on its way is never let in.
        """
        with kept_file(self.database, sha256) as path:
            bundle = Bundle(path, came_as=sha256)
            if bundle.device not in {each.id for each in self.devices()}:
                raise SyncError("device.unknown", device=bundle.device)
            now = self._now()
            facts = {"by": by, "reason": reason, "at": now.isoformat(timespec="seconds")}
            return self._take(Coming(bundle, now, facts))

    def _take(self, coming: Coming) -> MergeReport:
        keep = self.keeper.took if self.keeper else partial(note_concerned, kept=False)
        identity = self.keys.identity
        return take_in(self.database, self.secret, identity, coming, writing=self.writing, last=keep)

    def _keep_aside(self, bundle: Bundle, report: MergeReport) -> None:
        now = self._now()
        with self.writing() as connection:
            is_new = keep_aside(connection, bundle, report, now)
            if self.keeper and is_new:
                self.keeper.set_aside(connection, bundle, report, now)

    # -- where it is, and what is kept beside it ----------------------------------------------------------

    def keep_bundles(self, folder: Path, *, instead: bool = False) -> None:
        """From now on keep every bundle in `folder`, new or empty, and what is decided about each: from that alone the
        archive can be made anew (`sync.rebuilding`). instead: of the store there was, which is lost.

        Raises SyncError("kept.already"), ("kept.not-empty"), ("kept.other-office"), ("medium.…").
        """
        if self.keeper and not instead:
            raise SyncError("kept.already", path=str(self.keeper.store.folder))
        store = KeptBundles(folder.resolve(), self.id, self.secret)
        facts = read_facts(self.folder) | {"bundles": str(store.folder)}
        with self.database.writing() as connection:
            check_place(connection, keeps=self.keeper is not None, where=self.database.where)
            self._scrubbing().strip_all_waiting(connection)
            begin_store(store, connection, facts, self.folder)
            write_facts(self.folder, facts)
        self.keeper = Keeper(store, self.database, self.keys, self.secret)

    def catch_up(self) -> int:
        """Do what the store of bundles holds beyond the archive; give how much that was. Raises SyncError("kept.…"), …"""
        return self.keeper.catch_up() if self.keeper else 0

    def scrub_bundles(self) -> int:
        """Take what was erased since the last time out of the bundles that are kept and those that wait; give how many were
        written anew. Raises SyncError("kept.…"), ("medium.…"), ("database.…").
        """
        return self._scrubbing().run()

    def _scrubbing(self) -> Scrubbing:
        store = self.keeper.store if self.keeper else None
        return Scrubbing(self.database, store, self.secret, self.keys.identity, self.recipients, self.folder)

    @property
    def kept_in(self) -> Path | None:
        """The store of its bundles, None where it keeps none."""
        return self.keeper.store.folder if self.keeper else None

    def copy_to(self, path: Path) -> Copied:
        """Write a copy of the archive into a new file, as it is now, whoever writes meanwhile. Raises as `copy_archive`."""
        with self.database.reading() as source:
            return copy_to_file(source, path, self.secret)

    def move(self, url: str = "", servers: Sequence[str] = ()) -> Moved:
        """Put the archive into another database, `archive.db` in its folder where no URL is given, over `servers` as in
        `create`. The old one stays as it is, but for a note that it is not the archive any more. This one is to be closed
        afterwards.

        Raises SyncError("database.in-use"), ("database.differs"), ("database.…"), ("medium.…"); then nothing has changed.
        """
        target = Database(url or file_url(self.folder))

        def switch() -> None:
            write_facts(self.folder, read_facts(self.folder) | {"database": url})

        def prepare() -> None:
            if servers:
                make_tables(target, {ARRIVING: self.id}, servers, self.secret)

        copied = send(self.writing, target, self.secret, self.id, switch, prepare)
        return Moved(self.database.where, target.where, copied)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that writes. Raises SyncError("archive.moved"), ("kept.…"), ("medium.…"), ("database.…")."""
        with (self.keeper or self.database).writing() as connection:
            check_place(connection, keeps=self.keeper is not None, where=self.database.where)
            yield connection
