"""Taking a bundle into an archive: look at everything, decide, then write in one transaction.

offered = new + held + quarantined + refused + missing, whatever arrives.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from sync import schema
from sync.bundle import Bundle
from sync.errors import SyncError
from sync.merge import RecordView, merge
from sync.revision import Revision, verify
from sync.shelf import Shelf


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What became of a bundle. conflicts: records in conflict among those it touched.

    missing_ids: promised, but the bundle is torn. reasons: why revisions were quarantined or refused.
    clones: sequence numbers that two different revisions claim.
    """

    bundle: str = ""
    device: str = ""
    offered: int = 0
    new: int = 0
    held: int = 0
    quarantined: int = 0
    refused: int = 0
    missing: int = 0
    conflicts: int = 0
    missing_ids: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    clones: int = 0

    def counts(self) -> dict[str, int]:
        """The numbers that reconcile, and the conflicts."""
        names = ("offered", "new", "held", "quarantined", "refused", "missing", "conflicts")
        return {name: getattr(self, name) for name in names}

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


@dataclass(slots=True)
class _Plan:
    """What is to be written, and what is not and why."""

    new: list[Revision] = field(default_factory=list)
    held: int = 0
    refused: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def import_bundle(connection: Connection, bundle: Bundle, *, office: str, now: datetime) -> MergeReport:
    """Take a bundle in. The caller's transaction makes it all or nothing.

    Raises SyncError("bundle.foreign"), ("bundle.tampered"); then nothing has changed.
    """
    if bundle.office != office:
        raise SyncError("bundle.foreign", path=str(bundle.path), office=bundle.office, ours=office)
    known = connection.execute(select(schema.device).where(schema.device.c.device == bundle.device)).first()
    offered = len(bundle.manifest.ids)
    if known is None:
        _keep_aside(connection, bundle, "device.unknown", now)
        return MergeReport(
            bundle.id, bundle.device, offered, quarantined=offered, reasons=("device.unknown",)
        )
    if not bundle.manifest.is_signed_by(known.public):
        raise SyncError(
            "bundle.tampered",
            path=str(bundle.path),
            reason="its list of contents is not signed by its laptop",
        )
    if known.revoked_from is not None:
        _keep_aside(connection, bundle, "device.revoked", now)
        return MergeReport(
            bundle.id, bundle.device, offered, quarantined=offered, reasons=("device.revoked",)
        )
    shelf = Shelf(connection)
    plan = _planned(connection, shelf, bundle)
    shelf.put(plan.new, bundle.id)
    clones = _chain(connection, plan.new)
    views = refresh(connection, shelf, {revision.envelope.record for revision in plan.new})
    report = MergeReport(
        bundle=bundle.id,
        device=bundle.device,
        offered=offered,
        new=len(plan.new),
        held=plan.held,
        refused=len(plan.refused),
        missing=len(plan.missing),
        conflicts=sum(1 for view in views if view.conflicts),
        missing_ids=tuple(plan.missing),
        reasons=tuple(sorted(set(plan.refused))),
        clones=clones,
    )
    _remember(connection, bundle, report, now)
    return report


def _planned(connection: Connection, shelf: Shelf, bundle: Bundle) -> _Plan:
    """Sort what is in the bundle into new, held and refused; what it promised and lacks is missing."""
    keys = {
        row.device: row.public
        for row in connection.execute(select(schema.device.c.device, schema.device.c.public))
    }
    there = shelf.held(bundle.manifest.ids)
    heads = {head for _device, _epoch, _sequence, head in bundle.manifest.chains}
    plan = _Plan()
    seen: set[str] = set()
    for revision in bundle.revisions():
        if revision.id in seen:
            continue
        seen.add(revision.id)
        if revision.id in there:
            plan.held += 1
            continue
        relayed = revision.envelope.device != bundle.device
        try:
            if relayed or not bundle.whole or revision.id in heads:
                verify(revision, keys.get(revision.envelope.device, b""))
        except SyncError as error:
            plan.refused.append(error.code)
            continue
        plan.new.append(revision)
    absent = [each for each in bundle.manifest.ids if each not in seen]
    plan.held += sum(1 for each in absent if each in there)
    plan.missing = [each for each in absent if each not in there]
    return plan


def _chain(connection: Connection, revisions: Sequence[Revision]) -> int:
    """Write the chains; give how many places are claimed twice."""
    rows = [
        {
            "device": r.envelope.device,
            "epoch": r.envelope.epoch,
            "sequence": r.envelope.sequence,
            "rev_id": r.id,
        }
        for r in revisions
    ]
    if not rows:
        return 0
    chain = schema.chain
    taken = set()
    for device, epoch in {(row["device"], row["epoch"]) for row in rows}:
        query = select(chain.c.sequence).where(chain.c.device == device, chain.c.epoch == epoch)
        taken |= {(device, epoch, sequence) for sequence in connection.execute(query).scalars()}
    connection.execute(insert(chain), rows)
    return sum((row["device"], row["epoch"], row["sequence"]) in taken for row in rows)


def refresh(connection: Connection, shelf: Shelf, records: set[str]) -> list[RecordView]:
    """Work out anew how records stand, and write it down."""
    if not records:
        return []
    views = [merge(revisions) for _record, revisions in shelf.by_record(records)]
    names = list(records)
    for table in (schema.current, schema.head, schema.conflict):
        for at in range(0, len(names), 500):
            connection.execute(delete(table).where(table.c.record_id.in_(names[at : at + 500])))
    connection.execute(insert(schema.current), [_current(view) for view in views])
    connection.execute(
        insert(schema.head), [{"record_id": v.record, "rev_id": each} for v in views for each in v.heads]
    )
    conflicts = [
        {"record_id": view.record, "path": path, "rev_id": version.revision}
        for view in views
        for path, versions in view.conflicts.items()
        for version in versions
    ]
    if conflicts:
        connection.execute(insert(schema.conflict), conflicts)
    return views


def _current(view: RecordView) -> dict[str, object]:
    return {
        "record_id": view.record,
        "form": view.form,
        "hlc": view.hlc,
        "state": view.state,
        "conflict_count": len(view.conflicts),
        "incomplete": int(view.incomplete),
    }


def _keep_aside(connection: Connection, bundle: Bundle, reason: str, now: datetime) -> None:
    sha256 = hashlib.sha256(bundle.raw).hexdigest()
    table = schema.quarantine
    if connection.execute(select(table.c.sha256).where(table.c.sha256 == sha256)).first() is None:
        row = {"sha256": sha256, "reason": reason, "arrived": now.isoformat(), "bytes": bundle.raw}
        connection.execute(insert(table), [row])


def _remember(connection: Connection, bundle: Bundle, report: MergeReport, now: datetime) -> None:
    sha256 = hashlib.sha256(bundle.raw).hexdigest()
    table = schema.bundle
    if connection.execute(select(table.c.sha256).where(table.c.sha256 == sha256)).first() is None:
        counts = json.dumps(report.counts())
        row = {
            "bundle": bundle.id,
            "sha256": sha256,
            "device": bundle.device,
            "imported": now.isoformat(),
            "counts": counts,
        }
        connection.execute(insert(table), [row])
