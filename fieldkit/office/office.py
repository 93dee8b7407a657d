"""The office: one archive folder, and everything that may be done with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from fieldkit.errors import FieldkitError
from fieldkit.exchange import as_record
from fieldkit.library import FormLibrary
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
    SyncError,
    VerifyReport,
    write_return_pack,
)
from sync.files import write_file

COUNTS = ("offered", "new", "held", "quarantined", "refused", "missing", "conflicts")


@dataclass(slots=True)
class MergeSummary:
    """What became of several bundles: a report for each file, and the refusal of those not taken in at all."""

    reports: list[tuple[Path, MergeReport]] = field(default_factory=list)
    refusals: list[tuple[Path, SyncError]] = field(default_factory=list)

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
        for part in ("forms", "reports"):
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
        enrolment = self.enroll_card(KeyCard.from_file(card), name=name)
        return enrolment, self.write_enrolment(enrolment, out or card.parent)

    def enroll_card(self, card: KeyCard, *, name: str | None = None, replaces: str = "") -> Enrolment:
        """Enrol the laptop of a card. The same card again gives the same word.

        replaces: the laptop it stands in for, by its name or the beginning of its id; that one stays as it is.
        Raises SyncError, FieldkitError("laptop.unknown"), ("laptop.ambiguous"), ("laptop.itself").
        """
        replaced = self.device(replaces).id if replaces else ""
        if replaced == card.device:
            raise FieldkitError("laptop.itself", name=replaces)
        return self._archive.enroll(card, name, replaced)

    def write_enrolment(self, enrolment: Enrolment, target: Path) -> Path:
        """Write an enrolment into a folder or file; give where it is. Raises SyncError("medium.…")."""
        path = target / f"{enrolment.device[:8]}{ENROLMENT_SUFFIX}" if target.is_dir() else target
        write_file(path, enrolment.to_bytes())
        return path

    def device(self, named: str) -> Device:
        """A laptop by its name or the beginning of its id.

        Raises FieldkitError("laptop.unknown"), ("laptop.ambiguous").
        """
        known = self._archive.devices()
        found = [each for each in known if each.name == named] or [
            each for each in known if each.id.startswith(named.lower())
        ]
        if not found:
            raise FieldkitError("laptop.unknown", name=named)
        if len(found) > 1:
            raise FieldkitError("laptop.ambiguous", name=named, found=[each.id[:8] for each in found])
        return found[0]

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
            except SyncError as error:
                summary.refusals.append((path, error))
        return summary

    def write_returns(self, folder: Path, device: str | None = None) -> list[Path]:
        """Write return packs into `folder`, for one laptop or all. Raises SyncError("medium.…")."""
        written = []
        for each in self._archive.devices():
            if device is None or each.id.startswith(device) or each.name == device:
                receipt = self._archive.receipt(each.id)
                written.append(write_return_pack(folder, receipt, each.enrolment, self._archive.key))
        return written

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


def _bundles(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob(f"*{BUNDLE_SUFFIX}"))
        else:
            yield path
