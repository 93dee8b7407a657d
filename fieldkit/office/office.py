"""The office: one archive folder, and everything that may be done with it."""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy.exc import DatabaseError

from fieldkit.errors import FieldkitError
from fieldkit.library import FormLibrary
from fieldkit.office import returns
from fieldkit.office.handed import HandedOn
from fieldkit.office.keys import is_locked, lock_with, secret_of
from fieldkit.office.merging import MergeSummary, bundles_in
from fieldkit.office.reading import Readable
from fieldkit.office.returns import WrittenPack, pack_for
from fieldkit.office.sent import sweep
from fieldkit.office.stages import Stage, Told, untold
from sync import (
    ENROLMENT_SUFFIX,
    Archive,
    Device,
    DeviceKey,
    Enrolment,
    KeyCard,
    MergeReport,
    RecordView,
    ReturnPack,
    SyncError,
    VerifyReport,
    Waiting,
    write_return_pack,
)
from sync.events import noted
from sync.files import write_file
from sync.sealing import SECRET_LENGTH

if TYPE_CHECKING:
    from fieldkit.office.backup import Backup
    from fieldkit.office.checks.table import CheckTable
    from fieldkit.office.doubles import OfficeDouble
    from fieldkit.office.lists import WorkLists
    from fieldkit.office.tables import KeptTables
    from sync.devices import Known
    from sync.moving import Moved

DESK = "desk"
"""The kind of the events that say who works here (`fieldkit.office.desks`)."""
PHONE = "phone"
"""The kind of the events that say which phones send to this office (`fieldkit.interop.openrosa.phones`)."""
FOLDERS = ("forms", "lists", "worklist", "reports", "sticks", "checks")
"""What people put into an office's folder, or find there."""


class Office(Readable):
    """An open office folder. `now` gives aware datetimes."""

    def __init__(self, archive: Archive, now: Callable[[], datetime]) -> None:
        self.archive = archive
        self.now = now
        self._handed: tuple[int, HandedOn] | None = None
        forms = archive.folder / "forms"
        self.library = FormLibrary(forms)

    @classmethod
    def create(
        cls, folder: Path, *, name: str, division: str, now: Callable[[], datetime], database: str | None = None,
        servers: Sequence[str] = (), seed: bytes | None = None, stand_ins: Sequence[str] = (), passphrase: str | None = None,
        bundles: Path | None = None,
    ) -> Office:  # fmt: skip
        """A new office in an empty or new folder.

        database, servers, bundles: see `sync.Archive.create`. stand_ins: age recipients beside its own, who can also open
        the archive itself. passphrase: what opens it from now on; without one whoever has the folder can read it.
        Raises SyncError, StoreError.
        """
        secret = None if passphrase is None else os.urandom(SECRET_LENGTH)
        archive = Archive.create(
            folder, name=name, division=division, now=now, database=database, servers=servers, seed=seed,
            stand_ins=stand_ins, secret=secret, bundles=bundles,
        )  # fmt: skip
        if secret is not None and passphrase is not None:
            lock_with(folder, secret, passphrase, stand_ins)
        return cls.of(archive, now)

    @classmethod
    def of(cls, archive: Archive, now: Callable[[], datetime]) -> Office:
        """The office of a new archive, with folders for what people put there."""
        for part in FOLDERS:
            (archive.folder / part).mkdir(exist_ok=True)
        return cls(archive, now)

    @classmethod
    def open(
        cls, folder: Path, *, now: Callable[[], datetime], passphrase: Callable[[], str] | None = None,
        secret: bytes | None = None,
    ) -> Office:  # fmt: skip
        """An office that is there; `passphrase` gives it where one is needed. secret: of its archive, where it is known.

        Raises SyncError, StoreError("office.wrong-passphrase"), ("office.needs-passphrase").
        """
        return cls(Archive.open(folder, now=now, secret=secret or secret_of(folder, passphrase)), now)

    @property
    def is_sealed(self) -> bool:
        """Whether it takes a passphrase to open it."""
        return is_locked(self.folder)

    @property
    def name(self) -> str:
        """What it is called."""
        return self.archive.name

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.archive.folder

    def close(self) -> None:
        """Let go of the archive."""
        self.archive.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def enroll(
        self, card: Path, *, name: str | None = None, out: Path | None = None
    ) -> tuple[Enrolment, Path]:
        """Enrol the laptop of a key card; write its enrolment into `out` (default: beside the card).

        Raises SyncError.
        """
        enrolment = self.enroll_card(KeyCard.from_file(card), name=name)
        return enrolment, self.write_enrolment(enrolment, out or card.parent)

    def enroll_card(self, card: KeyCard, *, name: str | None = None, replaces: str = "") -> Enrolment:
        """Enrol the laptop of a card. The same card again gives the same word.

        replaces: the laptop it stands in for, by its name or the beginning of its id; that one stays as it is.
        Raises SyncError, FieldkitError("office.which-device"), ("laptop.itself").
        """
        replaced = self.device(replaces).id if replaces else ""
        if replaced == card.device:
            raise FieldkitError("laptop.itself", name=replaces)
        return self.archive.enroll(card, name, replaced)

    def write_enrolment(self, enrolment: Enrolment, target: Path) -> Path:
        """Write an enrolment into a folder or file; give where it is. Raises SyncError("medium.…")."""
        path = target / f"{enrolment.device[:8]}{ENROLMENT_SUFFIX}" if target.is_dir() else target
        write_file(path, enrolment.to_bytes())
        return path

    @property
    def identity(self) -> str:
        """Its age identity: what opens what is sealed for it."""
        return self.archive.keys.identity

    @property
    def pseudonyms(self) -> bytes:
        """The secret that pseudonyms of exports are made with: of the archive's own, so that a restored office has the same."""
        return hmac.digest(self.archive.secret, b"fieldkit pseudonyms 1", "sha256")

    @property
    def key(self) -> DeviceKey:
        """What it signs with."""
        return self.archive.key

    def known(self, device: str) -> Known | None:
        """Who a laptop is, by its whole id; None for one that is not enrolled."""
        return self.archive.known(device)

    def devices(self) -> list[Device]:
        """The laptops it knows; the desks of its own people are none, nor are phones."""
        others = self.desks() | self.phones()
        return [each for each in self.archive.devices() if each.id not in others]

    def desks(self) -> frozenset[str]:
        """The ids of the keys that its own people have or had at their desks."""
        return frozenset(event.device for event in noted(self.archive, DESK))

    def phones(self) -> frozenset[str]:
        """The ids of the keys that phones have or had here."""
        return frozenset(event.device for event in noted(self.archive, PHONE))

    def merge(
        self, paths: Sequence[Path], told: Callable[[Path, MergeReport | SyncError], None] | None = None
    ) -> MergeSummary:
        """Take in bundles: files, or every bundle in folders. One that is refused stops none of the others.

        told: is given what became of each, as soon as that is known.
        """
        summary = MergeSummary()
        for path in bundles_in(paths):
            outcome: MergeReport | SyncError
            try:
                outcome = self.archive.import_bundle(path)
                summary.reports.append((path, outcome))
            except SyncError as error:
                outcome = error
                summary.refusals.append((path, error))
            if told:
                told(path, outcome)
        if any(report.new for _path, report in summary.reports):
            self.lists.up_to_date()
        return summary

    def take_decision(self, path: Path) -> MergeReport:
        """Take in the bundle of a desk, and bring the lists up to date. Raises SyncError."""
        report = self.archive.import_bundle(path)
        self.lists.up_to_date()
        return report

    @cached_property
    def lists(self) -> WorkLists:
        """The lists that people here work through."""
        from fieldkit.office.derivations import derivations, gatherings
        from fieldkit.office.lists import WorkLists

        checks = self.checks
        return WorkLists(self.archive, derivations(self.library, checks), gatherings(checks))

    @cached_property
    def checks(self) -> CheckTable:
        """What is checked at every merge: the table that ships and those in the folder `checks`."""
        from fieldkit.office.checks.table import check_table

        return check_table(self.folder, self.library)

    def write_returns(
        self, folder: Path, device: str | None = None, *, copies: int = 1, whole: bool = False
    ) -> list[WrittenPack]:
        """Write return packs into `folder`, for one laptop (id, its beginning, or name) or all.

        copies: how many there are of the archive, this one included; with two, laptops may set old bodies aside.
        whole: with all revisions of its own, for a laptop that was set back. Raises FieldkitError("office.which-device"),
        ("worklist.…"), ("list.unreadable"), SyncError.
        """
        from fieldkit.office.assigned import Assigned

        chosen = self.devices() if device is None else [self.device(device)]
        self.lists.up_to_date()
        handed, given = self._handed_on(), Assigned(self).rows
        packs = []
        for each in chosen:
            sealed = returns.recipient_of(each)
            pack = pack_for(
                self.archive, each, handed, given, copies=copies, whole=whole, sealed=bool(sealed)
            )
            packs.append((each, sealed, pack))
        return [self._write_return(folder, *each) for each in packs]

    def _handed_on(self) -> HandedOn:
        """The records of households; found once for all packs that are made while nothing new comes."""
        came = self.archive.came()
        if self._handed is None or self._handed[0] != came:
            self._handed = came, HandedOn(self.archive)
        return self._handed[1]

    def _write_return(self, folder: Path, device: Device, recipient: str, pack: ReturnPack) -> WrittenPack:
        path = write_return_pack(folder, pack, self.archive.key, recipient)
        return returns.written(path, device, pack, sealed=bool(recipient))

    def revoke(self, device: str, last: int | None = None) -> Device:
        """A person decides from now on about what that laptop brings, named by the beginning of its id, or its name.

        last: of its chain, still taken. Raises FieldkitError("office.which-device").
        """
        found = self.device(device)
        self.archive.revoke(found.id, last)
        return found

    def device(self, named: str) -> Device:
        """The laptop of that name, or whose id begins so. Raises FieldkitError("office.which-device")."""
        known = self.devices()
        found = [each for each in known if each.name == named or each.id.startswith(named)]
        if len(found) != 1:
            raise FieldkitError(
                "office.which-device", text=named, known=", ".join(each.name for each in known)
            )
        return found[0]

    def quarantine(self) -> list[Waiting]:
        """The bundles kept aside, oldest first."""
        return self.archive.quarantine()

    def release(self, named: str, *, by: str, reason: str) -> MergeReport:
        """Let in a bundle kept aside, named by the beginning of its file's SHA-256: a person's decision.

        Raises FieldkitError("office.which-bundle"), SyncError.
        """
        found = [each for each in self.archive.quarantine() if each.sha256.startswith(named)]
        if len(found) != 1:
            raise FieldkitError("office.which-bundle", text=named)
        return self.archive.release(found[0].sha256, by=by, reason=reason)

    def history(self) -> list[dict[str, Any]]:
        """Every bundle that came from a laptop, oldest first."""
        others = self.desks() | self.phones()
        return [each for each in self.archive.history() if each["device"] not in others]

    def verify(self) -> VerifyReport:
        """Read and hash everything again."""
        return self.archive.verify()

    def view(self, record: str) -> RecordView | None:
        """A record as it stands, None if it is not held."""
        return self.archive.view(record)

    def conflicts(self) -> list[RecordView]:
        """The records in conflict."""
        return self.archive.conflicts()

    def doubles(self) -> list[OfficeDouble]:
        """The people who may be registered twice, in one village or two, and of whom nobody has decided it."""
        from fieldkit.office.doubles import doubles

        return doubles(self.archive)

    def keep_tables(self, *, anew: bool = False, told: Told = untold) -> KeptTables:
        """Bring the lists and the flat tables up to date, from every record where `anew`, and what checks find in them.

        told: how far it is; what it raises stops it. Raises SyncError.
        """
        from fieldkit.office.checks.questions import bring_up_to_date
        from fieldkit.office.tables import keep_tables

        self.lists.up_to_date(partial(told, Stage.LISTS))
        source = self.archive.table_source()
        try:
            kept = keep_tables(
                self.archive.database, self.library, source, anew=anew, told=partial(told, Stage.TABLES)
            )
            with self.archive.database.writing() as connection:
                bring_up_to_date(connection, self.checks, self.library, partial(told, Stage.QUESTIONS))
        except DatabaseError as error:
            raise SyncError("medium.failing", path=str(self.folder), reason=str(error.orig)) from error
        return kept

    # -- where it is, and what is kept beside it ----------------------------------------------------------

    def move(self, url: str = "", servers: Sequence[str] = ()) -> Moved:
        """Put the archive into another database, a file in its folder without a URL; the office is to be closed then.

        servers: see `sync.Archive.create`. Raises SyncError; then it is where it was.
        """
        return self.archive.move(url, servers)

    def back_up(self, target: Path, keep: int | None = None) -> tuple[Backup, list[Path]]:
        """Write a backup into a folder; give it, and which older ones went so that `keep` are left.

        Raises FieldkitError("backup.inside"), SyncError.
        """
        from fieldkit.office.backup import back_up

        return back_up(self.archive, target, self.now(), keep)

    @property
    def kept_in(self) -> Path | None:
        """The store of its bundles, None where it keeps none."""
        return self.archive.kept_in

    def keep_bundles(self, folder: Path, *, instead: bool = False) -> None:
        """Keep every bundle in a folder from now on; `instead` of one that is lost. Raises SyncError."""
        self.archive.keep_bundles(folder, instead=instead)

    def tend_bundles(self) -> tuple[int, int]:
        """Bring in what the store holds beyond the archive, and take out of it what was erased, and what phones attached to it;
        give how much of each store. Raises SyncError, StoreError.
        """
        done = self.archive.catch_up(), self.archive.scrub_bundles()
        sweep(self)
        return done
