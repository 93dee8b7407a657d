"""The township archive: a set of revisions in one database, and what they add up to."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Engine, insert, inspect, select
from sqlalchemy.exc import DatabaseError

from sync import devices, migrations, schema, spreading, undertaking
from sync.database import Database
from sync.devices import Device, Known
from sync.enrolment import OFFICE_SUFFIX, Enrolment, KeyCard, OfficeCard
from sync.errors import SyncError, refused
from sync.files import write_file
from sync.importing import MergeReport, import_bundle
from sync.merge import RecordView, merge
from sync.office_keys import KEYS, SECRET, OfficeKeys
from sync.pipeline import opened_segments
from sync.quarantine import Waiting, keep_aside, kept_file, mark_released, waiting
from sync.reading import Bundle
from sync.receipt import Receipt
from sync.revision import Revision
from sync.sealing import SECRET_LENGTH, check_recipients
from sync.shelf import Changes, Shelf
from sync.table_source import ArchiveSource
from sync.verifying import VerifyReport, state_of, verify_archive

Clock = Callable[[], datetime]


class Archive:
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
        self.folder = folder
        self.name = str(facts["name"])
        self.division = str(facts["division"])
        self.recipients: tuple[str, ...] = tuple(facts["recipients"])
        self.keys = keys
        self.key = keys.signing
        self.id = keys.signing.id
        self.database = database
        self._now = now
        self._secret = secret

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
    ) -> Self:
        """A new archive in a new or empty folder. `database`: SQLAlchemy URL instead of SQLite in the folder.

        servers: URLs of PostgreSQL databases over which `database`, one too, spreads the records. stand_ins: age
        recipients who can open what is meant for the office when its own key is lost. secret: 32 bytes
        that the caller keeps; without it one is made and lies in the folder, for all to read who can read that.
        Raises SyncError("archive.exists"), ("archive.not-empty"), ("archive.bad-recipient"), ("database.…"), ("medium.…").
        """
        check_recipients(stand_ins)
        elsewhere = _unused(database) if database else None
        _make_folder(folder)
        kept, secret = secret, secret or os.urandom(SECRET_LENGTH)
        keys = OfficeKeys.generate(seed)
        facts = {
            "id": keys.signing.id, "name": name, "division": division, "database": database or "",
            "recipients": list(dict.fromkeys([keys.recipient, *stand_ins])),
        }  # fmt: skip
        held = elsewhere or Database(_sqlite(folder))
        facts_of_meta = {"schema": str(schema.VERSION), "office": keys.signing.id, "generation": "1"}
        try:
            make_tables(held, facts_of_meta, servers, secret)
        except BaseException:
            held.close()
            _leave_empty(folder)
            raise
        if kept is None:
            write_file(folder / SECRET, secret, private=True)
        keys.write(folder / KEYS, secret)
        lines = [f"{field} = {json.dumps(value, ensure_ascii=False)}" for field, value in facts.items()]
        # The URL may hold a password.
        write_file(folder / "office.toml", ("\n".join(lines) + "\n").encode("utf-8"), private=bool(database))
        archive = cls(folder, facts, keys, held, now, secret)
        write_file(folder / f"office{OFFICE_SUFFIX}", archive.card().to_bytes())
        return archive

    @classmethod
    def open(cls, folder: Path, *, now: Clock, secret: bytes | None = None) -> Self:
        """An archive that is there; one made by an earlier version is brought up to date first.

        secret: see `create`. Raises SyncError("archive.none"), ("archive.locked") where a secret is needed,
        ("sealed.damaged") where it is another, ("archive.missing-database"), ("archive.newer"), ("database.…"), ("medium.…").
        A database that is gone is never made anew: an archive that suddenly looks empty stops everything.
        """
        try:
            facts = tomllib.loads((folder / "office.toml").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise SyncError("archive.none", path=str(folder)) from error
        migrations.migrate_keys(folder)
        secret = secret or _kept_secret(folder)
        keys = OfficeKeys.read(folder / KEYS, secret)
        if not facts["database"] and not (folder / "archive.db").is_file():
            raise SyncError("archive.missing-database", path=str(folder))
        database = Database(facts["database"] or _sqlite(folder))
        try:
            _look_at(database, keys.signing.id, folder, secret)
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
        with self.database.writing() as connection:
            return devices.enroll(connection, card, draft, self.key)

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
        with self.database.writing() as connection:
            devices.revoke(connection, device, last)

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
            return self._take(bundle)
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
            bundle = Bundle(path)
            if bundle.device not in {each.id for each in self.devices()}:
                raise SyncError("device.unknown", device=bundle.device)
            facts = {"by": by, "reason": reason, "at": self._now().isoformat(timespec="seconds")}
            return self._take(bundle, released=facts)

    def _take(self, bundle: Bundle, released: dict[str, str] | None = None) -> MergeReport:
        manifest = bundle.manifest(self.keys.identity)
        segments = opened_segments(bundle, self.keys.identity)
        try:
            with self.database.writing() as connection:
                shelf = Shelf(connection, self._secret)
                if self.database.is_spread:
                    shelf.changes = Changes()
                report = import_bundle(
                    shelf, bundle, manifest, segments, now=self._now(), accepted=released is not None
                )
                if released is not None and not report.quarantined:
                    mark_released(connection, bundle.sha256, released)
                elif released is None and report.quarantined:
                    keep_aside(connection, bundle, report, self._now())
                if shelf.changes:
                    undertaking.announce(self.database, connection, shelf.changes)
        finally:
            segments.close()
        if report.erased:
            with self.database.writing():
                pass  # before anybody writes, several servers drop what they still keep of what was erased
            self.database.forget()
        return report

    def _keep_aside(self, bundle: Bundle, report: MergeReport) -> None:
        with self.database.writing() as connection:
            keep_aside(connection, bundle, report, self._now())

    # -- records ------------------------------------------------------------------------------------------

    def views(self, form: str | None = None, as_of: datetime | None = None) -> Iterator[RecordView]:
        """The records as they stand, in the order of their ids; those of one form, if it is named.

        as_of: as they stood for the office at that time, after the bundles that had come by then.
        """
        with self.database.reading() as connection:
            shelf = Shelf(connection, self._secret)
            records = None
            if form is not None:
                query = select(schema.current.c.record_id).where(schema.current.c.form == form)
                records = list(connection.execute(query).scalars())
            for _record, revisions in shelf.by_record(records, schema.number_at(connection, as_of)):
                yield merge(revisions)

    def view(self, record: str, as_of: datetime | None = None) -> RecordView | None:
        """One record as it stands, or stood; None if the archive does not hold it, or did not."""
        with self.database.reading() as connection:
            until = schema.number_at(connection, as_of)
            revisions = Shelf(connection, self._secret).revisions(record, until)
        return merge(revisions) if revisions else None

    def revisions(self, record: str) -> list[Revision]:
        """The revisions of one record."""
        with self.database.reading() as connection:
            return Shelf(connection, self._secret).revisions(record)

    def conflicts(self) -> list[RecordView]:
        """The records in conflict."""
        with self.database.reading() as connection:
            query = select(schema.current.c.record_id).where(schema.current.c.conflict_count > 0)
            records = list(connection.execute(query).scalars())
            shelf = Shelf(connection, self._secret)
            return [merge(revisions) for _record, revisions in shelf.by_record(records)]

    def table_source(self) -> ArchiveSource:
        """What the flat tables are made from."""
        return ArchiveSource(self._secret)

    def history(self) -> list[dict[str, Any]]:
        """Every bundle that came, oldest first: `number`, `bundle`, `sha256`, `device`, `made`, `imported`, `counts`."""
        with self.database.reading() as connection:
            rows = connection.execute(select(schema.bundle).order_by(schema.bundle.c.number)).mappings()
            return [{**row, "counts": json.loads(row["counts"])} for row in rows]

    def came(self) -> int:
        """The number of the last bundle that came: as long as it is the same, so is what is held."""
        with self.database.reading() as connection:
            return schema.last_number(connection)

    def verify(self) -> VerifyReport:
        """Read and hash everything again, follow every chain, and compare the lists with what the revisions say."""
        with self.database.reading() as connection:
            return verify_archive(connection, Shelf(connection, self._secret))

    def state(self, as_of: datetime | None = None) -> str:
        """SHA-256 of the whole visible state, now or as the office saw it then."""
        with self.database.reading() as connection:
            until = schema.number_at(connection, as_of)
            return state_of(Shelf(connection, self._secret), until)


def make_tables(database: Database, facts: Mapping[str, str], servers: Sequence[str], secret: bytes) -> None:
    """The tables of a new archive in an empty database, and what `meta` says of it; over `servers` where there are some.

    Raises SyncError("database.…"), ("medium.…").
    """
    if servers:
        spreading.spread(database, servers)
        database.spread_over_servers(partial(undertaking.mend, secret))
    with database.at_once() if servers else database.writing() as connection:
        schema.metadata.create_all(connection)
        said = dict(facts) | ({spreading.SPREAD: str(len(servers))} if servers else {})
        connection.execute(insert(schema.meta), [{"name": n, "value": v} for n, v in said.items()])


def _unused(url: str) -> Database:
    """A database that holds no archive yet. Raises SyncError("database.…")."""
    database = Database(url)
    try:
        with database.reading() as connection:
            there = set(inspect(connection).get_table_names())
        if there.intersection(schema.metadata.tables):
            raise SyncError("database.in-use", where=database.where)
    except BaseException:
        database.close()
        raise
    return database


def _look_at(database: Database, office: str, folder: Path, secret: bytes) -> None:
    """See that the database is the office's own, bring it up to date, and how it lies. Raises as `Archive.open`."""
    try:
        with database.engine.connect() as connection:
            rows = {row.name: row.value for row in connection.execute(select(schema.meta))}
    except DatabaseError as error:
        if database.is_unusable(error):
            raise database.refusal(error) from error
        raise SyncError("archive.missing-database", path=str(folder)) from error
    if rows.get("office") != office:
        raise SyncError("archive.missing-database", path=str(folder))
    migrations.migrate(database, int(rows["schema"]), folder, secret)
    if rows.get(spreading.SPREAD):
        database.spread_over_servers(partial(undertaking.mend, secret))


def _make_folder(folder: Path) -> None:
    if (folder / "office.toml").exists():
        raise SyncError("archive.exists", path=str(folder))
    try:
        if folder.exists() and any(folder.iterdir()):
            raise SyncError("archive.not-empty", path=str(folder))
        (folder / "keys").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused(error, folder) from error


def _leave_empty(folder: Path) -> None:
    """Take away a folder in which nothing came to be."""
    with suppress(OSError):
        (folder / "keys").rmdir()
        folder.rmdir()


def _kept_secret(folder: Path) -> bytes:
    """The secret of an archive that nobody put a passphrase on."""
    try:
        return (folder / SECRET).read_bytes()
    except FileNotFoundError as error:
        raise SyncError("archive.locked", path=str(folder)) from error
    except OSError as error:
        raise refused(error, folder / SECRET) from error


def _sqlite(folder: Path) -> str:
    return f"sqlite:///{folder.resolve() / 'archive.db'}"
