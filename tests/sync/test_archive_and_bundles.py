"""Bundles and the archive: whole, torn, twice, in any order, killed in the middle; counts always reconcile."""

from __future__ import annotations

import hashlib
import itertools
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from sync import (
    Archive,
    Body,
    Bundle,
    DeviceKey,
    Enrolment,
    Envelope,
    KeyCard,
    Operation,
    SyncError,
    new_record_id,
    seal,
    write_bundle,
)
from sync.pipeline import opened_segments

NOW = datetime(2026, 3, 31, 8, 0, tzinfo=UTC)


class Laptop:
    """Makes revisions in a chain, as a laptop does."""

    def __init__(self, number, archive=None):
        self.key = DeviceKey.generate(bytes([number]) * 32)
        self.made = []
        self.enrolment = (
            archive.enroll(KeyCard(f"laptop {number}", self.key.public, "e1")) if archive else None
        )

    def put(self, record=None, parents=(), answers=None, operation=Operation.PUT):
        answers = {"a": f"{len(self.made)}"} if answers is None else answers
        body = Body(answers, tuple(answers)).to_bytes()
        envelope = Envelope(
            record=record or new_record_id(1_770_000_000_000 + len(self.made)), parents=tuple(parents), form="visit",
            form_hash="h", device=self.key.id, epoch="e1", sequence=len(self.made) + 1,
            previous=self.made[-1].id if self.made else None, hlc=f"{len(self.made):013d}-0000",
            wall=NOW.isoformat(), user="u", operation=operation, body_hash=hashlib.sha256(body).hexdigest(),
        )  # fmt: skip
        self.made.append(seal(envelope, body, self.key))
        return self.made[-1]

    def write(self, folder, archive, revisions=None):
        return write_bundle(
            folder,
            self.made if revisions is None else revisions,
            key=self.key,
            office=archive.id,
            recipients=archive.recipients,
            now=NOW,
        ).path


def reconciles(report):
    return report.offered == report.new + report.held + report.quarantined + report.refused + report.missing


@pytest.fixture
def archive(tmp_path):
    made = Archive.create(tmp_path / "office", name="清溪", division="990101100000", now=lambda: NOW)
    yield made
    made.close()


def test_importing_twice_changes_nothing(tmp_path, archive):
    laptop = Laptop(1, archive)
    for _ in range(40):
        laptop.put()
    path = laptop.write(tmp_path, archive)
    first = archive.import_bundle(path)
    assert (first.offered, first.new, first.held) == (40, 40, 0)
    state = archive.verify()
    second = archive.import_bundle(path)
    assert (second.offered, second.new, second.held) == (40, 0, 40)
    assert archive.verify() == state
    assert (state.records, state.revisions, state.damaged) == (40, 40, ())


def test_any_order_gives_the_same_state(tmp_path):
    laptops = [Laptop(1), Laptop(2)]
    shared = laptops[0].put(answers={"a": "1", "b": "1"})
    laptops[1].put(shared.envelope.record, [shared.id], {"a": "2"})
    laptops[0].put(shared.envelope.record, [shared.id], {"a": "3"})
    laptops[0].put()
    laptops[1].put()
    states = set()
    for number, order in enumerate(itertools.permutations([(0, [0]), (0, [1, 2]), (1, [0, 1])])):
        archive = Archive.create(
            tmp_path / str(number), name="x", division="", now=lambda: NOW, seed=bytes(32)
        )
        for laptop in laptops:
            archive.enroll(KeyCard("x", laptop.key.public, "e1"))
        for who, which in (*order, order[0]):
            revisions = [laptops[who].made[n] for n in which]
            report = archive.import_bundle(laptops[who].write(tmp_path, archive, revisions))
            assert reconciles(report)
        verified = archive.verify()
        states.add(verified.state)
        assert (verified.records, verified.revisions, verified.conflicts) == (3, 5, 1)
        [conflict] = archive.conflicts()
        assert {version.answer for version in conflict.conflicts["a"]} == {"2", "3"}
        assert conflict.fields == {"b": "1"}
        archive.close()
    assert len(states) == 1


def test_every_truncation_yields_the_intact_part_or_a_refusal(tmp_path, archive):
    laptop = Laptop(1, archive)
    for _ in range(40):
        laptop.put(answers={"a": "x" * 50})
    path = laptop.write(tmp_path, archive)
    whole = path.read_bytes()
    torn = tmp_path / "torn.fkb"
    seen = set()
    for length in range(0, len(whole), 17):
        torn.write_bytes(whole[:length])
        try:
            bundle = Bundle(torn)
            bundle.manifest(archive.keys.identity)
            seen.add(sum(len(each.found) for each in opened_segments(bundle, archive.keys.identity)))
        except SyncError as error:
            assert error.code in {"bundle.truncated", "bundle.unknown-format"}
    assert seen == {0, 15, 30, 40}
    torn.write_bytes(whole[: len(whole) - 60])
    report = archive.import_bundle(torn)
    assert reconciles(report)
    assert (report.new, report.missing) == (30, 10)
    assert set(report.missing_ids) == {each.id for each in laptop.made[30:]}
    report = archive.import_bundle(path)
    assert (report.new, report.held, report.missing) == (10, 30, 0)


def test_no_flipped_bit_is_taken_in(tmp_path, archive):
    laptop = Laptop(1, archive)
    for _ in range(3):
        laptop.put()
    path = laptop.write(tmp_path, archive)
    whole = path.read_bytes()
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << (place % 8)
        path.write_bytes(bytes(damaged))
        try:
            report = archive.import_bundle(path)
        except SyncError as error:
            assert error.code.startswith("bundle."), error
            continue
        assert reconciles(report)
        assert archive.verify().damaged == ()
    path.write_bytes(whole)
    assert archive.import_bundle(path).offered == 3
    assert {view.record for view in archive.views()} <= {each.envelope.record for each in laptop.made}


def test_a_list_signed_by_somebody_else_is_refused(tmp_path, archive):
    Laptop(1, archive)
    stranger = Laptop(9)
    stranger.put()
    report = archive.import_bundle(stranger.write(tmp_path, archive))
    assert (report.quarantined, report.new) == (1, 0)
    assert archive.verify().revisions == 0


def test_relayed_revisions_are_verified_one_by_one(tmp_path, archive):
    """A bundle of laptop 1 that carries a revision laptop 2 never signed."""
    first, second = Laptop(1, archive), Laptop(2, archive)
    genuine = second.put()
    body = Body({"a": "forged"}, ("a",)).to_bytes()
    envelope = Envelope(
        record=new_record_id(1), parents=(), form="visit", form_hash="h", device=second.key.id, epoch="e1", sequence=2,
        previous=genuine.id, hlc="0000000000001-0000", wall=NOW.isoformat(), user="u", operation=Operation.PUT,
        body_hash=hashlib.sha256(body).hexdigest(),
    )  # fmt: skip
    forged = seal(envelope, body, first.key)
    report = archive.import_bundle(first.write(tmp_path, archive, [genuine, forged]))
    assert (report.new, report.refused) == (1, 1)
    assert report.reasons == ("revision.bad-signature",)


def test_another_office_is_refused_and_nothing_changes(tmp_path, archive):
    other = Archive.create(tmp_path / "other", name="n", division="", now=lambda: NOW)
    laptop = Laptop(1, other)
    laptop.put()
    path = laptop.write(tmp_path, other)
    with pytest.raises(SyncError, match=r"bundle\.foreign"):
        archive.import_bundle(path)
    assert archive.verify().revisions == 0
    other.close()


def test_the_same_place_in_a_chain_twice_is_noticed(tmp_path, archive):
    laptop, clone = Laptop(1, archive), Laptop(1)
    laptop.put(answers={"a": "1"})
    clone.put(answers={"a": "2"})
    archive.import_bundle(laptop.write(tmp_path, archive))
    report = archive.import_bundle(clone.write(tmp_path, archive))
    assert (report.new, report.clones) == (1, 1)
    assert archive.verify().revisions == 2


def test_receipts_say_what_is_held_and_where_the_gaps_are(tmp_path, archive):
    laptop = Laptop(1, archive)
    for _ in range(5):
        laptop.put()
    archive.import_bundle(laptop.write(tmp_path, archive, [laptop.made[n] for n in (0, 1, 3)]))
    receipt = archive.receipt(laptop.key.id)
    assert receipt.is_genuine(archive.key.public)
    assert [receipt.covers(each.envelope) for each in laptop.made] == [True, True, False, True, False]


def test_number_blocks_are_disjoint_and_enrolments_genuine(archive):
    enrolments = [Laptop(n, archive).enrolment for n in range(1, 5)]
    assert [each.number_block for each in enrolments] == [(1, 200), (201, 400), (401, 600), (601, 800)]
    again = Enrolment.from_bytes(enrolments[0].to_bytes())
    assert again == enrolments[0]
    with pytest.raises(SyncError, match="bad-signature"):
        Enrolment.from_bytes(enrolments[0].to_bytes().replace(b"[1,200]", b"[1,900]"))


KILLED = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from sync import Archive
from sync import schema
stop = int(sys.argv[3])
calls = 0
insert_rows = schema.insert_rows
def counting(*arguments):
    global calls
    calls += 1
    if calls == stop:
        os.kill(os.getpid(), 9)
    return insert_rows(*arguments)
schema.insert_rows = counting
Archive.open(Path(sys.argv[1]), now=lambda: datetime.now(UTC)).import_bundle(Path(sys.argv[2]))
"""


@pytest.mark.parametrize("stop", [1, 2, 3, 4])
def test_an_import_killed_in_the_middle_and_repeated(tmp_path, archive, stop):
    laptop = Laptop(1, archive)
    for _ in range(20):
        laptop.put()
    path = laptop.write(tmp_path, archive)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(archive.folder), str(path), str(stop)], check=False, timeout=60
    )
    assert done.returncode == -9
    assert archive.verify().revisions == 0
    assert archive.import_bundle(path).new == 20
    assert archive.verify().revisions == 20
