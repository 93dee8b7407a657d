"""Who is let in, and who is believed to be the office."""

from __future__ import annotations

import socket
import ssl
import threading

import pytest

from sync import DeviceKey, SyncError
from sync.lan.address import Address
from sync.lan.auth import TOKEN_SECONDS, Challenges, Tokens
from sync.lan.client import OfficeLink
from sync.lan.tls import is_of_office, server_context
from tests.sync.lan.offices import Served, silent
from tests.sync.lan.raw import Hand

NOWHERE = "0" * 64


@pytest.fixture(scope="module")
def laptop(served):
    return served.laptop(20)


def test_what_is_asked_needs_a_token(served):
    with Hand(served) as hand:
        for method, path in (
            ("GET", f"/bundles/{NOWHERE}"), ("PUT", f"/bundles/{NOWHERE}?at=0&of=1"), ("POST", "/return"),
            ("GET", f"/return/{NOWHERE}"),
        ):  # fmt: skip
            for token in ("", "abc", "ü" * 9):
                headers = {"Authorization": f"Bearer {token}".encode()} if token else {}
                status, said = hand.ask(method, path, b"x" if method == "PUT" else b"", headers)
                assert (status, said["code"]) == (401, "lan.token")
    assert not list((served.folder / "inbox").rglob(f"*{NOWHERE}*"))


def test_a_laptop_that_is_not_enrolled_is_turned_away(served, tmp_path):
    stranger = served.laptop(21, enrolled=False)
    with stranger.link() as link, pytest.raises(SyncError, match=r"lan\.not-enrolled"):
        link.fetch(tmp_path, silent)
    with Hand(served) as hand:
        status, said = hand.ask("POST", "/session", hand.proof(stranger, hand.challenge()))
        assert (status, said["code"]) == (401, "lan.not-enrolled")


def test_revoked_counts_at_once(served, tmp_path):
    laptop = served.laptop(22)
    made = laptop.write(tmp_path, 4)
    with Hand(served) as hand:
        token = hand.token(laptop)
        assert hand.ask("GET", f"/bundles/{made.sha256}", token=token)[0] == 200
        served.archive.revoke(laptop.key.id)
        for method, path in (("GET", f"/bundles/{made.sha256}"), ("POST", "/return")):
            status, said = hand.ask(method, path, token=token)
            assert (status, said["code"]) == (403, "lan.revoked")
        content = made.path.read_bytes()
        where = f"/bundles/{made.sha256}?at=0&of={made.bytes}"
        assert hand.ask("PUT", where, content, token=token)[0] == 403
    with laptop.link() as link, pytest.raises(SyncError, match=r"lan\.revoked"):
        link.send(made.path, made.sha256, silent)
    assert not list((served.folder / "inbox").rglob(f"*{made.sha256}*"))


def test_a_challenge_serves_once(served, laptop):
    with Hand(served) as hand:
        proof = hand.proof(laptop, hand.challenge())
        assert hand.ask("POST", "/session", proof)[0] == 200
        status, said = hand.ask("POST", "/session", proof)
        assert (status, said["code"]) == (401, "lan.not-proven")


def test_a_proof_that_failed_uses_its_challenge_up(served, laptop):
    with Hand(served) as hand:
        challenge = hand.challenge()
        wrong = hand.proof(laptop, challenge, key=DeviceKey.generate(bytes([99]) * 32))
        assert hand.ask("POST", "/session", wrong)[1]["code"] == "lan.not-proven"
        assert hand.ask("POST", "/session", hand.proof(laptop, challenge))[1]["code"] == "lan.not-proven"


@pytest.mark.parametrize(
    "wrong",
    [
        {"office": "1" * 32},
        {"certificate": b"what another server shows"},
        {"key": DeviceKey.generate(bytes([98]) * 32)},
        {"device": DeviceKey.generate(bytes([21]) * 32).id},
    ],
)
def test_what_was_signed_for_anybody_else_proves_nothing(served, laptop, wrong):
    with Hand(served) as hand:
        status, _said = hand.ask("POST", "/session", hand.proof(laptop, hand.challenge(), **wrong))
    assert status == 401


def test_challenges_and_tokens_end():
    now = [0.0]
    challenges, tokens = Challenges(lambda: now[0]), Tokens(lambda: now[0])
    old, token = challenges.give(), tokens.give("d")
    assert tokens.device_of(token) == "d"
    now[0] = 61.0
    assert not challenges.take(old)
    assert challenges.take(challenges.give())
    now[0] = TOKEN_SECONDS + 1.0
    assert tokens.device_of(token) is None


def test_challenges_and_tokens_are_bounded():
    challenges, tokens = Challenges(), Tokens()
    first = challenges.give()
    for _each in range(5000):
        challenges.give()
    assert not challenges.take(first)
    given = [tokens.give("d") for _each in range(10)]
    assert [tokens.device_of(each) for each in given] == [None] * 6 + ["d"] * 4


def test_a_pack_is_given_to_its_laptop_alone(served, laptop):
    with Hand(served) as hand:
        status, pack = hand.ask("POST", "/return?wait=20", token=hand.token(laptop))
        assert status == 200
        other = hand.token(served.laptop(23))
        assert hand.ask("GET", f"/return/{pack['sha256']}", token=other)[0] == 404
        status, content = hand.ask("GET", f"/return/{pack['sha256']}", token=hand.token(laptop))
        assert (status, len(content)) == (200, pack["bytes"])
        assert hand.headers["etag"] == f'"{pack["sha256"]}"'


def test_the_certificate_is_of_the_office_and_of_nobody_else(served, laptop):
    _context, own = server_context(served.archive.key)
    _context, others = server_context(DeviceKey.generate(bytes([7]) * 32))
    assert is_of_office(own, laptop.enrolment)
    assert not is_of_office(others, laptop.enrolment)
    for wrong in (b"", b"x", own[:-1], own[:-1] + bytes([own[-1] ^ 1]), bytes(len(own))):
        assert not is_of_office(wrong, laptop.enrolment)


def test_another_office_hears_nothing(served, tmp_path):
    laptop = served.laptop(24)
    other = Served(tmp_path / "other", seed=bytes([5]) * 32).start()
    try:
        with OfficeLink(other.address, laptop.enrolment, laptop.key) as link:
            made = laptop.write(tmp_path, 2)
            with pytest.raises(SyncError, match=r"lan\.other-office"):
                link.send(made.path, made.sha256, silent)
        assert not (other.folder / "inbox").exists()
    finally:
        other.stop()


def test_nothing_is_sent_to_whoever_is_not_the_office(served, tmp_path):
    laptop = served.laptop(25)
    made = laptop.write(tmp_path, 2)
    context, _certificate = server_context(DeviceKey.generate(bytes([6]) * 32))
    heard: list[bytes] = []

    def listen(listener):
        plain, _where = listener.accept()
        with plain, context.wrap_socket(plain, server_side=True) as line:
            try:
                heard.append(line.recv(1000))
            except OSError:
                heard.append(b"")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=listen, args=(listener,))
        thread.start()
        address = Address("127.0.0.1", listener.getsockname()[1])
        link = OfficeLink(address, laptop.enrolment, laptop.key)
        with link, pytest.raises(SyncError, match=r"lan\.other-office"):
            link.send(made.path, made.sha256, silent)
        thread.join(10)
    assert heard == [b""]


def test_a_program_that_speaks_no_tls_is_no_office(served, tmp_path):
    laptop = served.laptop(26)

    def answer(listener):
        plain, _where = listener.accept()
        with plain:
            plain.recv(1000)
            plain.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer, args=(listener,))
        thread.start()
        address = Address("127.0.0.1", listener.getsockname()[1])
        link = OfficeLink(address, laptop.enrolment, laptop.key)
        with link, pytest.raises(SyncError, match=r"lan\.other-office"):
            link.fetch(tmp_path, silent)
        thread.join(10)


def test_older_tls_is_refused(served):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    plain = socket.create_connection((served.address.host, served.address.port), timeout=10)
    with plain, pytest.raises((ssl.SSLError, ConnectionResetError)):
        context.wrap_socket(plain)


def test_the_key_of_the_certificate_is_left_nowhere(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    server_context(DeviceKey.generate(bytes(32)))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("typed", "host", "port"),
    [
        ("192.168.1.5", "192.168.1.5", 8420), (" office.local:99 ", "office.local", 99), ("[fe80::1]:8420", "fe80::1", 8420),
        ("https://10.0.0.1:1/", "10.0.0.1", 1), ("[fe80::1%eth0]", "fe80::1%eth0", 8420),
    ],
)  # fmt: skip
def test_an_address_as_it_is_typed(typed, host, port):
    assert Address.parse(typed) == Address(host, port)
    assert Address.parse(str(Address(host, port))) == Address(host, port)


@pytest.mark.parametrize(
    "typed", ["", " ", "a b", "http://a", "a:0", "a:70000", "a:b", "fe80::1", "a/b", "u@h"]
)
def test_what_is_no_address(typed):
    with pytest.raises(SyncError, match=r"lan\.bad-address"):
        Address.parse(typed)
