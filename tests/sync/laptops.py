"""Laptops as the tests of sync want them: chains, clocks and sticks as fieldkit makes them, and a note of each write."""

from __future__ import annotations

import copy
import hashlib
import random
from datetime import UTC, datetime, timedelta

from sync import (
    Body,
    DeviceKey,
    Envelope,
    HybridClock,
    KeyCard,
    Operation,
    Revision,
    new_record_id,
    seal,
    write_bundle,
)
from tests.sync.model import Note, heads_of, shown

NOW = datetime(2026, 3, 31, 8, 0, tzinfo=UTC)


class World:
    """Every note of every revision that was ever made, by id: the test's own word of what people did."""

    def __init__(self):
        self.notes: dict[str, Note] = {}
        self.records: list[str] = []

    def of(self, record, among=None):
        """The notes of one record; those whose ids are `among`."""
        return [
            note
            for note in self.notes.values()
            if note.record == record and (among is None or note.id in among)
        ]

    def new_record(self):
        number = len(self.records)
        self.records.append(new_record_id(1_770_000_000_000 + number, random.Random(number)))
        return self.records[-1]


class Laptop:
    """A laptop of a world. skew: how far its clock is from the truth. held: the revisions on its disk, by id."""

    def __init__(self, world, number, skew=timedelta()):
        self.world = world
        self.name = f"laptop {number}"
        self.key = DeviceKey.generate(bytes([number]) * 32)
        self.epoch = f"epoch{number}"
        self.skew = skew
        self.sequence, self.previous = 0, None
        self.clock = HybridClock()
        self.held: dict[str, Revision] = {}
        self.form_hash = "1"

    @property
    def id(self):
        return self.key.id

    @property
    def card(self):
        return KeyCard(self.name, self.key.public, self.epoch)

    def copy(self):
        """The same laptop once more: an image of its disk."""
        twin = copy.copy(self)
        twin.held, twin.clock = dict(self.held), HybridClock(self.clock.last)
        return twin

    def become(self, image):
        """An image is put back on it: it knows and counts as it did then."""
        self.epoch, self.sequence, self.previous = image.epoch, image.sequence, image.previous
        self.held, self.clock = dict(image.held), HybridClock(image.clock.last)

    def knows(self, record):
        """The notes of a record that are on this laptop; and of which of them the answers are."""
        bodies = {each.id for each in self.held.values() if each.raw_body is not None}
        return self.world.of(record, self.held), bodies

    def shows(self, record):
        return shown(*self.knows(record))

    def write(self, record, operation=Operation.PUT, changes=None, parents=None, **other):
        """Make a revision over the heads it sees, or over `parents`: `changes` are made to what it sees.

        other: fields of the envelope that are not as they should be, for tests of what is refused.
        """
        answers = dict(self.shows(record).fields)
        changes = dict(changes or {})
        answers = {path: value for path, value in {**answers, **changes}.items() if value != ""}
        return self.sealed(record, operation, answers, tuple(changes), parents, **other)

    def sealed(self, record, operation, answers, changed, parents=None, note=None, **other):
        """Seal a body into the next revision of the chain, and note it."""
        if parents is None:
            parents = heads_of(self.knows(record)[0])
        number = len(self.world.notes)
        salt = hashlib.sha256(b"%d" % number).digest()[:16]
        raw_body = Body(answers, changed, note or {}, salt).to_bytes()
        wall = NOW + self.skew + timedelta(seconds=number)
        facts = {
            "record": record, "parents": tuple(parents), "form": "visit", "form_hash": self.form_hash,
            "device": self.id, "epoch": self.epoch, "sequence": self.sequence + 1, "previous": self.previous,
            "hlc": self.clock.tick(int(wall.timestamp() * 1000)), "wall": wall.isoformat(), "user": f"user of {self.name}",
            "operation": operation, "body_hash": hashlib.sha256(raw_body).hexdigest(),
        } | other  # fmt: skip
        made = seal(Envelope(**facts), raw_body, self.key)
        self.sequence, self.previous = facts["sequence"], made.id
        self.held[made.id] = made
        self.world.notes[made.id] = Note(
            made.id, record, tuple(parents), operation, {path: answers.get(path, "") for path in changed},
            dict(answers), self.id, (self.epoch, facts["sequence"]), tuple((note or {}).get("undoes", ())),
        )  # fmt: skip
        return made

    def erase(self, record, reason="asked for"):
        """Erase a record: a revision that says so; the answers leave this laptop."""
        made = self.sealed(record, Operation.ERASE, {}, (), note={"reason": reason})
        for note in self.world.of(record, self.held):
            if note.operation is not Operation.ERASE:
                self.held[note.id] = bare(self.held[note.id])
        return made

    def learn(self, revisions):
        """Take over what another laptop's stick brought."""
        for each in revisions:
            known = self.held.get(each.id)
            if known is None or known.raw_body is None:
                self.held[each.id] = each
        erased = {note.record for note in self.world.notes.values() if note.id in self.held and note.erases}
        for each in list(self.held):
            note = self.world.notes[each]
            if note.record in erased and not note.erases:
                self.held[each] = bare(self.held[each])

    def stick(self, folder, archive, revisions=None, *, office=None, recipients=None):
        """A bundle in `folder` of what it holds, or of `revisions`."""
        return write_bundle(
            folder,
            list(self.held.values()) if revisions is None else revisions,
            key=self.key,
            office=office or archive.id,
            recipients=recipients or archive.recipients,
            now=NOW + self.skew,
            tip=(self.epoch, self.sequence, self.previous or ""),
        ).path


def bare(revision):
    """A revision without its answers, as an erasure leaves it."""
    return Revision(revision.envelope, revision.raw, revision.signature, None)
