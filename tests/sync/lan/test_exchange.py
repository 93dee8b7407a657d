"""The way a bundle and a return pack take over the network."""

from __future__ import annotations

import hashlib
import random
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from sync import SyncError, read_return_pack
from sync.lan.address import Address
from sync.lan.client import OfficeLink
from sync.lan.cuts import cuts, intact
from tests.sync.lan.offices import Served, silent
from tests.sync.lan.raw import Cable


def counts(new, held=0):
    return {
        "offered": new + held, "new": new, "held": held, "quarantined": 0, "refused": 0, "missing": 0, "conflicts": 0,
    }  # fmt: skip


def nothing_left(served):
    return list((served.folder / "inbox").rglob("*.fkb*")) == []


def test_a_bundle_goes_and_its_receipt_comes_back(served, tmp_path):
    laptop = served.laptop(1)
    made = laptop.write(tmp_path, 40)
    told = []
    with laptop.link() as link:
        answer = link.send(made.path, made.sha256, lambda *each: told.append(each))
        path = link.fetch(tmp_path, silent)
    assert dict(answer.counts) == counts(40)
    assert told[0] == ("sending", 0, made.bytes)
    assert ("merging", 0, 0) in told
    pack = read_return_pack(path, laptop.identity)
    [held] = pack.receipt.held
    assert (held.device, held.sequence, held.head) == (laptop.key.id, 40, laptop.previous)
    assert nothing_left(served)


def test_the_same_bundle_again_is_answered_as_before_and_not_taken_in_again(served, tmp_path):
    laptop = served.laptop(2)
    made = laptop.write(tmp_path, 3)
    before = served.takes
    for _time in range(2):
        with laptop.link() as link:
            assert dict(link.send(made.path, made.sha256, silent).counts) == counts(3)
    assert served.takes == before + 1


def test_a_bundle_that_is_none_is_refused_and_the_next_one_is_taken(served, tmp_path):
    laptop = served.laptop(3)
    made = laptop.write(tmp_path, 3)
    content = bytearray(made.path.read_bytes())
    content[-60] ^= 1
    bad = tmp_path / "bad.fkb"
    bad.write_bytes(content)
    with laptop.link() as link:
        answer = link.send(bad, hashlib.sha256(content).hexdigest(), silent)
        assert (answer.refusal, answer.counts) == ("bundle.tampered", {})
        assert dict(link.send(made.path, made.sha256, silent).counts) == counts(3)
    assert nothing_left(served)


def test_a_cut_line_goes_on_where_it_stopped(served, tmp_path):
    laptop = served.laptop(4)
    made = laptop.write(tmp_path, 1200, size=8000)
    ends = cuts(made.path, 2 * 1024 * 1024)
    assert len(ends) >= 3
    cable = Cable(served, [700_000, 3_000_000, 1_000_000, 100, None])
    reached = []
    try:
        address = Address("127.0.0.1", cable.port)
        with OfficeLink(address, laptop.enrolment, laptop.key, wait=lambda _seconds: None) as link:
            answer = link.send(made.path, made.sha256, lambda _what, done, _of: reached.append(done))
    finally:
        cable.close()
    assert dict(answer.counts) == counts(1200)
    assert cable.connections == 5
    sending = [each for each in reached if each]
    assert sending == sorted(sending), "what had arrived was not sent again"
    assert set(sending) - set(ends), "a piece that was cut stays up to where it was cut"


def test_a_return_pack_that_was_cut_is_fetched_on(served, tmp_path):
    laptop = served.laptop(5)
    served.extra = {"villages.csv": b"name,label\n" + random.Random(1).randbytes(1_000_000)}
    try:
        cable = Cable(served, back=[300_000, 200_000, 400_000, None])
        address = Address("127.0.0.1", cable.port)
        with OfficeLink(address, laptop.enrolment, laptop.key, wait=lambda _seconds: None) as link:
            path = link.fetch(tmp_path, silent)
        cable.close()
        assert cable.connections == 4
    finally:
        served.extra = {}
    assert read_return_pack(path, laptop.identity).enrolment == laptop.enrolment
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_server_that_comes_again_goes_on_with_a_part_up_to_its_last_whole_segment(tmp_path):
    laptop, made, held = None, None, 0
    folder = tmp_path / "office"
    first = Served(folder).start()
    laptop = first.laptop(1)
    made = laptop.write(tmp_path, 600, size=8000)

    class EnoughError(Exception):
        pass

    def stop(what, done, of):
        if done:
            raise EnoughError

    with pytest.raises(EnoughError), laptop.link() as link:
        link.send(made.path, made.sha256, stop)
    first.stop()
    [part] = (folder / "inbox").rglob(".*.part")
    with part.open("ab") as file:
        file.write(bytes(5000))  # what a power cut may leave behind what was written
    held = intact(part)
    assert 0 < held < part.stat().st_size
    second = Served(folder).start()
    try:
        laptop.served = second
        told = []
        with laptop.link() as link:
            assert dict(link.send(made.path, made.sha256, lambda *each: told.append(each)).counts) == counts(
                600
            )
        assert told[0] == ("sending", held, made.bytes)
    finally:
        second.stop()
    assert second.faults == []


def test_a_bundle_that_waited_when_the_office_stopped_is_taken_in_when_it_starts(tmp_path):
    first = Served(tmp_path / "office")
    laptop = first.laptop(1)
    made = laptop.write(tmp_path, 5)
    where = first.folder / "inbox" / laptop.key.id
    where.mkdir(parents=True)
    shutil.copy(made.path, where / f"{made.sha256}.fkb")
    first.start()
    try:
        with laptop.link() as link:
            assert dict(link.send(made.path, made.sha256, silent).counts) == counts(5)
        assert first.takes == 1
    finally:
        first.stop()


def test_the_tables_are_brought_up_to_date_once_after_many_bundles(tmp_path):
    served = Served(tmp_path / "office").start()
    laptop = served.laptop(1)
    with laptop.link() as link:
        for _each in range(3):
            made = laptop.write(tmp_path, 2)
            link.send(made.path, made.sha256, silent)
    served.stop()
    assert (served.takes, served.rests, served.faults) == (3, 1, [])


def test_nobody_answers(tmp_path, served):
    laptop = served.laptop(6)
    waited = []
    link = OfficeLink(Address("127.0.0.1", 1), laptop.enrolment, laptop.key, wait=waited.append)
    with link, pytest.raises(SyncError, match=r"lan\.unreachable"):
        link.fetch(tmp_path, silent)
    assert 0 < len(waited) < 5


def test_where_the_offices_disk_fails_the_bundle_stays_and_is_taken_in_when_it_is_asked_for_again(tmp_path):
    served = Served(tmp_path / "office").start()
    try:
        laptop = served.laptop(1)
        made = laptop.write(tmp_path, 3)
        served.trouble += [SyncError("medium.full", path="", reason=""), RuntimeError("a fault of ours")]
        for _time in range(2):
            with laptop.link() as link, pytest.raises(SyncError, match=r"lan\.office-failed"):
                link.send(made.path, made.sha256, silent)
        told = []
        with laptop.link() as link:
            answer = link.send(made.path, made.sha256, lambda *each: told.append(each[0]))
        assert dict(answer.counts) == counts(3)
        assert "sending" not in told, "the office had it"
    finally:
        served.stop()
    assert [type(each).__name__ for each in served.faults] == ["SyncError", "RuntimeError"]


def test_a_pack_that_cannot_be_made_is_the_offices_matter(tmp_path):
    served = Served(tmp_path / "office").start()
    try:
        laptop = served.laptop(1)
        served.trouble.append(SyncError("pack.too-large", device="", bytes=1, most=1))
        with laptop.link() as link:
            with pytest.raises(SyncError, match=r"lan\.office-failed"):
                link.fetch(tmp_path, silent)
            assert link.fetch(tmp_path, silent).exists()
    finally:
        served.stop()
    assert [each.code for each in served.faults] == ["pack.too-large"]


def test_two_bundles_at_once_are_taken_in_one_after_another(served, tmp_path):
    laptops = [served.laptop(number) for number in (7, 8)]
    made = [laptop.write(tmp_path, 3) for laptop in laptops]
    served.gate.clear()
    with ThreadPoolExecutor(2) as pool:
        done = []

        def bring(laptop, bundle):
            with laptop.link() as link:
                return link.send(bundle.path, bundle.sha256, lambda what, *_: done.append(what))

        sent = [pool.submit(bring, *each) for each in zip(laptops, made, strict=True)]
        until(lambda: done.count("merging") >= 2)
        assert not any(each.done() for each in sent)
        served.gate.set()
        assert [dict(each.result().counts) for each in sent] == [counts(3)] * 2


def until(true):
    """Wait until something holds."""
    pause = threading.Event()
    for _try in range(1000):
        if true():
            return
        pause.wait(0.01)
    raise AssertionError("never")
