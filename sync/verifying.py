"""Proving an archive: every byte hashed again, every chain and every record followed, and the state of the whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, select

from sync import schema
from sync.canonical import dumps_known
from sync.devices import known_devices
from sync.keys import verify_signature
from sync.merge import RecordView, merge
from sync.revision import DOMAIN, Revision
from sync.shelf import Shelf
from sync.standing import Standing, standing_of


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was counted. state: SHA-256 over the whole visible state, the same for the same revisions in any order.

    damaged: ids of revisions whose bytes, chain or signature do not fit, and of records that stand otherwise in the
    lists than their revisions say. incomplete: records some of whose history, or of their answers, has not arrived.
    """

    records: int
    revisions: int
    conflicts: int
    state: str
    damaged: tuple[str, ...]
    incomplete: int = 0


def state_of(shelf: Shelf, until: int | None = None, told: Callable[[RecordView], None] | None = None) -> str:
    """The hash of what is visible; `until`: as it was with that bundle. told: is given each record as it stands."""
    state = _State()
    for _record, known in shelf.by_record(until=until):
        view = merge(known)
        state.add(view)
        if told:
            told(view)
    return state.hexdigest()


class _State:
    """SHA-256 over the SHA-256 of what each record shows, in the order of their ids, whatever order they come in.

    A record of one whole revision shows what that says; its id is the hash of it already.
    """

    def __init__(self) -> None:
        self._records: dict[str, bytes] = {}

    def add(self, view: RecordView) -> None:
        is_one = len(view.revisions) == 1 and not view.incomplete
        shown = f"{view.heads[0]} {view.state} {bool(view.fields)}".encode() if is_one else _visible(view)
        self._records[view.record] = hashlib.sha256(shown).digest()

    def hexdigest(self) -> str:
        digest = hashlib.sha256()
        for _record, each in sorted(self._records.items()):
            digest.update(each)
        return digest.hexdigest()


def verify_archive(connection: Connection, shelf: Shelf) -> VerifyReport:
    """Read everything and prove it: see VerifyReport."""
    proof = _Proof(_standings(connection))
    for record, places in shelf.places():
        proof.add(record, [(each, shelf.take_if_whole(*place)) for each, *place in places])
    proof.damaged.update(proof.listed)  # what stands in the lists and has no revision
    proof.damaged.update(_unchained(connection, proof.links))
    proof.damaged.update(_unsigned(connection, proof.links))
    return VerifyReport(
        proof.records, proof.revisions, proof.conflicts, proof.state.hexdigest(),
        tuple(sorted(proof.damaged)), proof.incomplete,
    )  # fmt: skip


class _Link(NamedTuple):
    """A revision as a link of its laptop's chain."""

    id: str
    device: str
    epoch: str
    sequence: int
    previous: str | None
    signature: bytes


class _Proof:
    """What was found so far. listed: how records stand in the lists, less those that were looked at."""

    def __init__(self, listed: dict[str, Standing]) -> None:
        self.listed = listed
        self.state = _State()
        self.damaged: set[str] = set()
        self.links: list[_Link] = []
        self.records = self.revisions = self.conflicts = self.incomplete = 0

    def add(self, record: str, taken: Sequence[tuple[str, Revision | None]]) -> None:
        """Look at one record: the ids its rows have, and what lies where they point."""
        known = [each for name, each in taken if each is not None and each.id == name]
        self.damaged.update(name for name, each in taken if each is None or each.id != name)
        self.records += 1
        self.revisions += len(taken)
        standing = self.listed.pop(record, None)
        if not known:
            return
        view = merge(known)
        self.conflicts += bool(view.conflicts)
        bare = any(each.raw_body is None for each in known) and view.state != "erased"
        self.incomplete += view.incomplete or bare
        self.state.add(view)
        if standing != standing_of(view):
            self.damaged.add(record)
        for each in known:
            e = each.envelope
            self.links.append(_Link(each.id, e.device, e.epoch, e.sequence, e.previous, each.signature))


def _standings(connection: Connection) -> dict[str, Standing]:
    """How every record stands in the lists."""
    heads: dict[str, list[str]] = {}
    for record, each in connection.execute(
        select(schema.head.c.record_id, schema.head.c.rev_id).order_by(schema.head.c.rev_id)
    ):
        heads.setdefault(record, []).append(each)
    conflicts: dict[str, dict[str, list[str]]] = {}
    table = schema.conflict
    for row in connection.execute(select(table).order_by(table.c.rev_id)):
        conflicts.setdefault(row.record_id, {}).setdefault(row.path, []).append(row.rev_id)
    return {
        row.record_id: Standing(
            row.record_id, row.form, row.hlc, row.state, bool(row.incomplete), tuple(heads.get(row.record_id, ())),
            {path: tuple(ids) for path, ids in conflicts.get(row.record_id, {}).items()},
        )
        for row in connection.execute(select(schema.current))
    }  # fmt: skip


def _unchained(connection: Connection, links: Sequence[_Link]) -> set[str]:
    """Revisions that are not listed in their chain as they are, or name as the one before them what stands elsewhere."""
    listed = {tuple(row) for row in connection.execute(select(schema.chain))}
    places = {link.id: (link.device, link.epoch, link.sequence) for link in links}

    def before(link: _Link) -> tuple[str, str, int]:
        return link.device, link.epoch, link.sequence - 1

    # Of a laptop that is there twice, the other's place may be filled and the one that is followed not yet.
    return {
        link.id
        for link in links
        if (*places[link.id], link.id, link.previous) not in listed
        or (link.sequence > 1 and places.get(link.previous or "", before(link)) != before(link))
    }


def _unsigned(connection: Connection, links: Sequence[_Link]) -> set[str]:
    """Ends of chains whose signature is not their laptop's: the links before them are proven by theirs."""
    known = known_devices(connection)
    followed = {(link.device, link.previous) for link in links}
    return {
        link.id
        for link in links
        if (link.device, link.id) not in followed
        and not (
            link.device in known
            and verify_signature(known[link.device].public, DOMAIN + bytes.fromhex(link.id), link.signature)
        )
    }


def _visible(view: RecordView) -> bytes:
    conflicts: Mapping[str, list[str]] = {
        path: [version.revision for version in versions] for path, versions in view.conflicts.items()
    }
    return dumps_known(
        [view.record, view.form, view.state, list(view.heads), dict(view.fields), conflicts, view.incomplete]
    )
