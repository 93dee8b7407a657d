"""Laptops that are enrolled, were, or never were, and mean harm: each gets what is its own, and nothing beyond it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from sync.bundle import END, MAGIC, TRAILER
from sync.lan import spool
from sync.lan.limits import Limits, Rate
from tests.sync.lan.offices import Served, silent
from tests.sync.lan.stranger import PATHS, Stranger, hear

_NAME = "a" * 64


# -- bundles that are not what they should be -------------------------------------------------------------


def test_what_is_no_bundle_of_this_office_is_refused_by_what_it_is(served, laptop, stranger, token, tmp_path):
    other = Served(tmp_path / "other", seed=bytes([9]) * 32)
    foreign = other.laptop(3).write(tmp_path, 3).path.read_bytes()
    other.archive.close()
    for content, code in (
        (foreign, "bundle.foreign"), (os.urandom(5000), "bundle.unknown-format"), (b"", "bundle.truncated"),
        (MAGIC + b"\1\xff\xff\xff\xff", "bundle.unknown-format"), (MAGIC, "bundle.truncated"),
    ):  # fmt: skip
        heard = stranger.put(token, content)
        assert heard.status == 200, (code, heard)
        said = stranger.became(token, hashlib.sha256(content).hexdigest())
        assert (said["answer"]["refusal"], said["answer"]["counts"]) == (code, {})


def test_what_was_changed_is_kept_aside_where_it_says_whose_it_is_and_nothing_of_it_is_taken(
    served, laptop, stranger, token, tmp_path
):
    content = bytearray(laptop.write(tmp_path, 40).path.read_bytes())
    end = len(content) - len(END) - 32 - len(TRAILER)
    content[end - 500] ^= 1
    state = served.archive.state()
    for kept in (0, 1):
        assert stranger.put(token, bytes(content)).status == 200
        said = stranger.became(token, hashlib.sha256(content).hexdigest())
        assert (said["state"], said["answer"]["refusal"]) == ("done", "bundle.tampered")
        assert (served.archive.state(), len(served.archive.quarantine())) == (state, kept)
        content[end:] = END + hashlib.sha256(content[:end]).digest() + TRAILER


# -- one laptop and another -------------------------------------------------------------------------------


def test_no_laptop_sees_goes_on_with_or_takes_away_what_another_sends(
    served, laptop, stranger, token, tmp_path
):
    other = served.laptop(2)
    others = stranger.token(other.key, other.enrolment.office)
    content = laptop.write(tmp_path, 3).path.read_bytes()
    sha256, half = hashlib.sha256(content).hexdigest(), len(content) // 2
    assert (
        json.loads(stranger.put(token, content[:half], sha256=sha256, of=len(content)).body)["held"] == half
    )
    seen = json.loads(stranger.ask("GET", f"{PATHS}/bundles/{sha256}", b"", others).body)
    assert (seen["state"], seen["held"]) == ("part", 0)
    heard = stranger.put(others, content[half:], at=half, sha256=sha256)
    assert (heard.status, heard.code) == (409, "lan.wrong-place")
    heard = stranger.put(others, b"x" * len(content), sha256=sha256)
    assert (heard.status, heard.code) == (422, "lan.damaged")
    assert json.loads(stranger.ask("GET", f"{PATHS}/bundles/{sha256}", b"", token).body)["held"] == half
    assert stranger.put(token, content[half:], at=half, sha256=sha256).status == 200
    assert stranger.became(token, sha256)["answer"]["counts"]["new"] == 3


def test_a_part_that_went_for_newer_ones_is_begun_anew_and_is_no_fault(served, laptop, stranger, token):
    first, *others = (f"{number:064x}" for number in range(4))
    with stranger.line() as line:
        head = f"PUT {PATHS}/bundles/{first}?at=0&of=9000 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
        asked = (head + "Content-Length: 9000\r\n\r\n").encode()
        line.sendall(asked + b"x" * 100)
        began = time.monotonic()
        while not (kept := list((served.folder / "inbox").glob(f"*/.{first}.*"))):
            assert time.monotonic() < began + 10
        for other in others:
            assert stranger.put(token, b"y", sha256=other, of=2).status == 200
        assert not kept[0].exists()
        line.sendall(b"x" * 8900)
        heard = hear(line, asked)
    assert (heard.status, heard.code) == (409, "lan.wrong-place")


def test_a_part_is_read_again_once_whoever_looks_meanwhile(tmp_path, monkeypatch):
    """Read a second time, it would be cut where it ended then: what had come in between would be gone, and not missed."""
    begun, go_on = threading.Event(), threading.Event()
    read = []

    def intact(path):
        read.append(path)
        begun.set()
        assert go_on.wait(10)
        return 0

    monkeypatch.setattr(spool, "intact", intact)
    kept = spool.Spool(tmp_path, Limits(room=0))
    part = tmp_path / ("0" * 32) / f".{_NAME}.fkb.part"
    part.parent.mkdir()
    part.write_bytes(b"x")
    with ThreadPoolExecutor(4) as pool:
        looking = [pool.submit(kept.held, "0" * 32, _NAME) for _ in range(4)]
        assert begun.wait(10)
        go_on.set()
        assert len({id(each.result()) for each in looking}) == 1
    assert read == [part]


def test_a_proof_made_for_one_laptop_or_moment_lets_nobody_else_in(served, laptop, stranger):
    office = laptop.enrolment.office
    proof = stranger.proof(laptop.key, office, stranger.challenge())
    assert stranger.post("/session", {**proof, "device": "0" * 32}).status == 401
    assert stranger.post("/session", proof).status == 401, "its challenge is used up"
    proof = stranger.proof(laptop.key, office, stranger.challenge())
    assert stranger.post("/session", {**proof, "signature": proof["signature"][2:] + "00"}).status == 401
    proof = stranger.proof(laptop.key, office, stranger.challenge())
    assert stranger.post("/session", proof).status == 200
    assert stranger.post("/session", proof).status == 401, "replayed"
    assert stranger.post("/session", {**proof, "challenge": stranger.challenge()}).status == 401


# -- too much, too slow -----------------------------------------------------------------------------------


def test_a_flood_from_one_address_keeps_nobody_out_at_another(tmp_path):
    """Silence, half a handshake, refusals by the hundred: of all that a stranger may have so much and no more."""
    office = Served(
        tmp_path / "office", limits=Limits(room=0, knock=Rate(20, 1.0), connections_each=20)
    ).start()
    stranger, laptop = Stranger(office.address, "127.0.0.2"), office.laptop(1)
    with contextlib.ExitStack() as held:
        for _ in range(150):
            held.enter_context(stranger.plain()).sendall(b"\x16\x03\x01")
        lines = []
        for _ in range(40):
            with contextlib.suppress(OSError):
                lines.append(held.enter_context(stranger.line()))
        with contextlib.suppress(OSError):
            for line in lines:
                line.sendall(b"POST /fieldkit/1/challenge HTTP/1.1\r\nHost: x\r\n\r\n" * 30)
        with laptop.link() as link:
            written = laptop.write(tmp_path, 5)
            assert link.send(written.path, written.sha256, silent).counts["new"] == 5
            assert link.fetch(tmp_path, silent).is_file()
    assert office.faults == []
    office.stop()


def test_a_body_that_drips_is_let_go_when_its_time_is_over(tmp_path):
    limits = Limits(room=0, pause_seconds=5.0, request_seconds=1.0)
    office = Served(tmp_path / "office", limits=limits).start()
    stranger, laptop = Stranger(office.address), office.laptop(1)
    token = stranger.token(laptop.key, laptop.enrolment.office)
    began = time.monotonic()
    with stranger.line() as line:
        head = f"PUT {PATHS}/bundles/{_NAME}?at=0&of=60000 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
        line.sendall((head + "Content-Length: 60000\r\n\r\n").encode())
        line.settimeout(0.05)
        said = None
        with contextlib.suppress(OSError):
            while said is None and time.monotonic() < began + 10:
                line.sendall(b"x")
                with contextlib.suppress(TimeoutError):
                    said = line.recv(100)
    assert said in {None, b""}
    assert 1 <= time.monotonic() - began < 5
    assert office.faults == []
    office.stop()
