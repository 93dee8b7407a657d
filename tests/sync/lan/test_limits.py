"""What an office does not take, and from whom not so much of it."""

from __future__ import annotations

import os
import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from sync import SyncError
from sync.lan.cuts import cuts
from sync.lan.limits import Buckets, Limits, Rate, counted_as
from sync.lan.spool import Spool
from tests.sync.lan.offices import SOON, Served, silent
from tests.sync.lan.raw import Hand

SHA = "ab" * 32


@pytest.fixture(scope="module")
def narrow(tmp_path_factory):
    """An office that takes little and waits for nobody."""
    limits = Limits(
        bundle=60_000, request=20_000, message=400, parts=2, room=0, connections_each=6, head_seconds=0.3,
        pause_seconds=0.3, request_seconds=3.0, knock=Rate(200, 100.0),
    )  # fmt: skip
    office = Served(tmp_path_factory.mktemp("lan") / "office", limits=limits).start()
    yield office
    office.stop()
    assert office.faults == []


@pytest.fixture(scope="module")
def laptop(narrow):
    return narrow.laptop(1)


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status", "code"),
    [
        ("PUT", f"/bundles/{SHA}?at=0&of=70000", b"x", {}, 413, "lan.too-large"),
        ("PUT", f"/bundles/{SHA}?at=0&of=60000", b"x" * 20_001, {}, 413, "lan.too-large"),
        ("PUT", f"/bundles/{SHA}?at=0&of=1", b"xx", {}, 400, "lan.malformed"),
        ("PUT", f"/bundles/{SHA}?at=-1&of=9", b"xx", {}, 400, "lan.malformed"),
        ("PUT", f"/bundles/{SHA}?at={'9' * 30}&of=9", b"xx", {}, 400, "lan.malformed"),
        ("PUT", f"/bundles/{SHA}", b"xx", {}, 400, "lan.malformed"),
        ("PUT", f"/bundles/{SHA}?at=5&of=9", b"xx", {}, 409, "lan.wrong-place"),
        ("PUT", f"/bundles/{SHA.upper()}?at=0&of=9", b"xx", {}, 404, "lan.unknown"),
        ("PUT", "/bundles/..%2f..%2fx?at=0&of=9", b"xx", {}, 404, "lan.unknown"),
        ("GET", f"/bundles/{SHA}?wait=-1", b"", {}, 400, "lan.malformed"),
        ("GET", f"/return/{SHA}", b"", {}, 404, "lan.unknown"),
        ("POST", "/session", b"[", {}, 400, "lan.malformed"),
        ("POST", "/session", b"[" * 399, {}, 400, "lan.malformed"),
        ("POST", "/session", [], {}, 400, "lan.malformed"),
        ("POST", "/session", {"device": 1}, {}, 400, "lan.malformed"),
        ("POST", "/session", {"device": "a", "challenge": "b", "signature": "no hex"}, {}, 400, "lan.malformed"),
        ("POST", "/session", b"x" * 401, {}, 413, "lan.too-large"),
        ("GET", "/session", b"", {}, 405, "lan.unknown"),
        ("GET", "/nothing", b"", {}, 404, "lan.unknown"),
        ("POST", "/session/", b"{}", {}, 404, "lan.unknown"),
        ("POST", "/session", {"device": "\ud800", "challenge": "\ud800", "signature": ""}, {}, 401, "lan.not-proven"),
    ],
)  # fmt: skip
def test_what_is_refused_is_said_plainly(narrow, laptop, method, path, body, headers, status, code):
    with Hand(narrow) as hand:
        token = hand.token(laptop)
        said = hand.ask(method, path, body, headers, token=token)
        assert (said[0], said[1]["code"]) == (status, code)
    assert [
        each for each in (narrow.folder / "inbox").rglob("*") if each.is_file() and each.stat().st_size
    ] == []


def test_a_name_that_does_not_fit_its_bytes_is_refused_and_nothing_of_them_kept(narrow, laptop):
    with Hand(narrow) as hand:
        token = hand.token(laptop)
        status, said = hand.ask("PUT", f"/bundles/{SHA}?at=0&of=3", b"abc", token=token)
        assert (status, said["code"]) == (422, "lan.damaged")
        assert hand.ask("GET", f"/bundles/{SHA}", token=token)[1]["held"] == 0


def test_unfinished_bundles_of_a_laptop_are_few(narrow, laptop):
    with Hand(narrow) as hand:
        token = hand.token(laptop)
        for number in range(4):
            where = f"/bundles/{number:064}?at=0&of=100"
            assert hand.ask("PUT", where, b"some", token=token)[0] == 200
        held = [hand.ask("GET", f"/bundles/{number:064}", token=token)[1]["held"] for number in range(4)]
    assert held == [0, 0, 4, 4]


def test_parts_that_nobody_goes_on_with_go(tmp_path):
    spool = Spool(tmp_path, Limits(room=0, part_days=1.0))
    kept, old = spool.begin("0" * 32, "a" * 64, 9), spool.begin("1" * 32, "b" * 64, 9)
    for each in (kept, old):
        each.append(b"some")
    os.utime(old.path, (0, 0))
    spool.drop_old()
    assert (kept.path.exists(), old.path.exists()) == (True, False)
    assert spool.held("1" * 32, "b" * 64) is None


def test_the_disk_keeps_some_room(tmp_path):
    spool = Spool(tmp_path, Limits(room=1 << 60))
    with pytest.raises(SyncError, match=r"lan\.no-room"):
        spool.begin("0" * 32, "a" * 64, 9)


def test_buckets_fill_again():
    now = [0.0]
    buckets = Buckets(Rate(2, 4.0), lambda: now[0])
    assert [buckets.wait("a"), buckets.wait("a"), buckets.wait("b")] == [0.0] * 3
    assert buckets.wait("a") == 0.25
    now[0] = 0.25
    assert buckets.wait("a") == 0.0
    for number in range(5000):
        buckets.wait(str(number))
    assert len(buckets._left) < 5000


def test_a_network_of_ipv6_counts_as_one():
    assert counted_as("fe80::1%eth0") == counted_as("fe80::2") != counted_as("fe81::1")
    assert counted_as("::ffff:10.0.0.1") == "10.0.0.1"
    assert counted_as("nonsense") == "nonsense"


def test_who_asks_too_often_is_told_when_to_come_again(tmp_path):
    served = Served(tmp_path / "office", limits=Limits(room=0, device=Rate(3, 20.0))).start()
    try:
        laptop = served.laptop(1)
        with Hand(served) as hand:
            token = hand.token(laptop)
            said = [hand.ask("GET", f"/bundles/{SHA}", token=token) for _each in range(4)]
            assert [status for status, _said in said] == [200, 200, 200, 429]
            assert hand.headers["retry-after"] == str(said[-1][1]["params"]["seconds"]) == "1"
        waited = []
        made = laptop.write(tmp_path, 2)
        import time

        def wait(seconds):
            waited.append(seconds)
            time.sleep(0.06)

        with laptop.link(wait=wait) as link:
            assert link.send(made.path, made.sha256, silent).counts["new"] == 2
        assert set(waited) <= {1.0}
    finally:
        served.stop()


# -- slow and many ----------------------------------------------------------------------------------------


def _is_closed(line):
    line.settimeout(SOON)
    try:
        while line.recv(1000):
            pass
    except (ConnectionError, ssl.SSLError):
        pass
    return True


def _connected(served):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    plain = socket.create_connection((served.address.host, served.address.port), timeout=SOON)
    return context.wrap_socket(plain)


@pytest.mark.parametrize("said", [b"", b"GET ", b"GET / HTTP/1.1\r\nhost: a\r\nx: "])
def test_a_line_that_says_nothing_whole_is_let_go(narrow, said):
    with _connected(narrow) as line:
        line.sendall(said)
        assert _is_closed(line)


def test_a_line_that_never_shakes_hands_is_let_go(narrow):
    with socket.create_connection((narrow.address.host, narrow.address.port), timeout=SOON) as plain:
        assert _is_closed(plain)


def test_a_body_that_stops_coming_leaves_what_has_come(narrow, laptop):
    sha256 = "cd" * 32
    with Hand(narrow) as hand:
        token = hand.token(laptop)
        hand.line.putrequest("PUT", f"/fieldkit/1/bundles/{sha256}?at=0&of=100")
        hand.line.putheader("Authorization", f"Bearer {token}")
        hand.line.putheader("Content-Length", "50")
        hand.line.endheaders(b"some of it")
        assert hand.line.getresponse().status == 408
    with Hand(narrow) as hand:
        assert hand.ask("GET", f"/bundles/{sha256}", token=token)[1]["held"] == 10


def test_whoever_comes_again_takes_the_place_of_a_line_that_is_dead(served):
    laptop = served.laptop(40)
    sha256 = "ef" * 32
    with Hand(served) as hand, Hand(served) as other:
        token = hand.token(laptop)
        hand.line.putrequest("PUT", f"/fieldkit/1/bundles/{sha256}?at=0&of=100")
        hand.line.putheader("Authorization", f"Bearer {token}")
        hand.line.putheader("Content-Length", "50")
        hand.line.endheaders(b"some")
        seen = 0
        for _try in range(200):
            status, said = other.ask("PUT", f"/bundles/{sha256}?at=4&of=100", b"more", token=token)
            if status == 200:
                seen = said["held"]
                break
            assert (status, said["code"]) == (409, "lan.wrong-place")
        assert seen == 8
        assert hand.line.getresponse().status == 408


def test_one_address_has_so_many_lines_and_no_more(narrow):
    lines = [_connected(narrow) for _each in range(8)]
    try:
        for line in lines:
            line.settimeout(SOON)
        gone = 0
        for line in lines:
            try:
                line.sendall(b"GET /nothing HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
                gone += not line.recv(100)
            except (ConnectionError, ssl.SSLError):
                gone += 1
        assert gone >= 2
    finally:
        for line in lines:
            line.close()


def test_nonsense_after_an_early_answer_ends_the_line_and_nothing_else(narrow):
    with _connected(narrow) as line:
        line.sendall(
            b"PUT /fieldkit/1/bundles/x?at=0 HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"
        )
        assert line.recv(100).startswith(b"HTTP/1.1 401")
        line.sendall(b"no chunk\r\n")
        assert _is_closed(line)
    assert narrow.faults == []


def test_headers_are_bounded(narrow):
    with _connected(narrow) as line:
        try:
            line.sendall(b"GET / HTTP/1.1\r\nhost: a\r\nx: " + b"y" * 40_000)
            said = line.recv(100)
        except (ConnectionError, ssl.SSLError):
            said = b""
    assert said == b"" or said.startswith(b"HTTP/1.1 400")


def test_thirty_laptops_at_once_lose_nothing(served, tmp_path):
    laptops = [served.laptop(100 + number) for number in range(30)]
    made = []
    for number, laptop in enumerate(laptops):
        folder = tmp_path / str(number)
        folder.mkdir()
        made.append(laptop.write(folder, 20))
    begin = threading.Barrier(30)

    def bring(laptop, bundle):
        begin.wait()
        with laptop.link() as link:
            answer = link.send(bundle.path, bundle.sha256, silent)
            return answer.counts["new"], link.fetch(bundle.path.parent, silent).exists()

    with ThreadPoolExecutor(30) as pool:
        assert list(pool.map(bring, laptops, made)) == [(20, True)] * 30


def test_a_file_that_is_no_bundle_is_cut_by_bytes(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(bytes(1000))
    assert cuts(path, 100) == [100, 200, 300, 400, 500, 600, 1000]
    path.write_bytes(b"")
    assert cuts(path, 100) == [0]
