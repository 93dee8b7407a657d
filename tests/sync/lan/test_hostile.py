"""Whoever can reach the office's port says anything: it is refused plainly, changes nothing, and the office serves on."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import ssl

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.lan.limits import Limits, Rate
from tests.sync.lan.offices import Served, silent
from tests.sync.lan.stranger import PATHS, hear

_PLENTY = Rate(1_000_000, 1_000_000.0)
_NAME = "a" * 64
_unhurried = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """An office that waits for nobody long and does not mind how often it is asked; what it may only do once it fails."""
    limits = Limits(
        room=0, address=_PLENTY, device=_PLENTY, knock=_PLENTY, head_seconds=1.0, pause_seconds=1.0,
        request=64 * 1024,
    )  # fmt: skip
    office = Served(tmp_path_factory.mktemp("hostile") / "office", limits=limits).start()
    yield office
    office.stop()


@pytest.fixture(autouse=True)
def unharmed(served, laptop, tmp_path, caplog, capfd):
    """After each test: the archive and the folder as before, nobody told of a fault, no traceback, and a laptop is served."""
    before = facts_of(served)
    yield
    assert served.faults == []
    assert [
        each for each in caplog.get_records("call") if each.exc_info or each.levelno >= logging.ERROR
    ] == []
    assert "Traceback" not in "".join(capfd.readouterr())
    assert facts_of(served) == before
    with laptop.link() as link:
        written = laptop.write(tmp_path, 1)
        assert link.send(written.path, written.sha256, silent).counts["new"] == 1


def facts_of(served):
    """What the archive shows, what waits in it, and every file that is there."""
    files = [
        each for each in served.folder.rglob("*")
        # What an enrolled laptop has begun to send stays for a while.
        if each.is_file() and "archive.db" not in each.name and not each.name.endswith(".part")
    ]  # fmt: skip
    archive = served.archive
    return (
        archive.state(), len(archive.history()), archive.quarantine(), archive.devices(),
        {each: hashlib.sha256(each.read_bytes()).hexdigest() for each in files},
    )  # fmt: skip


def refused(heard, *statuses):
    """A refusal, or a line that was closed."""
    return heard.status in statuses if statuses else heard.status is None or 400 <= heard.status < 500


# -- requests that no laptop makes ------------------------------------------------------------------------

_HEAD = "Host: x\r\nContent-Length: 0\r\n\r\n"
_LENGTH = f"PUT {PATHS}/bundles/{_NAME}?at=0&of=5 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer TOKEN\r\n"
_CHUNKED = _LENGTH + "Transfer-Encoding: chunked\r\n"
ODD = [
    # words
    "\r\n\r\n", "\0" * 64 + "\r\n\r\n", "hello\r\n\r\n", "GET\r\n\r\n", "GET /\r\n\r\n", f"GET  / HTTP/1.1\r\n{_HEAD}",
    f"GET / HTTP/9.9\r\n{_HEAD}", f"GET / HTTP/1.1 x\r\n{_HEAD}", f"get / HTTP/1.1\r\n{_HEAD}", f"G\0T / HTTP/1.1\r\n{_HEAD}",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", f"\u6e05 / HTTP/1.1\r\n{_HEAD}", f"GET /\u6e05 HTTP/1.1\r\n{_HEAD}",
    # places
    f"GET * HTTP/1.1\r\n{_HEAD}", f"OPTIONS * HTTP/1.1\r\n{_HEAD}", f"CONNECT a:1 HTTP/1.1\r\n{_HEAD}",
    f"GET http://other{PATHS}/challenge HTTP/1.1\r\n{_HEAD}", f"GET ?x HTTP/1.1\r\n{_HEAD}", f"GET // HTTP/1.1\r\n{_HEAD}",
    f"GET {PATHS}/bundles/{_NAME}/ HTTP/1.1\r\nHost: [::1\r\n\r\n", f"GET {PATHS}/challenge/ HTTP/1.1\r\nHost: evil\r\n\r\n",
    f"GET {'/a' * 5000} HTTP/1.1\r\n{_HEAD}", f"GET {'/a' * 50_000} HTTP/1.1\r\n{_HEAD}",
    # headers
    f"GET / HTTP/1.1\r\n{'x' * 20_000}\r\n\r\n", "GET / HTTP/1.1\r\n" + "a: b\r\n" * 5000 + "\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET / HTTP/1.1\r\n: b\r\n\r\n", "GET / HTTP/1.1\r\na b: c\r\n\r\n",
    "GET / HTTP/1.1\r\n folded: c\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\na: \0\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
    f"GET {PATHS}/challenge HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
    f"GET {PATHS}/challenge HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
    f"POST {PATHS}/session HTTP/1.1\r\nHost: x\r\nExpect: 200-ok\r\nContent-Length: 2\r\n\r\n[]",
    # lengths
    *(_LENGTH + f"Content-Length: {each}\r\n\r\n12345" for each in (
        "-1", "+5", "5.0", "5e0", "0x5", "five", "5, 6", "5, 5", "\uff15", "", "9" * 20, "9" * 5000, "65537", "6 5",
    )),
    _LENGTH + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n12345", _LENGTH + "\r\n12345",
    # chunks
    _CHUNKED + "\r\n5\r\n12345\r\n0\r\n\r\n", _CHUNKED + "Content-Length: 5\r\n\r\nzz\r\n", _CHUNKED + "\r\nzz\r\n12345\r\n",
    _CHUNKED + "Content-Length: 5\r\n\r\n3\r\n123\r\n0\r\n\r\n", _CHUNKED + "\r\n-5\r\n12345\r\n0\r\n\r\n",
    _CHUNKED + "Content-Length: 5\r\n\r\nFFFFFFFFFFFFFFFFFFFF\r\n12345", _CHUNKED + "\r\n5;" + "x" * 20_000 + "\r\n12345\r\n",
    _CHUNKED + "Content-Length: 5\r\n\r\n10000\r\n" + "x" * 70_000, _CHUNKED + "\r\n5\r\n1234567890\r\n0\r\n\r\n",
    _LENGTH + "Transfer-Encoding: gzip\r\nContent-Length: 5\r\n\r\n12345",
    _LENGTH + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", _LENGTH + "Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    # one after the other
    "GET / HTTP/1.1\r\nHost: x\r\n\r\nGARBAGE\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 200,
    f"POST {PATHS}/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
]  # fmt: skip


def test_requests_that_no_laptop_makes_are_refused_and_nothing_is_logged(stranger, token):
    lines = [(each.replace("TOKEN", token).encode(), stranger.line()) for each in ODD]
    for raw, line in lines:
        with contextlib.suppress(OSError):
            line.sendall(raw)
    for raw, line in lines:
        with line:
            heard = hear(line, raw)
        # A body that breaks off leaves what came of it.
        part = heard.status == 200 and json.loads(heard.body).get("state") == "part"
        assert refused(heard) or part or heard.status == 307, (raw[:200], heard)


@pytest.mark.parametrize(
    "then", [b"zz\r\n", b"5\r\n12345\r\nzz\r\n", b"\0" * 20_000, b"GET / HTTP/1.1\r\n\r\n"]
)
def test_what_comes_after_an_early_answer_fails_nobody(stranger, then):
    """The office has answered, and the rest of the body is no body."""
    with stranger.line() as line:
        begin = f"POST {PATHS}/nowhere HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        line.sendall(begin)
        assert hear(line, begin).status == 404
        line.sendall(then)
        with contextlib.suppress(OSError):
            while line.recv(4096):
                pass


@pytest.mark.parametrize("known", [False, True])
def test_only_what_the_paths_are_made_for_is_done_with_them(stranger, token, known):
    may = {("POST", "/challenge"), ("POST", "/session"), ("POST", "/return"), ("GET", f"/bundles/{_NAME}"),
           ("HEAD", f"/bundles/{_NAME}"), ("PUT", f"/bundles/{_NAME}"), ("GET", f"/return/{_NAME}"), ("HEAD", f"/return/{_NAME}")}  # fmt: skip
    for path in {path for _, path in may} | {"", "/", "/bundles", "/bundles/", "/return/"}:
        for method in (
            "GET",
            "HEAD",
            "POST",
            "PUT",
            "PATCH",
            "DELETE",
            "OPTIONS",
            "TRACE",
            "PROPFIND",
            "X" * 200,
        ):
            if (method, path) not in may:
                heard = stranger.ask(method, PATHS + path, b"", token if known else None, Connection="close")
                assert refused(heard, 307, 404, 405), (method, path, heard)


def test_no_path_leads_anywhere_else(stranger, token, served):
    for place in (
        "/../office.toml", "/bundles/../../office.toml", "/bundles/..%2f..%2foffice.toml", "/bundles/%2e%2e", "/bundles/%00",
        f"/bundles/{_NAME}%00", f"/bundles/{_NAME}%0a", f"/bundles/{_NAME.upper()}", f"/bundles/{_NAME[1:]}",
        f"/bundles/{_NAME}%2f..", "/bundles/%E6%B8%85", "/bundles/%ff%fe", "/bundles/%zz", "/bundles/" + "%61" * 64 + "b",
        "/return/..%2f..%2farchive.db", f"/return/{_NAME};x", f"/return/{_NAME}", "/bundles/" + "\uff41" * 64,
        "/bundles/" + "\u0660" * 64, "//bundles", "/./bundles/" + _NAME,
    ):  # fmt: skip
        for method in ("GET", "PUT"):
            heard = stranger.ask(method, f"{PATHS}{place}?at=0&of=0", b"", token)
            assert refused(heard, 400, 404, 405), (method, place, heard)
    heard = stranger.ask("GET", PATHS + "/bundles/" + "%61" * 64, b"", token)
    assert (heard.status, json.loads(heard.body)["state"]) == (200, "part"), (
        "the same name, written otherwise"
    )
    for query in (
        "at=-1&of=5",
        "at=0",
        "of=5",
        "at=0&of=4",
        "at=1e3&of=9",
        "at=0&of=" + "9" * 16,
        "at=٠&of=5",
        "at=0&of=5&at=x",
        "%",
        "=&=",
    ):
        heard = stranger.ask("PUT", f"{PATHS}/bundles/{_NAME}?{query}", b"12345", token)
        assert refused(heard, 400, 413), (query, heard)
    assert not [each for each in served.folder.glob("inbox/*/*") if not each.name.endswith(".part")]


def test_what_is_no_tls_or_an_older_one_is_let_go(served, stranger):
    said = (
        b"GET / HTTP/1.1\r\n\r\n",
        os.urandom(4096),
        b"\x16\x03\x01\xff\xff" + os.urandom(500),
        b"\0",
        b"",
    )
    lines = [stranger.plain() for _ in said]
    for raw, line in zip(said, lines, strict=True):
        line.sendall(raw)
    for line in lines:
        with line, contextlib.suppress(ConnectionError):
            while line.recv(4096):
                pass
    with pytest.raises((ssl.SSLError, ConnectionError)):
        stranger.line(maximum_version=ssl.TLSVersion.TLSv1_2)


# -- anything at all --------------------------------------------------------------------------------------

_header = st.tuples(
    st.sampled_from(["Content-Length", "Transfer-Encoding", "Connection", "Expect", "Host", "Range", "Authorization", "Upgrade",
                     "Content-Type", "Cookie", "X-Forwarded-For"]) | st.text(max_size=20),
    st.sampled_from(["0", "5", "-1", "chunked", "close", "100-continue", "bytes=0-", "bytes=9-1", "Bearer", "Bearer TOKEN"])
    | st.text(max_size=60),
)  # fmt: skip
_place = st.sampled_from(
    ["/challenge", "/session", "/return", f"/bundles/{_NAME}", f"/bundles/{_NAME}?at=0&of=5", f"/bundles/{_NAME}?wait=0",
     f"/return/{_NAME}", "/bundles/..", ""]
)  # fmt: skip
_request = st.builds(
    lambda method, place, more, headers, body: "\r\n".join(
        [f"{method} {PATHS}{place}{more} HTTP/1.1", *(f"{n}: {v}" for n, v in headers), "", ""]
    ).encode("utf-8", "surrogatepass") + body,
    st.sampled_from(["GET", "PUT", "POST", "HEAD", "DELETE"]) | st.text(max_size=8),
    _place, st.just("") | st.text(max_size=12), st.lists(_header, max_size=6), st.binary(max_size=200),
)  # fmt: skip


@st.composite
def _mutated(draw):
    """A request as a laptop makes it, and bytes of it changed, taken out, doubled or put in."""
    raw = bytearray((_LENGTH + "Content-Length: 5\r\n\r\n12345").encode())
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(raw) - 1)))
        how = draw(st.sampled_from(["change", "take", "put", "double"]))
        if how == "change" and raw:
            raw[at] = draw(st.integers(0, 255))
        elif how == "take":
            del raw[at : at + draw(st.integers(1, 20))]
        elif how == "put":
            raw[at:at] = draw(st.binary(max_size=20))
        else:
            raw[at:at] = raw[: draw(st.integers(0, 200))]
    return bytes(raw)


def said_at_once(stranger, token, requests):
    """Say each on a line of its own, all before any answer is read."""
    lines = [stranger.line() for _ in requests]
    for line, raw in zip(lines, requests, strict=True):
        with contextlib.suppress(OSError):
            line.sendall(raw.replace(b"TOKEN", token.encode()))
    for line, raw in zip(lines, requests, strict=True):
        with line:
            heard = hear(line, raw)
        assert heard.status is None or heard.status < 500, (raw, heard)


_anything = st.lists(_request | _mutated() | st.binary(max_size=400), min_size=12, max_size=32)


@given(requests=_anything)
@settings(_unhurried, max_examples=4)
def test_whatever_is_said_nothing_fails(stranger, token, requests):
    said_at_once(stranger, token, requests)


@pytest.mark.soak
@given(requests=_anything)
@settings(_unhurried, max_examples=120)
def test_whatever_is_said_thousands_of_times_nothing_fails(stranger, token, requests):
    said_at_once(stranger, token, requests)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("\ud800") | st.just("\0") | st.just("a" * 64),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4), max_leaves=12,
)  # fmt: skip


@given(device=_json, signature=_json | st.just("00" * 64), challenge=st.just("GOOD") | _json, more=_json)
@settings(_unhurried, max_examples=40)
def test_whatever_proof_is_given_it_proves_nothing(stranger, device, signature, challenge, more):
    challenge = stranger.challenge() if challenge == "GOOD" else challenge
    for said in ({"device": device, "signature": signature, "challenge": challenge, "more": more}, more):
        heard = stranger.post("/session", said)
        assert refused(heard, 400, 401, 413), (said, heard)


@pytest.mark.parametrize("device", ["\ud800", "\0", "a" * 3000, "", "0" * 32, "'; DROP TABLE device; --"])
def test_no_name_of_a_laptop_breaks_the_question_who_it_is(stranger, device):
    heard = stranger.post(
        "/session", {"device": device, "signature": "00" * 64, "challenge": stranger.challenge()}
    )
    assert refused(heard, 400, 401), heard


def test_a_message_is_short_and_readable_or_none(stranger):
    for body in (
        b"[" * 4000, b"[" * 5000, b'{"device":' * 300, b"\xff\xfe{\0}\0", b"\0", b"9" * 4095, b'{"device":1e999999}', b"NaN",
        b'{"challenge":"a","challenge":"b"}', "{\u2028}".encode(), b"",
    ):  # fmt: skip
        assert refused(stranger.ask("POST", PATHS + "/session", body), 400, 413), body
