"""The office: one archive folder, and everything that may be done with it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from fieldkit.errors import FieldkitError
from fieldkit.exchange import as_record
from fieldkit.library import FormLibrary
from fieldkit.office import returns
from fieldkit.office.returns import WrittenPack, pack_for
from fieldkit.places import Place, places
from fieldkit.privacy.tiers import CONTACT, RESTRICTED, without
from fieldkit.records import Record
from fieldkit.store.recovery import RecoveryRequest
from sync import (
    BUNDLE_SUFFIX,
    ENROLMENT_SUFFIX,
    Archive,
    Device,
    Enrolment,
    KeyCard,
    MergeReport,
    RecordView,
    ReturnPack,
    SyncError,
    VerifyReport,
    spoken_code,
    write_return_pack,
)
from sync.errors import refused
from sync.files import write_file

COUNTS = ("offered", "new", "held", "quarantined", "refused", "missing", "conflicts")


@dataclass(slots=True)
class MergeSummary:
    """What became of several bundles: a report for each file, and the refusal of those not taken in at all.

    codes: the digits that the laptop says for the same file.
    """

    reports: list[tuple[Path, MergeReport]] = field(default_factory=list)
    refusals: list[tuple[Path, SyncError]] = field(default_factory=list)
    codes: dict[Path, str] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """The sums of all reports."""
        return {name: sum(getattr(report, name) for _, report in self.reports) for name in COUNTS}


class Office:
    """An open office folder. `now` gives aware datetimes."""

    def __init__(self, archive: Archive, now: Callable[[], datetime]) -> None:
        self._archive = archive
        self._now = now
        forms = archive.folder / "forms"
        self.library = FormLibrary(forms)

    @classmethod
    def create(
        cls, folder: Path, *, name: str, division: str, now: Callable[[], datetime], database: str | None = None,
        seed: bytes | None = None, stand_ins: Sequence[str] = (),
    ) -> Office:  # fmt: skip
        """A new office in an empty or new folder. `stand_ins`: age recipients beside its own. Raises SyncError."""
        archive = Archive.create(
            folder, name=name, division=division, now=now, database=database, seed=seed, stand_ins=stand_ins
        )
        for part in ("forms", "lists", "worklist", "reports"):
            (folder / part).mkdir(exist_ok=True)
        return cls(archive, now)

    @classmethod
    def open(cls, folder: Path, *, now: Callable[[], datetime]) -> Office:
        """An office that is there. Raises SyncError."""
        return cls(Archive.open(folder, now=now), now)

    @property
    def name(self) -> str:
        """What it is called."""
        return self._archive.name

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self._archive.folder

    def close(self) -> None:
        """Let go of the archive."""
        self._archive.close()

    def enroll(
        self, card: Path, *, name: str | None = None, out: Path | None = None
    ) -> tuple[Enrolment, Path]:
        """Enrol the laptop of a key card; write its enrolment into `out` (default: beside the card).

        Raises SyncError.
        """
        enrolment = self._archive.enroll(KeyCard.from_file(card), name)
        target = out or card.parent
        path = target / f"{enrolment.device[:8]}{ENROLMENT_SUFFIX}" if target.is_dir() else target
        write_file(path, enrolment.to_bytes())
        return enrolment, path

    def recover(self, request: Path, out: Path, identity: Path | None = None) -> tuple[RecoveryRequest, Path]:
        """Answer a laptop whose passphrase is forgotten, with the office's identity or a stand-in's; log that.

        Gives the request and where the answer is. Raises SyncError, StoreError.
        """
        asked = RecoveryRequest.from_file(request)
        data_key = self._archive.unseal(asked.sealed, identity)
        answer = asked.write_answer(data_key, out)
        with (self.folder / "recoveries.log").open("a", encoding="utf-8") as log:
            log.write(f"{self._now().isoformat(timespec='seconds')}\t{asked.workspace}\t{asked.name}\n")
        return asked, answer

    def devices(self) -> list[Device]:
        """The laptops it knows."""
        return self._archive.devices()

    def merge(self, paths: Sequence[Path], progress: Callable[[Path], None] | None = None) -> MergeSummary:
        """Take in bundles: files, or every bundle in folders. One that is refused stops none of the others."""
        summary = MergeSummary()
        for path in _bundles(paths):
            if progress:
                progress(path)
            try:
                summary.reports.append((path, self._archive.import_bundle(path)))
                summary.codes[path] = spoken_code(_sha256(path))
            except SyncError as error:
                summary.refusals.append((path, error))
        return summary

    def write_returns(
        self, folder: Path, device: str | None = None, *, copies: int = 1, whole: bool = False
    ) -> list[WrittenPack]:
        """Write return packs into `folder`, for one laptop (id, its beginning, or name) or all.

        copies: how many there are of the archive, this one included; with two, laptops may set old bodies aside.
        whole: with all revisions of its own, for a laptop that was set back. Raises FieldkitError("device.not-ours"),
        ("worklist.…"), ("list.unreadable"), SyncError.
        """
        chosen = [
            each
            for each in self._archive.devices()
            if device is None or each.id.startswith(device) or each.name == device
        ]
        if device is not None and not chosen:
            raise FieldkitError("device.not-ours", device=device)
        packs = [
            (
                each,
                recipient,
                pack_for(self._archive, each, copies=copies, whole=whole, sealed=bool(recipient)),
            )
            for each in chosen
            for recipient in (returns.recipient_of(each),)
        ]
        return [self._write_return(folder, *each) for each in packs]

    def _write_return(self, folder: Path, device: Device, recipient: str, pack: ReturnPack) -> WrittenPack:
        path = write_return_pack(folder, pack, self._archive.key, recipient)
        code = spoken_code(hashlib.sha256(path.read_bytes()).hexdigest())
        return WrittenPack(
            path, device.id, device.name, bool(recipient), len(pack.worklist), tuple(pack.lists), tuple(pack.forms),
            len(pack.comments), len(pack.revisions), code,
        )  # fmt: skip

    def verify(self) -> VerifyReport:
        """Read and hash everything again."""
        return self._archive.verify()

    def conflicts(self) -> list[RecordView]:
        """The records in conflict."""
        return self._archive.conflicts()

    # -- RecordTables: what reports read -----------------------------------------------------------------

    def records(self, form: str) -> Iterator[Record]:
        """The live records of a form, without contact and restricted fields."""
        known = self.library.known(form)
        for view in self._archive.views(form):
            if view.state == "live":
                record = as_record(view)
                hidden = without(record.answers, known, CONTACT | RESTRICTED) if known else {}
                answers = hidden if known else record.answers
                yield Record(record.id, record.form, answers, record.conflicts, record.made_on, record.heads)

    def places(self) -> Sequence[Place]:
        """The villages, in the order of their codes."""
        return places()

    def state(self) -> str:
        """SHA-256 of the whole visible state."""
        return self._archive.verify().state


def _sha256(path: Path) -> str:
    """The SHA-256 of a file. Raises SyncError("medium.…")."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise refused(error, path) from error


def _bundles(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob(f"*{BUNDLE_SUFFIX}"))
        else:
            yield path
