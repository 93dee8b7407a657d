"""Records and sticks: the only place that seals answers into revisions, and the door for what travels."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fieldkit.errors import FieldkitError, StoreError
from fieldkit.exchange.carried import Carried
from fieldkit.exchange.declines import erase_waiting, waiting
from fieldkit.exchange.handed import forget_copies, forget_neighbours
from fieldkit.exchange.stored import revision_of, stored
from fieldkit.records import Record
from fieldkit.store import Workspace
from sync import (
    Body,
    BundleSummary,
    Envelope,
    Operation,
    Revision,
    merge,
    new_record_id,
    seal,
    spoken_code,
    write_bundle,
)

if TYPE_CHECKING:
    from fieldkit.privacy.withdrawal import Withdrawn
    from fieldkit.xforms import Form
    from fieldkit.xforms.answers import Answer
    from sync import RecordView

Progress = Callable[[int, int], None]
"""Told how many revisions are written, and of how many."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A bundle that is on the stick, and what this laptop could not write about it on its own disk."""

    bundle: BundleSummary
    failing: StoreError | None = None

    @property
    def code(self) -> str:
        """The digits that the office says too when it takes this bundle in."""
        return spoken_code(self.bundle.sha256)


class Exchange(Carried):
    """Records, keys and receipts of one workspace. `now` gives aware datetimes; `seed` repeats ids and keys."""

    def __init__(self, workspace: Workspace, now: Callable[[], datetime], *, seed: int | None = None) -> None:
        source = random.Random(seed) if seed is not None else None  # noqa: S311 - only the demo is repeatable
        super().__init__(workspace, now, source)

    @property
    def user(self) -> str:
        """Who works on this laptop, as the workspace says."""
        return self._workspace.settings.user

    # -- records ------------------------------------------------------------------------------------------

    def new_record_id(self, at: datetime | None = None) -> str:
        """An id for a new record (UUIDv7), of the moment `at` or now: ids grow with time."""
        return new_record_id(self._milliseconds(at), self._random)

    def put(
        self,
        form: Form,
        record: str,
        answers: Mapping[str, Answer],
        *,
        note: Mapping[str, Any] | None = None,
        remove_draft: str = "",
    ) -> str:
        """Seal answers into a revision of `record` and keep it; give the revision's id. Raises StoreError."""
        before = self.record(record)
        revision = self._put(form.id, form.hash, record, answers, before, note or {}, self._now().isoformat())
        self._keep(revision, self._draft(remove_draft))
        return revision.id

    def amend(
        self,
        form: Form,
        before: Record,
        answers: Mapping[str, Answer],
        *,
        note: Mapping[str, Any],
        remove_draft: str,
    ) -> str:
        """Seal what was corrected since `before`, the record as its author saw it, into a new revision that follows
        it; give its id. Raises StoreError.
        """
        revision = self._put(form.id, form.hash, before.id, answers, before, note, self._now().isoformat())
        self._keep(revision, self._draft(remove_draft))
        return revision.id

    def decide(
        self,
        before: RecordView,
        operation: Operation,
        answers: Mapping[str, Answer],
        *,
        changed: Iterable[str] = (),
        note: Mapping[str, Any],
        form_hash: str = "",
    ) -> str:
        """Seal what a person decides of a record, as it stood before them, into a revision that follows all its heads; give
        its id. answers: all of them as they stand then; changed: the paths that are decided. form_hash: where it is not
        that of the last answers.

        Raises StoreError.
        """
        self.device.clock.observe(before.hlc, self._milliseconds())
        revision = self._sealed(
            before.form, form_hash or before.form_hash, before.record, answers, before.heads, tuple(sorted(changed)), note,
            self._now().isoformat(), operation,
        )  # fmt: skip
        self._keep(revision, ())
        return revision.id

    def put_many(self, form: Form, records: Iterable[tuple[str, Mapping[str, Answer], datetime]]) -> None:
        """Seal many new records in one commit: id, answers and time of each."""
        documents = []
        revision = None
        with self.device.batch():
            for record, answers, moment in records:
                revision = self._put(form.id, form.hash, record, answers, None, {}, moment.isoformat())
                documents.append(stored(revision))
                self.device.state |= self.device.chained(revision)
            if revision is not None:
                self._workspace.revisions.insert_multiple(documents)
                self.device.remember(**self.device.chained(revision))

    def keep_decline(
        self, form: Form, answers: Mapping[str, Answer], *, erase_draft: str, imported: str = ""
    ) -> str:
        """Keep a decline apart until the next stick, leave no trace of its interview, and give its record id.
        imported: a mark by which a file that it came from is not taken in twice (`imported_declines`), kept in the same commit.

        It becomes a revision only at export, in shuffled order and with its date alone, so that neither time
        nor place in the chain tells whose door it was.
        """
        document = waiting(form, answers, self._now().date(), self._random)
        draft = self._draft(erase_draft)
        with self.device.batch():
            self._workspace.declines.insert(document)
            self._workspace.db.erase("drafts", draft)
            if imported:
                self._workspace.imported.insert({"mark": imported})
        return str(document["record"])

    def imported_declines(self) -> set[str]:
        """The marks of all declines that came in from files."""
        return {str(mark) for (mark,) in self._workspace.imported.columns("mark")}

    def erase_decline(self, form: str, said: Mapping[str, str]) -> bool:
        """See `declines.erase_waiting`."""
        return erase_waiting(self._workspace, form, said)

    def remove_draft(self, draft: str) -> None:
        """Remove a draft whose content is kept elsewhere. Raises StoreError."""
        self._workspace.drafts.remove(doc_ids=self._draft(draft))

    def erase_draft(self, draft: str) -> None:
        """Remove a draft, its files first, so that its bytes are nowhere in the workspace."""
        self._remove_files_of(draft)
        self._workspace.db.erase("drafts", self._draft(draft))

    def erase(self, record: str, reason: str) -> str:
        """Erase a record: a resident's right, or retention. Only envelopes stay, and a revision that says so.

        It wins over every other revision in any archive. Bundles in the outbox that may hold the record go too; what
        the office does not hold is written again. Gives the revision's id. Raises FieldkitError("record.unknown"),
        StoreError.
        """
        kept = self._workspace.revisions.find("record", record)
        if not kept:
            raise FieldkitError("record.unknown", id=record)
        before = merge(map(revision_of, kept))
        envelope = revision_of(kept[-1]).envelope
        revision = self._sealed(
            envelope.form, envelope.form_hash, record, {}, before.heads, (), {"reason": reason},
            self._now().isoformat(), Operation.ERASE,
        )  # fmt: skip
        # First, so that a crash in between leaves a record to be erased again, and never a file nobody knows of.
        self._workspace.attachments.remove(each for document in kept for each in document.get("files", ()))
        self._remove_files_of(record)
        stripped = {document.doc_id: {**document, "body": "", "about": None} for document in kept}
        draft = self._draft(record)
        comments = [document.doc_id for document in self._workspace.comments.find("record", record)]
        with self.device.batch():
            self._workspace.db.erase("revisions", stripped, instead=stripped)
            self._workspace.db.erase("comments", comments)
            self._workspace.db.erase("drafts", draft)
            self._workspace.revisions.insert(stored(revision))
            self.device.remember(**self.device.chained(revision))
        forget_copies(self._workspace)
        return revision.id

    def forget_neighbours(self, record: str) -> bool | None:
        """Erase a record that another laptop brought by stick, here alone, once the office holds all of it: its own laptop
        decides about it. Gives whether it went; None where something of it was made here. Raises StoreError.
        """
        return forget_neighbours(self._workspace, record, self.held())

    def withdraw(self, record: str, *, scope: str, reason: str, part: Withdrawn | None = None) -> str:
        """Withdraw the consent for a record, or for a `part` of it: what it covers is not shown any more, whoever has
        changed it meanwhile, until a later consent. A correction that is open is erased. Gives the revision's id.

        Raises FieldkitError("record.unknown"), ("withdraw.nothing") where no answer is shown, StoreError.
        """
        before = self.record(record)
        if before is None:
            raise FieldkitError("record.unknown", id=record)
        if before.state not in {"live", "deleted"}:
            raise FieldkitError("withdraw.nothing", id=record)
        note: dict[str, Any] = {"scope": scope, "reason": reason}
        answers: Mapping[str, Answer] = {}
        written: tuple[str, ...] = ()
        if part is not None:
            note |= {"paths": list(part.paths), "own": sorted(part.written)}
            answers, written = part.answers, tuple(sorted(part.written))
        revision = self._sealed(
            before.form, self.made_with(record), record, answers, before.heads, written, note,
            self._now().isoformat(), Operation.WITHDRAW,
        )  # fmt: skip
        draft = self._draft(record)
        self._remove_files_of(record)
        with self.device.batch():
            self._workspace.db.erase("drafts", draft)
            self._workspace.revisions.insert(stored(revision))
            self.device.remember(**self.device.chained(revision))
        return revision.id

    def sweep_files(self) -> None:
        """Remove attachments that no draft and no record names: of an interview that was killed at the wrong moment.

        Raises StoreError.
        """
        kept = self._workspace.attachments.ids()
        for (files,) in self._workspace.drafts.columns("files") if kept else ():
            kept -= {file["id"] for file in (files or {}).values()}
        for (files,) in self._workspace.revisions.columns("files") if kept else ():
            kept -= set(files or ())
        self._workspace.attachments.remove(kept)

    # -- sticks -------------------------------------------------------------------------------------------

    def export(self, folder: Path, *, progress: Progress | None = None) -> Exported:
        """Write everything the office has not acknowledged into a bundle in `folder`, and read it back.

        progress: told how many of all revisions are written; what it raises stops the export, with nothing left behind.
        Where this laptop's own disk fails meanwhile, the bundle is written all the same, and that is told.
        Raises FieldkitError("export.not-enrolled"), ("export.nothing"), SyncError("medium.…").
        """
        enrolment = self.device.enrolment
        if enrolment is None:
            raise FieldkitError("export.not-enrolled")
        # A disk that takes nothing more must not keep anybody from bringing what is on it to safety.
        failing: StoreError | None = None
        try:
            self._seal_declines()
        except StoreError as error:
            failing = error
        waiting = self._uncovered()
        if not waiting:
            raise failing or FieldkitError("export.nothing")
        made = write_bundle(
            folder,
            waiting,
            key=self.device.key,
            office=enrolment.office,
            recipients=enrolment.recipients,
            now=self._now(),
            tip=self.device.tip,
            progress=progress,
        )
        try:
            self._remember_export(made, waiting)
        except StoreError as error:
            failing = error
        return Exported(made, failing)

    def to_hand_in(self, *, declines: bool = True) -> list[Revision]:
        """All that the office has not acknowledged; with `declines` these too, sealed now and shuffled. Raises StoreError."""
        if declines:
            self._seal_declines()
        return self._uncovered()

    def latest(self) -> datetime | None:
        """When the last thing was kept here, by the clock of then; None where there is nothing yet."""
        drafts = [updated for (updated,) in self._workspace.drafts.columns("updated")]
        # Another laptop's clock says nothing of this one's.
        rows = self._workspace.revisions.columns("wall", "handed_on", "neighbour")
        sealed = [wall for wall, *elsewhere in rows if not any(elsewhere)][-1:]
        return max(map(datetime.fromisoformat, [*drafts, *sealed]), default=None)

    # -- inside -------------------------------------------------------------------------------------------

    def _keep(self, revision: Revision, draft: Sequence[int]) -> None:
        """Keep a revision made here, in the place of its draft."""
        with self.device.batch():
            self._workspace.revisions.insert(stored(revision))
            self.device.remember(**self.device.chained(revision))
            if draft:
                self._workspace.drafts.remove(doc_ids=draft)

    def _remove_files_of(self, draft: str) -> None:
        """Remove the files that were attached to a draft."""
        found = self._workspace.drafts.find("id", draft)
        self._workspace.attachments.remove(
            file["id"] for each in found for file in each.get("files", {}).values()
        )

    def _draft(self, draft: str) -> list[int]:
        """The document of a draft, none for no such draft."""
        return [document.doc_id for document in self._workspace.drafts.find("id", draft)] if draft else []

    def _put(
        self,
        form: str,
        form_hash: str,
        record: str,
        answers: Mapping[str, Answer],
        before: Record | None,
        note: Mapping[str, Any],
        wall: str,
    ) -> Revision:
        """A revision that says what has changed since `before`."""
        old = before.answers if before else {}
        changed = tuple(path for path in {*old, *answers} if old.get(path) != answers.get(path))
        heads = before.heads if before else ()
        return self._sealed(form, form_hash, record, answers, heads, changed, note, wall)

    def _sealed(
        self,
        form: str,
        form_hash: str,
        record: str,
        answers: Mapping[str, Answer],
        parents: tuple[str, ...],
        changed: tuple[str, ...],
        note: Mapping[str, Any],
        wall: str,
        operation: Operation = Operation.PUT,
    ) -> Revision:
        salt = {"salt": self._random.randbytes(16)} if self._random else {}
        body = Body(answers, changed, note, **salt).to_bytes()
        moment = datetime.fromisoformat(wall)
        envelope = Envelope(
            record=record,
            parents=parents,
            form=form,
            form_hash=form_hash,
            device=self.device.key.id,
            epoch=self.device.epoch,
            sequence=int(self.device.state["sequence"]) + 1,
            previous=self.device.state["previous"],
            hlc=self.device.clock.tick(int(moment.timestamp() * 1000)),
            wall=wall,
            user=self.user,
            operation=operation,
            body_hash=hashlib.sha256(body).hexdigest(),
        )
        return seal(envelope, body, self.device.key)

    def _seal_declines(self) -> None:
        """Make revisions of the declines that wait, shuffled, each with its date only."""
        declines = self._workspace.declines.all()
        if not declines:
            return
        (self._random or random.SystemRandom()).shuffle(declines)
        with self.device.batch():
            for decline in declines:
                form, form_hash, record = decline["form"], decline["hash"], decline["record"]
                revision = self._put(form, form_hash, record, decline["answers"], None, {}, decline["wall"])
                self._workspace.revisions.insert(stored(revision))
                self.device.remember(**self.device.chained(revision))
            self._workspace.db.erase("declines", [decline.doc_id for decline in declines])

    def _milliseconds(self, at: datetime | None = None) -> int:
        return int((at or self._now()).timestamp() * 1000)
