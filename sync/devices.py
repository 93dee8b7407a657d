"""The laptops of an office: enrolled, revoked, and what the office can say that it holds from them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from sync import schema
from sync.enrolment import BLOCK_SIZE, Enrolment, KeyCard
from sync.errors import SyncError
from sync.keys import DeviceKey
from sync.receipt import Receipt, acknowledged

_LARGEST_NUMBER = 9999


@dataclass(frozen=True, slots=True)
class Device:
    """A laptop the office knows. seen: when its last bundle came, ISO 8601 or "". findings: "clone", "rollback".

    replaces: the id of the laptop it stands in for, or "".
    """

    id: str
    name: str
    enrolment: Enrolment
    revoked: bool
    seen: str
    findings: tuple[str, ...]
    replaces: str


@dataclass(frozen=True, slots=True)
class Known:
    """Who a laptop is that asks for something."""

    id: str
    name: str
    public: bytes
    is_revoked: bool


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """What judging a revision needs of a laptop. revoked: epoch → last sequence taken, None in good standing.

    places: those of a revoked laptop's chains that are filled: whoever has its key now may not fill them again.
    """

    device: str
    public: bytes
    since: str
    revoked: Mapping[str, int] | None
    places: Collection[tuple[str, int]] = ()

    def takes(self, epoch: str, sequence: int) -> bool:
        """Whether a place of its chain may be taken in without a person's word."""
        if self.revoked is None:
            return True
        return sequence <= self.revoked.get(epoch, 0) and (epoch, sequence) not in self.places


def known_devices(connection: Connection) -> dict[str, KnownDevice]:
    """Every laptop by its id."""
    table, chain = schema.device, schema.chain
    filled: dict[str, set[tuple[str, int]]] = {}
    revoked_ones = select(table.c.device).where(table.c.revoked.is_not(None))
    query = select(chain.c.device, chain.c.epoch, chain.c.sequence).where(chain.c.device.in_(revoked_ones))
    for device, epoch, sequence in connection.execute(query):
        filled.setdefault(device, set()).add((epoch, sequence))
    columns = (table.c.device, table.c.public, table.c.enrolment, table.c.revoked)
    return {
        device: KnownDevice(
            device, public, json.loads(enrolment)["since"], json.loads(revoked) if revoked else None,
            filled.get(device, ()),
        )
        for device, public, enrolment, revoked in connection.execute(select(*columns))
    }  # fmt: skip


def devices(connection: Connection) -> list[Device]:
    """The laptops, in the order of their names."""
    bundle, finding, table = schema.bundle, schema.finding, schema.device
    seen = dict(
        connection.execute(
            select(bundle.c.device, func.max(bundle.c.imported)).group_by(bundle.c.device)
        ).all()
    )
    odd: dict[str, set[str]] = {}
    for device, kind in connection.execute(select(finding.c.device, finding.c.kind)):
        odd.setdefault(device, set()).add(kind)
    rows = connection.execute(select(table).order_by(table.c.name, table.c.device))
    return [
        Device(
            row.device,
            row.name,
            Enrolment.from_bytes(row.enrolment),
            row.revoked is not None,
            seen.get(row.device, ""),
            tuple(sorted(odd.get(row.device, ()))),
            row.replaces or "",
        )
        for row in rows
    ]


def known(connection: Connection, device: str) -> Known | None:
    """A laptop by its id; None for one that is not enrolled."""
    table = schema.device
    columns = (table.c.device, table.c.name, table.c.public, table.c.revoked)
    row = connection.execute(select(*columns).where(table.c.device == device)).first()
    return Known(row.device, row.name, row.public, row.revoked is not None) if row else None


def enroll(connection: Connection, card: KeyCard, draft: Enrolment, key: DeviceKey) -> Enrolment:
    """Make a laptop one of this office's own and give it its block of numbers; again gives the same word, with what
    the draft adds to it.

    draft: the enrolment but for its block. Raises SyncError("archive.blocks-exhausted"), ("card.other-recipient").
    """
    table = schema.device
    known = connection.execute(select(table).where(table.c.device == card.device)).first()
    if known is not None:
        return _completed(connection, Enrolment.from_bytes(known.enrolment), card, draft.replaces, key)
    last = connection.execute(select(func.max(table.c.block_first))).scalar()
    first = 1 if last is None else int(last) + BLOCK_SIZE
    if first + BLOCK_SIZE - 1 > _LARGEST_NUMBER:
        raise SyncError("archive.blocks-exhausted", device=card.device)
    word = draft.with_block(first, first + BLOCK_SIZE - 1).signed_by(key)
    row = (card.device, word.name, card.public, word.to_bytes(), first, None, word.replaces or None)
    schema.insert_rows(connection, table, [row])
    return word


def word_of(connection: Connection, device: str) -> bytes | None:
    """The word that a laptop was given, as a file; None for one that is not enrolled."""
    table = schema.device
    return connection.execute(select(table.c.enrolment).where(table.c.device == device)).scalar()


def take_word(connection: Connection, word: Enrolment) -> None:
    """Write down a word that this office gave before, in place of what is known of that laptop. Its standing stays."""
    table = schema.device
    facts = {"name": word.name, "enrolment": word.to_bytes(), "replaces": word.replaces or None}
    done = connection.execute(update(table).where(table.c.device == word.device).values(facts))
    if not done.rowcount:
        row = (
            word.device,
            word.name,
            word.device_public,
            word.to_bytes(),
            word.number_block[0],
            None,
            word.replaces or None,
        )
        schema.insert_rows(connection, table, [row])


def _completed(
    connection: Connection, before: Enrolment, card: KeyCard, replaces: str, key: DeviceKey
) -> Enrolment:
    """A word given before, with what is known beyond it now, signed anew; itself where there is nothing new."""
    completed = before.completed(card, replaces)
    if completed is before:
        return before
    word = completed.signed_by(key)
    changed = update(schema.device).where(schema.device.c.device == card.device)
    connection.execute(changed.values(enrolment=word.to_bytes(), replaces=word.replaces or None))
    return word


def revoke(connection: Connection, device: str, last: int | None) -> None:
    """From now on a person decides about what a laptop brings beyond what is held.

    last: the last sequence that is still taken of the epoch it was last heard in. Raises SyncError("device.unknown").
    """
    table, chain = schema.device, schema.chain
    if connection.execute(select(table.c.device).where(table.c.device == device)).first() is None:
        raise SyncError("device.unknown", device=device)
    query = select(chain.c.epoch, func.max(chain.c.sequence)).where(chain.c.device == device)
    taken = {epoch: int(most) for epoch, most in connection.execute(query.group_by(chain.c.epoch))}
    if last is not None and taken:
        epoch = _latest_epoch(connection, device)
        taken[epoch] = last
    take_standing(connection, device, json.dumps(taken))


def take_standing(connection: Connection, device: str, taken: str) -> None:
    """Write down what is still taken from a laptop that is revoked: JSON of the last sequence by epoch."""
    table = schema.device
    connection.execute(update(table).where(table.c.device == device).values(revoked=taken))


def lineage(connection: Connection, device: str) -> list[str]:
    """A laptop, and those before it whose place it took."""
    table = schema.device
    rows = connection.execute(select(table.c.device, table.c.replaces).where(table.c.replaces.is_not(None)))
    before = {row.device: row.replaces for row in rows}
    found = [device]
    while (replaced := before.get(found[-1])) and replaced not in found:
        found.append(replaced)
    return found


def receipt(connection: Connection, device: str, *, office: str, now: datetime, copies: int) -> Receipt:
    """What the archive holds from one laptop and those it replaces, unsigned."""
    table, line = schema.chain, lineage(connection, device)
    query = select(table).where(table.c.device.in_(line))
    chains: dict[tuple[str, str], list[tuple[int, str, str | None]]] = {}
    for row in connection.execute(query.order_by(table.c.device, table.c.epoch)):
        chains.setdefault((row.device, row.epoch), []).append((row.sequence, row.rev_id, row.previous))
    said = [acknowledged(*chain, links) for chain, links in chains.items()]
    generation = connection.execute(
        select(schema.meta.c.value).where(schema.meta.c.name == "generation")
    ).scalar()
    return Receipt(
        office, int(generation or 1), now.isoformat(timespec="seconds"), tuple(held for held, _ in said), copies,
        also=tuple(sorted(each for _, named in said for each in named)), bundles=_relayed(connection, line),
    )  # fmt: skip


def _relayed(connection: Connection, line: Sequence[str]) -> tuple[str, ...]:
    """The bundles of these laptops that brought other laptops' revisions too, and of which nothing is missing."""
    table = schema.bundle
    rows = connection.execute(select(table.c.bundle, table.c.counts).where(table.c.device.in_(line)))
    found = set()
    for bundle, written in rows:
        counts = json.loads(written)
        if counts.get("relayed") and not counts["quarantined"] + counts["refused"] + counts["missing"]:
            found.add(bundle)
    return tuple(sorted(found))


def _latest_epoch(connection: Connection, device: str) -> str:
    table = schema.revision
    query = select(table.c.epoch).where(table.c.device == device)
    return str(
        connection.execute(
            query.order_by(table.c.arrived.desc(), table.c.sequence.desc(), table.c.epoch.desc()).limit(1)
        ).scalar()
    )
