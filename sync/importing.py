"""Taking a bundle into an archive: each revision gets a verdict, then everything is written in one transaction.

offered = new + held + quarantined + refused + missing, whatever arrives.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from sync import schema
from sync.devices import KnownDevice, known_devices
from sync.erasing import erase_bodies
from sync.keys import verify_signature
from sync.reading import Bundle, Found, Manifest, Segment
from sync.revision import DOMAIN, Operation
from sync.shelf import Shelf
from sync.standing import stand
from sync.wire import compressed, decompressed

_CLOCK_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What became of a bundle. conflicts: records in conflict among those it touched.

    missing_ids: promised, but the bundle is torn. reasons: codes of why revisions were quarantined or refused, or what
    is odd about the laptop: "device.clone", "device.rollback", "device.clock". sha256: of the file.
    clones: places of a chain that two different revisions claim. erased: records whose answers were removed.
    in_conflict: the records that `conflicts` counts. withdrawals: consents withdrawn, among what is new.
    """

    bundle: str = ""
    device: str = ""
    sha256: str = ""
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
    erased: int = 0
    in_conflict: tuple[str, ...] = ()
    withdrawals: int = 0

    def counts(self) -> dict[str, int]:
        """The numbers that reconcile, and the conflicts."""
        names = ("offered", "new", "held", "quarantined", "refused", "missing", "conflicts")
        return {name: getattr(self, name) for name in names}

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a revision is judged by: who brought it and how, and whose word counts.

    devices: those the office knows. accepted: a person has let in what would wait in quarantine.
    """

    bundle: Bundle
    manifest: Manifest
    devices: Mapping[str, KnownDevice]
    accepted: bool = False
    promised: frozenset[str] = frozenset()

    def waits_for(self, found: Found) -> str:
        """The code of what a person has to decide about before a revision is taken in, "" for nothing."""
        device = self.devices.get(found.device)
        if device is None:
            return "device.unknown"
        if not self.accepted and not device.takes(found.epoch, found.sequence):
            return "device.revoked"
        return ""

    def is_awaited(self, revision: str, waiting: set[str]) -> bool:
        """Whether a revision comes for the first time, which is taken off those `waiting`.

        Raises SyncError("bundle.tampered") for one that the list of contents does not name.
        """
        if revision in waiting:
            waiting.remove(revision)
            return True
        if revision not in self.promised:
            raise self.bundle.tampered("a revision is not in the signed list")
        return False

    def unsigned(self, found: Sequence[Found]) -> set[str]:
        """Which of these known laptops' revisions nobody signed: neither themselves nor one that follows in their chain."""
        unsigned: set[str] = set()
        followed: tuple[str, str | None] = "", None
        others: set[tuple[str, str | None]] = set()
        for each in reversed(found):
            place = each.device, each.id
            if place != followed and place not in others:
                public, message = self.devices[each.device].public, DOMAIN + bytes.fromhex(each.id)
                if not verify_signature(public, message, each.signature):
                    unsigned.add(each.id)
                    continue
                others.add(followed)
            followed = each.device, each.previous
        return unsigned


@dataclass(slots=True)
class _Tally:
    """What has been decided so far."""

    waiting: set[str]
    new: int = 0
    held: int = 0
    refused: list[str] = field(default_factory=list)
    quarantined: list[str] = field(default_factory=list)
    odd: set[str] = field(default_factory=set)
    clones: int = 0


def import_bundle(
    shelf: Shelf,
    bundle: Bundle,
    manifest: Manifest,
    segments: Iterator[Segment],
    *,
    now: datetime,
    accepted: bool = False,
) -> MergeReport:
    """Take in a bundle that is meant for this archive. The caller's transaction makes it all or nothing.

    shelf: over the caller's connection. segments: of the bundle, opened. accepted: a person lets in what waited in
    quarantine. Raises SyncError("bundle.tampered"); then the caller takes everything back.
    """
    connection = shelf.connection
    devices = known_devices(connection)
    carrier = devices.get(bundle.device)
    if carrier is not None and not manifest.is_signed_by(carrier.public):
        raise bundle.tampered("its list of contents is not signed by its laptop")
    tally = _Tally(set(manifest.ids))
    number = schema.last_number(connection) + 1
    touched = _Touched()
    if carrier is None:
        tally.quarantined = ["device.unknown"] * len(tally.waiting)
        tally.waiting = set()
    else:
        terms = Terms(bundle, manifest, devices, accepted, frozenset(manifest.ids))
        tally.odd |= _oddities(connection, manifest, carrier, now)
        for segment in segments:
            _take(connection, shelf, segment, terms, tally, touched, number)
        if tally.waiting:
            there = _held_of(connection, manifest, tally.waiting)
            tally.held += len(there)
            tally.waiting -= there
    erased = touched.erased | _erased_among(connection, touched.grown)
    erase_bodies(connection, shelf, erased)
    in_conflict = stand(connection, shelf, touched.fresh.values(), touched.grown, number)
    if tally.clones:
        tally.odd.add("device.clone")
    report = MergeReport(
        bundle=bundle.id,
        device=bundle.device,
        sha256=bundle.sha256,
        offered=len(manifest.ids),
        new=tally.new,
        held=tally.held,
        quarantined=len(tally.quarantined),
        refused=len(tally.refused),
        missing=len(tally.waiting),
        conflicts=len(in_conflict),
        missing_ids=tuple(each for each in manifest.ids if each in tally.waiting),
        reasons=tuple(sorted({*tally.refused, *tally.quarantined, *tally.odd})),
        clones=tally.clones,
        erased=len(erased),
        in_conflict=tuple(in_conflict),
        withdrawals=touched.withdrawals,
    )
    _remember(connection, report, manifest, number, now)
    return report


@dataclass(slots=True)
class _Touched:
    """Records that got new revisions: `fresh` those with one revision in all, `grown` the others."""

    fresh: dict[str, Found] = field(default_factory=dict)
    grown: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    withdrawals: int = 0

    def add(self, new: Sequence[Found], there: Container[str]) -> None:
        """`there`: the records that the archive held before."""
        for found in new:
            record = found.record
            if record in self.fresh or record in there or record in self.grown:
                self.fresh.pop(record, None)
                self.grown.add(record)
            else:
                self.fresh[record] = found
            if found.operation == Operation.ERASE:
                self.erased.add(record)
            self.withdrawals += found.operation == Operation.WITHDRAW


def _take(
    connection: Connection,
    shelf: Shelf,
    segment: Segment,
    terms: Terms,
    tally: _Tally,
    touched: _Touched,
    number: int,
) -> None:
    """Judge the revisions of a segment and keep those that are new."""
    tally.refused += [bad.code for bad in segment.bad if terms.is_awaited(bad.id, tally.waiting)]
    there = shelf.held({each.record for each in segment.found})
    new: list[Found] = []
    fuller: list[Found] = []
    for each in segment.found:
        if not terms.is_awaited(each.id, tally.waiting):
            continue
        length = there[each.record].get(each.id) if each.record in there else None
        if length is not None:
            tally.held += 1
            if length < each.end - each.start:
                fuller.append(each)
        elif code := terms.waits_for(each):
            tally.quarantined.append(code)
        else:
            new.append(each)
    unsigned = terms.unsigned(new)
    if unsigned:
        tally.refused += ["revision.bad-signature"] * len(unsigned)
        new = [each for each in new if each.id not in unsigned]
    if new:
        tally.new += len(new)
        touched.add(new, there)
        tally.clones += _chain(connection, new, terms)
        _keep(connection, shelf, segment, new, number)
    if fuller:
        _complete(connection, shelf, segment, fuller, touched)


def _complete(
    connection: Connection, shelf: Shelf, segment: Segment, fuller: Sequence[Found], touched: _Touched
) -> None:
    """Keep the answers of revisions that came without them before: the erasure that took them has not arrived."""
    erased = touched.erased | _erased_among(connection, {each.record for each in fuller})
    wanted = [each for each in fuller if each.record not in erased]
    if wanted:
        shelf.move(
            (each.record, each.id, *place)
            for each, place in zip(wanted, _shelved(shelf, segment, wanted), strict=True)
        )
        touched.add(wanted, {each.record for each in wanted})


def _shelved(shelf: Shelf, segment: Segment, found: Sequence[Found]) -> list[tuple[int, int, int]]:
    """Put revisions into a pack and say where each lies; a segment that is wanted whole is kept as it is compressed."""
    places = [(each.start, each.end - each.start) for each in found]
    packed, raw_length = segment.packed, segment.raw_length
    if sum(length for _, length in places) != raw_length:
        raw = decompressed(packed, raw_length)
        parts = [raw[start : start + length] for start, length in places]
        packed, raw_length = compressed(b"".join(parts)), sum(map(len, parts))
        start, places = 0, []
        for part in parts:
            places.append((start, len(part)))
            start += len(part)
    pack = shelf.put(packed, raw_length)
    return [(pack, offset, length) for offset, length in places]


def _keep(connection: Connection, shelf: Shelf, segment: Segment, new: Sequence[Found], number: int) -> None:
    """Put new revisions into a pack and note who made them where, over what."""
    rows, parents = [], []
    for each, place in zip(new, _shelved(shelf, segment, new), strict=True):
        rows.append(
            (
                each.record, each.id, each.device, each.epoch, each.sequence, each.hlc, each.form, each.form_hash,
                each.operation, number, *place,
            )
        )  # fmt: skip
        if each.parents:
            parents += [(each.record, each.id, parent) for parent in dict.fromkeys(each.parents)]
    schema.insert_rows(connection, schema.revision, rows)
    schema.insert_rows(connection, schema.parent, parents)


def _chain(connection: Connection, new: Sequence[Found], terms: Terms) -> int:
    """Write the places of a chain; give how many are claimed twice."""
    chain = schema.chain
    places: dict[tuple[str, str], list[Found]] = {}
    for each in new:
        places.setdefault((each.device, each.epoch), []).append(each)
    twice = 0
    for (device, epoch), taken in places.items():
        sequences = [each.sequence for each in taken]
        query = select(chain.c.sequence).where(
            chain.c.device == device,
            chain.c.epoch == epoch,
            chain.c.sequence.between(min(sequences), max(sequences)),
        )
        there = set(connection.execute(query).scalars())
        if there or len(set(sequences)) < len(sequences):
            for sequence in sequences:
                if sequence in there:
                    twice += 1
                    note_finding(connection, device, epoch, sequence, "clone", terms.manifest.made)
                there.add(sequence)
        rows = [(device, epoch, each.sequence, each.id, each.previous) for each in taken]
        schema.insert_rows(connection, chain, rows)
    return twice


def note_finding(connection: Connection, device: str, epoch: str, sequence: int, kind: str, at: str) -> None:
    """Note what is odd about a laptop, once."""
    table = schema.finding
    same = (
        table.c.device == device,
        table.c.epoch == epoch,
        table.c.sequence == sequence,
        table.c.kind == kind,
    )
    if connection.execute(select(table.c.kind).where(*same)).first() is None:
        schema.insert_rows(connection, table, [(device, epoch, sequence, kind, at)])


def _oddities(connection: Connection, manifest: Manifest, carrier: KnownDevice, now: datetime) -> set[str]:
    """A clock that cannot be right; a laptop that knows less than it sent before, though it was made later."""
    try:
        made = datetime.fromisoformat(manifest.made)
        wrong = made > now + _CLOCK_AHEAD or made.date().isoformat() < carrier.since
    except (ValueError, TypeError):
        wrong = True
    if wrong:
        return {"device.clock"}
    chain, bundles = schema.chain, schema.bundle
    last = connection.execute(
        select(func.max(bundles.c.made)).where(bundles.c.device == carrier.device)
    ).scalar()
    epoch, sequence, _tip = manifest.tip
    held = connection.execute(
        select(func.max(chain.c.sequence)).where(chain.c.device == carrier.device, chain.c.epoch == epoch)
    ).scalar()
    if held is not None and held > sequence and last is not None and manifest.made > last:
        note_finding(connection, carrier.device, epoch, sequence, "rollback", manifest.made)
        return {"device.rollback"}
    return set()


def _erased_among(connection: Connection, records: Collection[str]) -> set[str]:
    table = schema.revision
    rows = schema.select_in(connection, (table.c.record_id, table.c.operation), table.c.record_id, records)
    return {record for record, operation in rows if operation == Operation.ERASE}


def _held_of(connection: Connection, manifest: Manifest, ids: Collection[str]) -> set[str]:
    """Which of these revisions the archive holds, as the chains of their laptops say: asked of what a torn bundle lacks."""
    table = schema.chain
    devices = {device for device, *_head in manifest.chains}
    known = schema.select_in(connection, (table.c.rev_id,), table.c.device, devices)
    return {row.rev_id for row in known}.intersection(ids)


def _remember(
    connection: Connection, report: MergeReport, manifest: Manifest, number: int, now: datetime
) -> None:
    """Note that a bundle came, each time it comes, and whether it brought what other laptops made."""
    relayed = any(device != report.device for device, *_head in manifest.chains)
    counts = report.counts() | ({"relayed": 1} if relayed else {})
    row = (
        number, report.bundle, report.sha256, report.device, manifest.made, now.isoformat(), json.dumps(counts),
    )  # fmt: skip
    schema.insert_rows(connection, schema.bundle, [row])
