"""The township archive: a set of revisions in one database, and what they add up to."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import pyrage
from sqlalchemy import Engine, create_engine, event, func, insert, select, update
from sqlalchemy.exc import DatabaseError

from sync import schema
from sync.bundle import Bundle
from sync.canonical import dumps
from sync.enrolment import BLOCK_SIZE, OFFICE_SUFFIX, Enrolment, KeyCard, OfficeCard
from sync.errors import SyncError, refused
from sync.files import write_file
from sync.importing import MergeReport, import_bundle
from sync.keys import DeviceKey
from sync.merge import RecordView, merge
from sync.receipt import Held, Receipt
from sync.revision import Revision, verify
from sync.shelf import Shelf

_LARGEST_NUMBER = 9999
_SCHEMA = "1"
_IDENTITY = "office.age"
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What `verify` counted. state: SHA-256 over the whole visible state, the same for the same revisions
    whatever order they came in. damaged: ids whose bytes or signatures do not fit.
    """

    records: int
    revisions: int
    conflicts: int
    state: str
    damaged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Device:
    """A laptop the office knows."""

    id: str
    name: str
    enrolment: Enrolment
    revoked: bool


class Archive:
    """An archive folder: `office.toml`, `archive.db`, `keys/office.key`, `keys/office.age`, `office.fkoffice` to show.

    name: of the office; division: its 12-digit code; key: what it signs with; id: of that key; recipients: the age
    recipients of what is meant for it, its own first.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        division: str,
        key: DeviceKey,
        engine: Engine,
        now: Clock,
        recipients: tuple[str, ...],
    ) -> None:
        self.folder = folder
        self.name = name
        self.division = division
        self.key = key
        self.id = key.id
        self.engine = engine
        self.recipients = recipients
        self._now = now

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        name: str,
        division: str,
        now: Clock,
        database: str | None = None,
        seed: bytes | None = None,
        stand_ins: Sequence[str] = (),
    ) -> Self:
        """A new archive in a new or empty folder. `database`: SQLAlchemy URL instead of SQLite in the folder.

        stand_ins: age recipients who can open what is meant for the office when its own key is lost.
        Raises SyncError("archive.exists"), ("archive.not-empty"), ("archive.bad-recipient"), ("medium.…").
        """
        recipients = _recipients(stand_ins)
        if (folder / "office.toml").exists():
            raise SyncError("archive.exists", path=str(folder))
        try:
            if folder.exists() and any(folder.iterdir()):
                raise SyncError("archive.not-empty", path=str(folder))
            (folder / "keys").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise refused(error, folder) from error
        key = DeviceKey.generate(seed)
        write_file(folder / "keys" / "office.key", key.to_bytes(), private=True)
        identity = pyrage.x25519.Identity.generate()
        write_file(folder / "keys" / _IDENTITY, str(identity).encode("ascii"), private=True)
        recipients = (str(identity.to_public()), *recipients)
        engine = _engine(database or _sqlite(folder))
        schema.metadata.create_all(engine)
        with engine.begin() as connection:
            facts = {"schema": _SCHEMA, "office": key.id, "generation": "1"}
            connection.execute(insert(schema.meta), [{"name": n, "value": v} for n, v in facts.items()])
        written: dict[str, Any] = {
            "id": key.id,
            "name": name,
            "division": division,
            "database": database or "",
        }
        written["recipients"] = list(recipients)
        lines = [f"{field} = {json.dumps(value, ensure_ascii=False)}" for field, value in written.items()]
        write_file(folder / "office.toml", ("\n".join(lines) + "\n").encode("utf-8"))
        card = OfficeCard(name, division, key.public, recipients)
        write_file(folder / f"office{OFFICE_SUFFIX}", card.to_bytes())
        return cls(folder, name, division, key, engine, now, recipients)

    @classmethod
    def open(cls, folder: Path, *, now: Clock) -> Self:
        """An archive that is there. Raises SyncError("archive.none"), ("archive.missing-database"), ("medium.…").

        A database that is gone is never made anew: an archive that suddenly looks empty stops everything.
        """
        try:
            facts = tomllib.loads((folder / "office.toml").read_text(encoding="utf-8"))
            key = DeviceKey((folder / "keys" / "office.key").read_bytes())
        except (OSError, ValueError) as error:
            raise SyncError("archive.none", path=str(folder)) from error
        if not facts["database"] and not (folder / "archive.db").is_file():
            raise SyncError("archive.missing-database", path=str(folder / "archive.db"))
        engine = _engine(facts["database"] or _sqlite(folder))
        try:
            with engine.connect() as connection:
                rows = {row.name: row.value for row in connection.execute(select(schema.meta))}
        except DatabaseError as error:
            raise SyncError("archive.missing-database", path=str(folder)) from error
        if rows.get("office") != key.id:
            raise SyncError("archive.missing-database", path=str(folder))
        return cls(folder, facts["name"], facts["division"], key, engine, now, tuple(facts["recipients"]))

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def unseal(self, sealed: bytes, identity_file: Path | None = None) -> bytes:
        """Open an age file that was sealed for the office, or for who stands in for it with an identity of their own.

        Raises SyncError("archive.not-for-us"), ("medium.…").
        """
        path = identity_file or self.folder / "keys" / _IDENTITY
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
            # As age-keygen writes it, with comments.
            [text] = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
            identity = pyrage.x25519.Identity.from_str(text)
            return bytes(pyrage.decrypt(sealed, [identity]))
        except OSError as error:
            raise refused(error, path) from error
        except (pyrage.DecryptError, pyrage.IdentityError, ValueError) as error:
            raise SyncError("archive.not-for-us", path=str(path), reason=str(error)) from error

    def enroll(self, card: KeyCard, name: str | None = None, replaces: str = "") -> Enrolment:
        """Make a laptop one of this office's own and give it its number block; again gives the same word, with what
        the card or `replaces` adds to it.

        replaces: the id of the laptop it stands in for, "" for none.
        Raises SyncError("archive.blocks-exhausted") when a village's numbers are all given out,
        ("card.other-recipient").
        """
        table = schema.device
        with self.engine.begin() as connection:
            known = connection.execute(select(table).where(table.c.device == card.device)).first()
            if known is not None:
                before = Enrolment.from_bytes(known.enrolment)
                if (word := before.completed(card, replaces)) is before:
                    return before
                word = word.signed_by(self.key)
                changed = update(table).where(table.c.device == card.device)
                connection.execute(changed.values(enrolment=word.to_bytes()))
                return word
            last = connection.execute(select(func.max(table.c.block_first))).scalar()
            first = 1 if last is None else int(last) + BLOCK_SIZE
            if first + BLOCK_SIZE - 1 > _LARGEST_NUMBER:
                raise SyncError("archive.blocks-exhausted", device=card.device)
            draft = self._draft(card, name, replaces)
            enrolment = draft.with_block(first, first + BLOCK_SIZE - 1).signed_by(self.key)
            row = {
                "device": card.device, "name": enrolment.name, "public": card.public,
                "enrolment": enrolment.to_bytes(), "block_first": first, "revoked_from": None,
            }  # fmt: skip
            connection.execute(insert(table), [row])
        return enrolment

    def _draft(self, card: KeyCard, name: str | None, replaces: str) -> Enrolment:
        """What an enrolment says, but for its numbers."""
        return Enrolment(
            office=self.id, office_public=self.key.public, office_name=self.name, division=self.division,
            device=card.device, device_public=card.public, name=name or card.name,
            since=self._now().date().isoformat(), number_block=(0, 0), recipients=self.recipients,
            device_recipient=card.recipient, replaces=replaces,
        )  # fmt: skip

    def devices(self) -> list[Device]:
        """The laptops, in the order of their names."""
        with self.engine.connect() as connection:
            rows = connection.execute(
                select(schema.device).order_by(schema.device.c.name, schema.device.c.device)
            )
            return [
                Device(
                    row.device, row.name, Enrolment.from_bytes(row.enrolment), row.revoked_from is not None
                )
                for row in rows
            ]

    def import_bundle(self, path: Path) -> MergeReport:
        """Take a bundle in, whole or torn, in one transaction. Raises SyncError; then nothing has changed."""
        bundle = Bundle(path)
        try:
            with self.engine.begin() as connection:
                return import_bundle(connection, bundle, office=self.id, now=self._now())
        except DatabaseError as error:
            raise SyncError("medium.failing", path=str(self.folder), reason=str(error.orig)) from error

    def views(self, form: str | None = None) -> Iterator[RecordView]:
        """The records as they stand, in the order of their ids; those of one form, if it is named."""
        with self.engine.connect() as connection:
            shelf = Shelf(connection)
            records = None
            if form is not None:
                query = select(schema.current.c.record_id).where(schema.current.c.form == form)
                records = list(connection.execute(query).scalars())
            for _record, revisions in shelf.by_record(records):
                yield merge(revisions)

    def view(self, record: str) -> RecordView | None:
        """One record as it stands, None if the archive does not hold it."""
        revisions = self.revisions(record)
        return merge(revisions) if revisions else None

    def revisions(self, record: str) -> list[Revision]:
        """The revisions of one record."""
        with self.engine.connect() as connection:
            return Shelf(connection).revisions(record)

    def conflicts(self) -> list[RecordView]:
        """The records in conflict."""
        with self.engine.connect() as connection:
            query = select(schema.current.c.record_id).where(schema.current.c.conflict_count > 0)
            records = list(connection.execute(query).scalars())
            return [merge(revisions) for _record, revisions in Shelf(connection).by_record(records)]

    def verify(self) -> VerifyReport:
        """Read and hash everything again: bodies against envelopes, envelopes against ids, chain heads' signatures."""
        state = hashlib.sha256()
        records = revisions = conflicts = 0
        damaged: list[str] = []
        keys = {device.id: device.enrolment.device_public for device in self.devices()}
        tips: dict[tuple[str, str], Revision] = {}
        with self.engine.connect() as connection:
            listed = set(connection.execute(select(schema.chain.c.rev_id)).scalars())
            for _record, found in Shelf(connection).by_record():
                view = merge(found)
                records += 1
                revisions += len(found)
                conflicts += bool(view.conflicts)
                state.update(_visible(view))
                for each in found:
                    damaged += [each.id] if each.id not in listed else []
                    chain = each.envelope.device, each.envelope.epoch
                    if chain not in tips or tips[chain].envelope.sequence < each.envelope.sequence:
                        tips[chain] = each
        for (device, _epoch), tip in tips.items():
            try:
                verify(tip, keys.get(device, b""))
            except SyncError:
                damaged.append(tip.id)
        return VerifyReport(records, revisions, conflicts, state.hexdigest(), tuple(damaged))

    def receipt(self, device: str) -> Receipt:
        """The office's signed word of what it holds from one laptop."""
        table = schema.chain
        query = (
            select(table)
            .where(table.c.device == device)
            .order_by(table.c.epoch, table.c.sequence, table.c.rev_id)
        )
        with self.engine.connect() as connection:
            rows = connection.execute(query).all()
            generation = connection.execute(
                select(schema.meta.c.value).where(schema.meta.c.name == "generation")
            ).scalar()
        epochs: dict[str, dict[int, str]] = {}
        for row in rows:
            epochs.setdefault(row.epoch, {}).setdefault(row.sequence, row.rev_id)
        held = tuple(_held(device, epoch, places) for epoch, places in sorted(epochs.items()))
        made = self._now().isoformat(timespec="seconds")
        return Receipt(self.id, int(generation or 1), made, held).signed_by(self.key)


def _held(device: str, epoch: str, places: dict[int, str]) -> Held:
    last = 0
    while last + 1 in places:
        last += 1
    return Held(
        device, epoch, last, places.get(last, ""), tuple(each for each in sorted(places) if each > last)
    )


def _visible(view: RecordView) -> bytes:
    conflicts = {
        path: [version.revision for version in versions] for path, versions in view.conflicts.items()
    }
    return dumps(
        [view.record, view.form, view.state, list(view.heads), dict(view.fields), conflicts, view.incomplete]
    )


def _sqlite(folder: Path) -> str:
    return f"sqlite:///{folder.resolve() / 'archive.db'}"


def _engine(url: str) -> Engine:
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _durable(connection: object, _record: object) -> None:
            cursor = connection.cursor()  # type: ignore[attr-defined]
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.close()

    return engine


def _recipients(named: Sequence[str]) -> tuple[str, ...]:
    """Age recipients, each once. Raises SyncError("archive.bad-recipient")."""
    for each in named:
        try:
            pyrage.x25519.Recipient.from_str(each)
        except pyrage.RecipientError as error:
            raise SyncError("archive.bad-recipient", recipient=each, reason=str(error)) from error
    return tuple(dict.fromkeys(named))
