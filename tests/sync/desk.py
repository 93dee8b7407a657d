"""An office and a model of it: what it must say of each stick, and what it must show after it."""

from __future__ import annotations

import json
import struct
from collections import Counter

import pytest

from sync import SyncError, schema
from sync.shelf import Shelf
from tests.sync.model import GONE, Shown, followers, shown, standing_writes

_SEGMENT = struct.Struct(">II32s")
_IN_A_SEGMENT = 15


class Desk:
    """present: id → the number of the bundle that brought it; bodies: those whose answers were among what came."""

    def __init__(self, archive, world):
        self.archive = archive
        self.world = world
        self.known: dict[str, dict[str, int] | None] = {}
        self.present: dict[str, int] = {}
        self.bodies: set[str] = set()
        self.aside: dict[str, tuple] = {}
        self.released: set[str] = set()
        self.bundles = 0
        self.counted = Counter()

    # -- laptops ------------------------------------------------------------------------------------------

    def enroll(self, laptop):
        self.archive.enroll(laptop.card)
        self.known.setdefault(laptop.id, None)

    def revoke(self, laptop, last):
        if laptop.id not in self.known:
            with pytest.raises(SyncError, match=r"device\.unknown"):
                self.archive.revoke(laptop.id, last)
            return
        self.archive.revoke(laptop.id, last)
        arrived = [
            (n, *self.world.notes[i].place[::-1]) for i, n in self.present.items() if self._of(i, laptop)
        ]
        taken: dict[str, int] = {}
        for _number, sequence, epoch in arrived:
            taken[epoch] = max(taken.get(epoch, 0), sequence)
        if arrived and last is not None:
            epoch = max(arrived)[2]
            taken[epoch] = last
        self.known[laptop.id] = taken
        assert json.loads(self._revoked(laptop)) == taken

    def _of(self, revision, laptop):
        return self.world.notes[revision].device == laptop.id

    def _revoked(self, laptop):
        with self.archive.engine.connect() as connection:
            table = schema.device
            return connection.execute(
                table.select().with_only_columns(table.c.revoked).where(table.c.device == laptop.id)
            ).scalar()

    # -- sticks -------------------------------------------------------------------------------------------

    def take_in(self, path, laptop, carried, cut=None):
        """Bring a stick, torn at a part of its length; the report must say what the model says."""
        whole = path.read_bytes()
        if cut is not None:
            path = path.with_name("torn.fkb")
            path.write_bytes(whole[: int(len(whole) * cut)])
        try:
            self._take_in(path, laptop, carried, torn=cut is not None)
        finally:
            if cut is not None:
                path.unlink()

    def _take_in(self, path, laptop, carried, *, torn):
        content = path.read_bytes()
        segments = intact(content)
        if not segments:
            with pytest.raises(SyncError, match=r"bundle\.truncated"):
                self.archive.import_bundle(path)
            self.counted["torn beyond use"] += 1
            return
        there = carried[: (segments - 1) * _IN_A_SEGMENT]
        self.bundles += 1
        expected, taken = self._verdicts(laptop, carried, there, accepted=False)
        doomed = self._packs_of(taken)
        report = self.archive.import_bundle(path)
        self._check(report, expected, carried)
        if expected["quarantined"]:
            self.aside.setdefault(report.sha256, (laptop, carried, there))
        self._look(taken, doomed)

    def release(self, which):
        """A person lets something in that waits."""
        if self.aside:
            names = sorted(self.aside)
            self._release(names[which % len(names)])

    def release_all(self, order):
        for name in order.sample(sorted(self.aside), len(self.aside)):
            self._release(name)
        assert all(each.released for each in self.archive.quarantine())

    def _release(self, name):
        laptop, carried, there = self.aside[name]
        if laptop.id not in self.known:
            before = self.archive.state()
            with pytest.raises(SyncError, match=r"device\.unknown"):
                self.archive.release(name, by="m", reason="r")
            assert self.archive.state() == before
            return
        self.bundles += 1
        expected, taken = self._verdicts(laptop, carried, there, accepted=True)
        doomed = self._packs_of(taken)
        report = self.archive.release(name, by="m", reason="r")
        self._check(report, expected, carried)
        if not expected["quarantined"]:
            self.released.add(name)
        now_released = {each.sha256 for each in self.archive.quarantine() if each.released}
        assert now_released == self.released, "released is what has nothing left that waits"
        self._look(taken, doomed)

    def _verdicts(self, carrier, carried, there, *, accepted):
        """The numbers a report must have, and the records that get something new."""
        counts: Counter[str] = Counter(offered=len(carried))
        touched = set()
        if carrier.id not in self.known:
            counts["quarantined"] = len(carried)
            return counts, touched
        places = {(self.world.notes[i].device, self.world.notes[i].place) for i in self.present}
        for each in there:
            verdict = "held" if each.id in self.present else self._verdict(each, accepted, places)
            counts[verdict] += 1
            if verdict == "quarantined":
                continue
            if each.id not in self.present:
                self.present[each.id] = self.bundles
                touched.add(each.envelope.record)
            if each.raw_body is not None and each.id not in self.bodies:
                self.bodies.add(each.id)
                touched.add(each.envelope.record)
        for each in carried[len(there) :]:
            counts["held" if each.id in self.present else "missing"] += 1
        return counts, touched

    def _verdict(self, revision, accepted, places):
        note = self.world.notes[revision.id]
        if note.device not in self.known:
            return "quarantined"
        revoked = self.known[note.device]
        epoch, sequence = note.place
        beyond = revoked is not None and (
            sequence > revoked.get(epoch, 0) or (note.device, note.place) in places
        )
        return "quarantined" if beyond and not accepted else "new"

    def _check(self, report, expected, carried):
        self.counted["sticks"] += 1
        self.counted.update({f"verdicts {name}": n for name, n in expected.items() if name != "offered"})
        names = ("offered", "new", "held", "quarantined", "refused", "missing")
        assert {name: getattr(report, name) for name in names} == {name: expected[name] for name in names}
        assert report.offered == (
            report.new + report.held + report.quarantined + report.refused + report.missing
        )
        assert len(report.missing_ids) == report.missing
        assert set(report.missing_ids) <= {each.id for each in carried} - set(self.present)

    # -- what it shows ------------------------------------------------------------------------------------

    def _look(self, touched, doomed):
        """The lists, the records that were touched, and the proof; what was erased is nowhere."""
        for record in touched:
            notes = self.world.of(record, self.present)
            self.agrees(record, shown(notes, self.bodies))
            self._every_standing_write_is_visible(record, notes)
        expected = {}
        for record in {self.world.notes[each].record for each in self.present}:
            must = shown(self.world.of(record, self.present), self.bodies)
            if must.conflicts:
                expected[record] = set(must.conflicts)
        listed = {view.record: set(view.conflicts) for view in self.archive.conflicts()}
        assert listed == expected
        proof = self.archive.verify()
        assert (proof.damaged, proof.revisions) == ((), len(self.present))
        assert proof.conflicts == len(expected)
        self._nothing_erased_is_left(doomed)

    def agrees(self, record, must):
        view = self.archive.view(record)
        conflicts = {
            path: frozenset(json.dumps(v.answer, sort_keys=True) for v in versions)
            for path, versions in view.conflicts.items()
        }
        found = Shown(view.state, view.heads, view.incomplete, dict(view.fields), conflicts)
        assert found == must
        return True

    def _every_standing_write_is_visible(self, record, notes):
        view = self.archive.view(record)
        if view.state not in {"live", "deleted"} or any(note.operation == "withdraw" for note in notes):
            return
        for path, writes in standing_writes(notes, self.bodies, followers(notes)).items():
            for note, answer in writes:
                if (view.state == "deleted" and path not in view.conflicts) or path == GONE:
                    continue
                versions = {str(each.answer) for each in view.conflicts.get(path, ())}
                assert str(answer) in versions | {str(view.fields.get(path, ""))}, (path, note)

    # -- erasing ------------------------------------------------------------------------------------------

    def _erased(self):
        return {note.record for note in self.world.notes.values() if note.erases and note.id in self.present}

    def _packs_of(self, records):
        """The beginnings of the sealed packs that hold answers of records about to be erased."""
        doomed = records & self._erased()
        if not doomed:
            return []
        with self.archive.engine.connect() as connection:
            rows = connection.execute(
                schema.revision.select().where(
                    schema.revision.c.record_id.in_(doomed), schema.revision.c.operation != "erase"
                )
            ).all()
            shelf = Shelf(connection, self.archive.secret)
            packs = {row.pack for row in rows if shelf.take(row.pack, row.offset, row.length).raw_body}
            table = schema.pack
            return [
                row.content[:40]
                for row in connection.execute(table.select().where(table.c.id.in_(packs))).all()
            ]

    def _nothing_erased_is_left(self, doomed):
        """No pack opens to an answer of an erased record, and the sealed packs that did are not in the file."""
        canaries = {
            answer
            for note in self.world.notes.values() if note.record in self._erased() and not note.erases
            for answer in note.answers.values() if str(answer).startswith("canary")
        }  # fmt: skip
        with self.archive.engine.connect() as connection:
            shelf = Shelf(connection, self.archive.secret)
            packs = b"".join(
                shelf.raw(number) for number in connection.execute(schema.pack.select()).scalars().all()
            )
        assert not [each for each in canaries if each.encode() in packs]
        if doomed:
            self.counted["packs erased"] += len(doomed)
            files = b"".join(each.read_bytes() for each in self.archive.folder.glob("archive.db*"))
            assert not [each for each in doomed if each in files]


def intact(content):
    """How many segments of a bundle are whole, its list of contents counted: read by hand from the format."""
    if len(content) < 9:
        return 0
    at = 9 + int.from_bytes(content[5:9], "big")
    found = 0
    while at + _SEGMENT.size <= len(content):
        stored, _raw, _digest = _SEGMENT.unpack_from(content, at)
        at += _SEGMENT.size + stored
        if at > len(content):
            break
        found += 1
    return found
