"""Records and sticks: the only place that seals answers into revisions, and the door for what travels."""

from __future__ import annotations

import base64
import hashlib
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tinydb import where

from fieldkit.errors import FieldkitError
from fieldkit.exchange.device import Device
from fieldkit.records import Record
from fieldkit.store import Workspace
from fieldkit.xforms import Form
from fieldkit.xforms.answers import Answer
from sync import (
    Body,
    BundleSummary,
    Envelope,
    Operation,
    Receipt,
    RecordView,
    Revision,
    merge,
    new_record_id,
    parse_revision,
    read_return_pack,
    seal,
    write_bundle,
)


@dataclass(frozen=True, slots=True)
class Status:
    """How much there is and how much of it the office has not acknowledged; times are ISO 8601 or ""."""

    records: int
    only_here: int
    last_export: str
    last_receipt: str


class Exchange:
    """Records, keys and receipts of one workspace. `now` gives aware datetimes."""

    def __init__(self, workspace: Workspace, now: Callable[[], datetime], *, seed: int | None = None) -> None:
        self._workspace = workspace
        self._now = now
        self._random = random.Random(seed) if seed is not None else None  # noqa: S311 - only the demo is repeatable
        self.device = Device(workspace, self._random)

    @property
    def user(self) -> str:
        """Who works on this laptop, as the workspace says."""
        return self._workspace.settings.user

    # -- records ------------------------------------------------------------------------------------------

    def new_record_id(self) -> str:
        """An id for a new record (UUIDv7)."""
        return new_record_id(self._milliseconds(), self._random)

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
        revision = self._sealed(
            form.id, form.hash, record, answers, before, note or {}, self._now().isoformat()
        )
        with self._workspace.db.batch():
            self._workspace.revisions.insert(_stored(revision))
            self.device.remember(**self.device.chained(revision))
            if remove_draft:
                self._workspace.drafts.remove(where("id") == remove_draft)
        return revision.id

    def put_many(self, form: Form, records: Iterable[tuple[str, Mapping[str, Answer], datetime]]) -> None:
        """Seal many new records in one commit: id, answers and time of each."""
        documents = []
        revision = None
        for record, answers, moment in records:
            revision = self._sealed(form.id, form.hash, record, answers, None, {}, moment.isoformat())
            documents.append(_stored(revision))
            self.device.state |= self.device.chained(revision)
        if revision is not None:
            with self._workspace.db.batch():
                self._workspace.revisions.insert_multiple(documents)
                self.device.remember(**self.device.chained(revision))

    def keep_decline(self, form: Form, answers: Mapping[str, Answer], *, erase_draft: str) -> str:
        """Keep a decline apart until the next stick, leave no trace of its interview, and give its record id.

        It becomes a revision only at export, in shuffled order and with its date alone, so that neither time
        nor place in the chain tells whose door it was.
        """
        midnight = datetime.fromisoformat(
            f"{_day_of(answers) or self._now().date().isoformat()}T00:00:00+00:00"
        )
        record = new_record_id(int(midnight.timestamp() * 1000), self._random)
        document = {
            "record": record, "form": form.id, "hash": form.hash, "answers": dict(answers),
            "wall": midnight.isoformat(),
        }  # fmt: skip
        self._workspace.declines.insert(document)
        self.erase_draft(erase_draft)
        return record

    def erase_draft(self, draft: str) -> None:
        """Remove a draft so that its bytes are nowhere in the journal."""
        found = self._workspace.drafts.get(where("id") == draft)
        if found is not None and not isinstance(found, list):
            self._workspace.db.erase("drafts", [found.doc_id])

    def revisions(self, record: str | None = None) -> list[Revision]:
        """The revisions kept here, of one record or all, in the order they were made."""
        documents = self._workspace.revisions
        found = documents.all() if record is None else documents.search(where("record") == record)
        return [_revision(document) for document in found]

    def records(self) -> list[Record]:
        """Every record kept here, as it stands; declines waiting for a stick included."""
        grouped: dict[str, list[Revision]] = {}
        for revision in self.revisions():
            grouped.setdefault(revision.envelope.record, []).append(revision)
        views = (merge(group) for group in grouped.values())
        found = [as_record(view) for view in views if view.state == "live"]
        return [*found, *self._waiting_declines()]

    def record(self, record: str) -> Record | None:
        """One record, None if it is not kept here."""
        revisions = self.revisions(record)
        if revisions:
            return as_record(merge(revisions))
        return next((decline for decline in self._waiting_declines() if decline.id == record), None)

    def state(self) -> str:
        """SHA-256 over the records as they stand."""
        digest = hashlib.sha256()
        for record in sorted(self.records(), key=lambda record: record.id):
            digest.update(
                repr((record.id, sorted(record.answers.items(), key=str), sorted(record.heads))).encode()
            )
        return digest.hexdigest()

    # -- sticks -------------------------------------------------------------------------------------------

    def export(self, folder: Path) -> BundleSummary:
        """Write everything the office has not acknowledged into a bundle in `folder`, and read it back.

        Raises FieldkitError("export.not-enrolled"), ("export.nothing"), SyncError("medium.…").
        """
        enrolment = self.device.enrolment
        if enrolment is None:
            raise FieldkitError("export.not-enrolled")
        self._seal_declines()
        waiting = self._uncovered()
        if not waiting:
            raise FieldkitError("export.nothing")
        made = write_bundle(folder, waiting, key=self.device.key, office=enrolment.office, now=self._now())
        moment = self._now().isoformat(timespec="seconds")
        self.device.remember(last_export=moment)
        history = {"name": "export", "at": moment, "file": made.path.name, "revisions": made.revisions}
        self._workspace.meta.insert(history)
        return made

    def take_return(self, path: Path) -> int:
        """Take a return pack: receipt, enrolment, worklist; give how many records it acknowledged.

        Raises SyncError, FieldkitError("enrolment.other-device"), ("return.other-office").
        """
        before = self.status().only_here
        pack = read_return_pack(path)
        own = self.device.enrolment
        if own is not None and own.office != pack.enrolment.office:
            raise FieldkitError("return.other-office", path=str(path), office=pack.enrolment.office_name)
        self.device.take_enrolment(pack.enrolment, path)
        with self._workspace.db.batch():
            self._workspace.receipts.truncate()
            self._workspace.receipts.insert(pack.receipt.to_json())
            self.device.remember(last_receipt=pack.receipt.made)
            if pack.worklist:
                self._workspace.worklist.truncate()
                self._workspace.worklist.insert_multiple(pack.worklist)
        return before - self.status().only_here

    def history(self) -> list[dict[str, Any]]:
        """Every export: when, which file, how many revisions."""
        return [dict(each) for each in self._workspace.meta.search(where("name") == "export")]

    def status(self) -> Status:
        """What is here, and what only here."""
        declines = len(self._workspace.declines)
        records = {document["record"] for document in self._workspace.revisions}
        waiting = {revision.envelope.record for revision in self._uncovered()}
        return Status(
            records=len(records) + declines,
            only_here=len(waiting) + declines,
            last_export=self.device.state.get("last_export", ""),
            last_receipt=self.device.state.get("last_receipt", ""),
        )

    # -- inside -------------------------------------------------------------------------------------------

    def _sealed(
        self,
        form: str,
        form_hash: str,
        record: str,
        answers: Mapping[str, Answer],
        before: Record | None,
        note: Mapping[str, Any],
        wall: str,
    ) -> Revision:
        old = before.answers if before else {}
        changed = {path for path in {*old, *answers} if old.get(path) != answers.get(path)}
        salt = {"salt": self._random.randbytes(16)} if self._random else {}
        body = Body(answers, tuple(changed), note, **salt).to_bytes()
        moment = datetime.fromisoformat(wall)
        envelope = Envelope(
            record=record,
            parents=before.heads if before else (),
            form=form,
            form_hash=form_hash,
            device=self.device.key.id,
            epoch=self.device.epoch,
            sequence=int(self.device.state["sequence"]) + 1,
            previous=self.device.state["previous"],
            hlc=self.device.clock.tick(int(moment.timestamp() * 1000)),
            wall=wall,
            user=self.user,
            operation=Operation.PUT,
            body_hash=hashlib.sha256(body).hexdigest(),
        )
        return seal(envelope, body, self.device.key)

    def _seal_declines(self) -> None:
        """Make revisions of the declines that wait, shuffled, each with its date only."""
        waiting = self._workspace.declines.all()
        if not waiting:
            return
        (self._random or random.SystemRandom()).shuffle(waiting)
        with self._workspace.db.batch():
            for decline in waiting:
                form, form_hash, record = decline["form"], decline["hash"], decline["record"]
                revision = self._sealed(
                    form, form_hash, record, decline["answers"], None, {}, decline["wall"]
                )
                self._workspace.revisions.insert(_stored(revision))
                self.device.remember(**self.device.chained(revision))
        self._workspace.db.erase("declines", [decline.doc_id for decline in waiting])

    def _waiting_declines(self) -> list[Record]:
        return [
            Record(
                document["record"],
                document["form"],
                document["answers"],
                frozenset(),
                date.fromisoformat(document["wall"][:10]),
            )
            for document in self._workspace.declines
        ]

    def _receipt(self) -> Receipt | None:
        kept = self._workspace.receipts.all()
        return Receipt.from_json(kept[0]) if kept else None

    def _uncovered(self) -> list[Revision]:
        receipt = self._receipt()
        return [each for each in self.revisions() if receipt is None or not receipt.covers(each.envelope)]

    def _milliseconds(self) -> int:
        return int(self._now().timestamp() * 1000)


def as_record(view: RecordView) -> Record:
    """A merged record as lists and reports read it."""
    made_on = date.fromisoformat(view.wall[:10])
    return Record(view.record, view.form, view.fields, frozenset(view.conflicts), made_on, view.heads)


def _stored(revision: Revision) -> dict[str, str]:
    return {
        "id": revision.id,
        "record": revision.envelope.record,
        "form": revision.envelope.form,
        "raw": revision.raw.decode("utf-8"),
        "signature": base64.b64encode(revision.signature).decode("ascii"),
        "body": (revision.raw_body or b"").decode("utf-8"),
    }


def _revision(document: Mapping[str, str]) -> Revision:
    body = document["body"].encode("utf-8") or None
    return parse_revision(document["raw"].encode("utf-8"), base64.b64decode(document["signature"]), body)


def _day_of(answers: Mapping[str, Answer]) -> str:
    """The day a decline names."""
    return next((str(answer) for key, answer in answers.items() if key.rsplit("/", 1)[-1] == "date"), "")
