"""What of this laptop has travelled: exports, receipts, and what came back from the office."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from tinydb import where

from fieldkit.errors import FieldkitError
from fieldkit.exchange.carrying import Carrying
from fieldkit.exchange.comments import CommentedRecords
from fieldkit.exchange.coverage import Link, covered
from fieldkit.exchange.device import Device
from fieldkit.exchange.diary import Diary, What
from fieldkit.exchange.handed import forget_handed, keep_handed
from fieldkit.exchange.pruning import prunable
from fieldkit.exchange.returns import Own, Plan, ReceiptIs, link_of, plan_return
from fieldkit.exchange.stored import revision_of, stored
from fieldkit.exchange.whereabouts import Whereabouts, whereabouts
from fieldkit.store import Workspace
from sync import (
    BundleSummary,
    Comment,
    Enrolment,
    Receipt,
    ReturnPack,
    Revision,
    Scan,
    addressee,
    read_return_pack,
    spoken_code,
)

_ENOUGH = 2
"""Copies that the office must have of what is set aside here."""


@dataclass(frozen=True, slots=True)
class Status:
    """How much there is and how much of it the office has not acknowledged; times are ISO 8601 or "".

    questions: of the office, that have no answer.
    """

    records: int
    only_here: int
    last_export: str
    last_receipt: str
    questions: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What a return pack brought. acknowledged: records that were still only here before. code: see `spoken_code`.

    worklist: its households, None where the list stayed as it was. comments: those that are new. handed: new revisions
    of other laptops about them. forgotten: records of households that are no longer this laptop's.
    """

    pack: ReturnPack
    plan: Plan
    code: str
    acknowledged: int
    only_here: int
    worklist: int | None
    comments: tuple[Comment, ...]
    handed: int
    forgotten: int


class Carried(CommentedRecords):
    """Exports, receipts and return packs of one workspace. `now` gives aware datetimes; `source` repeats keys and ids,
    for the demo alone.
    """

    def __init__(
        self, workspace: Workspace, now: Callable[[], datetime], source: random.Random | None
    ) -> None:
        super().__init__(workspace, now)
        self._random = source
        self.device = Device(workspace, source)
        self.diary = Diary(workspace)
        self.carrying = Carrying(self, workspace, self.device, self.diary, now)
        self._counted: tuple[list[tuple[list[int], int]], Status] | None = None

    def enrol(self, path: Path) -> Enrolment:
        """Take the office's enrolment, and write down that it is new. Raises as `Device.enrol`."""
        before = self.device.enrolment
        return self._noted(before, self.device.enrol(path), path.name)

    def enrol_by(self, scan: Scan, source: str) -> Enrolment:
        """Take the office's enrolment from digits, and write down that it is new. Raises as `Device.enrol_by`."""
        before = self.device.enrolment
        return self._noted(before, self.device.enrol_by(scan, source), "")

    def _noted(self, before: Enrolment | None, enrolment: Enrolment, file: str) -> Enrolment:
        if enrolment != before:
            self.diary.note(What.ENROLMENT, self._moment(), 1, file=file)
        return enrolment

    def is_for_this(self, path: Path) -> bool:
        """Whether a return pack says that it is for this laptop. Raises SyncError("pack.unreadable"), ("medium.…")."""
        return addressee(path) == self.device.key.id

    def take_return(self, path: Path) -> Taken:
        """Take a return pack but for its forms and lists, in one commit.

        Raises SyncError, StoreError, FieldkitError("return.other-device"), ("return.other-office"),
        ("return.older-archive"), ("return.no-date"), ("return.bad-worklist"); then nothing has changed.
        """
        if not self.is_for_this(path):
            raise FieldkitError("return.other-device", path=str(path))
        before = self.status().only_here
        pack = read_return_pack(path, self.device.identity)
        known = self.device.enrolment
        ours = self.device.state.get("office") or (known or pack.enrolment).office
        if pack.enrolment.office != ours:
            raise FieldkitError("return.other-office", path=str(path), office=pack.enrolment.office_name)
        plan = plan_return(self.receipt, pack.receipt, self._own(), pack.revisions)
        rows = _assignments(pack, path)
        self.end_leases()
        is_new = plan.receipt is not ReceiptIs.OLDER
        lost = {each.envelope.record for each in plan.lost}
        # An older pack names what may be answered, or taken back, by now.
        comments = self._new_comments(pack, lost) if is_new else ()
        gone = self._gone_comments(pack) if is_new else []
        only_here = self._only_here(plan, pack.receipt if is_new else self.receipt)
        acknowledged = max(0, before - only_here)
        self.device.take_enrolment(pack.enrolment, path)
        with self.device.batch():
            self._take_back(plan)
            if is_new:
                self._workspace.receipts.truncate()
                self._workspace.receipts.insert(pack.receipt.to_json())
                self.device.remember(last_receipt=pack.receipt.made)
            if is_new and rows:
                self._take_worklist(rows)
            self._keep_comments(comments, gone)
            self.diary.note(What.RETURN, self._moment(), acknowledged, file=path.name, sha256=pack.sha256)
        self.end_leases()
        handed = self.take_records(pack.handed) if is_new else 0
        forgotten = self._forget_handed(
            {each.envelope.record for each in pack.handed} if is_new and rows else None
        )
        today = self._now().date().isoformat()
        lasting = sum(row.get("until", today) >= today for row in rows)
        households = lasting if is_new and rows else None
        return Taken(
            pack,
            plan,
            spoken_code(pack.sha256),
            acknowledged,
            only_here,
            households,
            comments,
            handed,
            forgotten,
        )

    def take_records(self, revisions: Iterable[Revision]) -> int:
        """Keep what the office hands on of records that other laptops made, so that they are known here too; give how
        many revisions are new. Raises StoreError.
        """
        new = keep_handed(self._workspace, revisions)
        for each in new:
            self.device.clock.observe(each.envelope.hlc, int(self._now().timestamp() * 1000))
        if new:
            self.device.remember(hlc=self.device.clock.last)
        return len(new)

    def left_elsewhere(self, village: str, date: str) -> int:
        """How many people left without registering at other laptops, as `Carrying.left_elsewhere`."""
        return self.carrying.left_elsewhere(village, date)

    # -- what is where ------------------------------------------------------------------------------------

    def exports(self) -> list[dict[str, Any]]:
        """Every export, for each chain in it: when, which file, which places of the chain."""
        return [dict(each) for each in self._workspace.meta.search(where("name") == "export")]

    @property
    def receipt(self) -> Receipt | None:
        """The office's latest receipt."""
        kept = self._workspace.receipts.all()
        return Receipt.from_json(kept[0]) if kept else None

    def held(self) -> set[str]:
        """The ids of the revisions here that the office holds."""
        return covered(self._links(), self.receipt, self._previous) | self._relayed(self.receipt)

    def status(self) -> Status:
        """What is here, and what only here; counted again only where something was written since."""
        workspace = self._workspace
        tables = (
            workspace.revisions, workspace.declines, workspace.receipts, workspace.meta, workspace.comments
        )  # fmt: skip
        written = [(table.changes(), len(table.changes())) for table in tables]
        if self._counted is None or self._counted[0] != written:
            self._counted = written, self._status()
        return self._counted[1]

    def _status(self) -> Status:
        declines = len(self._workspace.declines)
        kept = self.whereabouts()
        return Status(
            records=len(kept) + declines,
            only_here=sum(each.is_only_here for each in kept) + declines,
            last_export=self.device.state.get("last_export", ""),
            last_receipt=self.device.state.get("last_receipt", ""),
            questions=len(self.questions()),
        )

    def whereabouts(self) -> list[Whereabouts]:
        """For every record sealed here: on which sticks it went, and what the office has acknowledged."""
        receipt = self.receipt
        copies = receipt.copies if receipt else 0
        return whereabouts(self._workspace.revisions, self.exports(), self.held(), copies)

    def prune(self, days: int) -> int:
        """Set the bodies aside that are older than so many days, that no head is, and that the office holds in two copies;
        their envelopes stay. Gives how many. Raises StoreError.
        """
        receipt = self.receipt
        if receipt is None or receipt.copies < _ENOUGH:
            return 0
        held, before = self.held(), self._now() - timedelta(days=days)
        counts = Counter(record for (record,) in self._workspace.revisions.columns("record"))
        in_work = {draft for (draft,) in self._workspace.drafts.columns("id")}
        in_work |= {record for (record,) in self._workspace.comments.columns("record")}
        going: list[int] = []
        for record, count in counts.items():
            if count > 1 and record not in in_work:
                documents = self._workspace.revisions.find("record", record)
                gone = set(prunable([revision_of(each) for each in documents], held, before))
                going += [each.doc_id for each in documents if each["id"] in gone]
        if going:
            with self.device.batch():
                self._workspace.revisions.update({"body": "", "about": None}, doc_ids=going)
                self.diary.note(What.PRUNING, self._moment(), len(going))
        return len(going)

    def end_leases(self) -> int:
        """Take off the worklist what is no longer this laptop's, and write down that it ended; gives how many households.

        Raises StoreError.
        """
        today = self._now().date().isoformat()
        over = [
            row for row in self._workspace.worklist if row.get("due") and "" < row.get("until", "") < today
        ]
        if over:
            with self.device.batch():
                self._workspace.worklist.remove(doc_ids=[row.doc_id for row in over])
                self._workspace.worklist.insert_multiple(_rest_of(row) for row in over if row.get("rest"))
                self.diary.note(What.LEASE, self._moment(), len(over))
            self._forget_handed()
        return len(over)

    # -- inside -------------------------------------------------------------------------------------------

    def _take_worklist(self, rows: Sequence[dict[str, str]]) -> None:
        """Put these rows in place of the office's earlier ones; a household that rests goes on resting."""
        today = self._now().date().isoformat()
        kept = {
            row["household"]: _rest_of(row) for row in self._workspace.worklist if row.get("rest", "") > today
        }
        self._workspace.worklist.truncate()
        self._workspace.worklist.insert_multiple(row | kept.pop(row["household"], {}) for row in rows)
        self._workspace.worklist.insert_multiple(kept.values())

    def _forget_handed(self, records: Collection[str] | None = None) -> int:
        """Erase what was handed on of households that are no longer on the worklist, and, where it is known which `records`
        were handed on with it, all others; give how many records went. Raises StoreError.
        """
        listed = {row["household"] for row in self._workspace.worklist if row.get("due")}
        return forget_handed(self._workspace, listed, records)

    def _uncovered(self) -> list[Revision]:
        held = self.held()
        held |= {each for each, given in self._workspace.revisions.columns("id", "handed_on") if given}
        return [each for each in self.revisions() if each.id not in held]

    def _remember_export(self, made: BundleSummary, revisions: Sequence[Revision]) -> None:
        """Note which places of the chains went into a bundle. Raises StoreError."""
        moment = self._moment()
        places: dict[tuple[str, str], list[tuple[int, str]]] = {}
        for each in revisions:
            envelope = each.envelope
            places.setdefault((envelope.device, envelope.epoch), []).append((envelope.sequence, each.id))
        own = self.device.key.id
        with self.device.batch():
            self.device.remember(last_export=moment)
            self._workspace.meta.insert_multiple(
                {
                    "name": "export", "at": moment, "file": made.path.name, "revisions": made.revisions,
                    "device": device, "epoch": epoch, "from": min(taken)[0], "to": max(taken)[0],
                    "sha256": made.sha256, "bundle": made.bundle,
                    # Of another laptop's chain only some is here, so that its first and last place prove nothing.
                    "ids": [] if device == own else [each for _place, each in taken],
                }
                for (device, epoch), taken in places.items()
            )  # fmt: skip

    def _take_back(self, plan: Plan) -> None:
        """Put what was lost back, and go on in a chain of its own."""
        self._workspace.revisions.insert_multiple(map(stored, plan.lost))
        now = self._now()
        for each in plan.lost:
            self.device.clock.observe(each.envelope.hlc, int(now.timestamp() * 1000))
        if plan.lost:
            self.device.remember(hlc=self.device.clock.last)
        if plan.is_double:
            self.device.begin_epoch()
            self.diary.note(What.ROLLBACK, self._moment(), len(plan.lost))

    def _only_here(self, plan: Plan, receipt: Receipt | None) -> int:
        """How many records are only here once what was lost is back and that receipt is kept."""
        lost = {each.id: each for each in plan.lost}

        def previous(revision: str) -> str | None:
            return lost[revision].envelope.previous if revision in lost else self._previous(revision)

        held = covered([*self._links(), *map(link_of, plan.lost)], receipt, previous) | self._relayed(receipt)
        rows = [*self._workspace.revisions.columns("record", "id", "handed_on")]
        rows += [(each.envelope.record, each.id, None) for each in plan.lost]
        records = {record for record, revision, handed_on in rows if revision not in held and not handed_on}
        return len(records) + len(self._workspace.declines)

    def _relayed(self, receipt: Receipt | None) -> set[str]:
        """What other laptops made and went to the office in bundles of this one that it has taken in whole."""
        whole = set(receipt.bundles) if receipt else set()
        return (
            {each for row in self.exports() if row.get("bundle") in whole for each in row["ids"]}
            if whole
            else set()
        )

    def _own(self) -> Own:
        device = self.device
        links = tuple(self._links())
        return Own(device.key.id, device.key.public, device.epoch, int(device.state["sequence"]), links)

    def _links(self) -> list[Link]:
        return list(map(Link._make, self._workspace.revisions.columns("id", "device", "epoch", "sequence")))

    def _previous(self, revision: str) -> str | None:
        [document] = self._workspace.revisions.find("id", revision)
        return revision_of(document).envelope.previous

    def _moment(self) -> str:
        return self._now().isoformat(timespec="seconds")


def _assignments(pack: ReturnPack, path: Path) -> list[dict[str, str]]:
    """The worklist's rows. Raises FieldkitError("return.bad-worklist")."""
    rows = []
    for number, row in enumerate(pack.worklist, 1):
        try:
            found = {
                "household": row["household"],
                "due": date.fromisoformat(row["due"]).isoformat(),
                "by": pack.enrolment.office_name,
            }
            if row.get("until"):
                found["until"] = date.fromisoformat(row["until"]).isoformat()
            rows.append(found)
        except (KeyError, ValueError) as error:
            raise FieldkitError(
                "return.bad-worklist", path=str(path), row=number, reason=str(error)
            ) from error
    return rows


def _rest_of(row: Mapping[str, str]) -> dict[str, str]:
    """What of a worklist's row says that the household rests."""
    return {name: row[name] for name in ("household", "rest", "since")}
