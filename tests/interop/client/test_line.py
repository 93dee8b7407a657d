"""A line tells no secret to anybody but the server that was named, and gives up in bounds."""

from __future__ import annotations

import pytest

from fieldkit.errors import FieldkitError
from fieldkit.interop.central import accepted_length, form_list
from fieldkit.interop.client import PAUSES, Line, ServerAddress
from fieldkit.interop.client_auth import Authentication, Login
from tests.interop.client.central_server import PREFIX, Central


@pytest.mark.parametrize("scheme", ["digest", "basic"])
def test_who_we_are_is_said_as_the_server_asks(scheme, connect):
    server = Central(scheme=scheme)
    try:
        assert form_list(connect(server)) == []
    finally:
        server.close()


def test_a_wrong_password_is_tried_once(central):
    line = Line(ServerAddress.parse(central.url), Login(central.login[0], "wrong"), wait=pytest.fail)
    with line, pytest.raises(FieldkitError, match=r"interop\.login"):
        form_list(line)
    assert len(central.log) == 2


def test_the_password_is_never_on_a_digest_line(central, connect):
    form_list(connect(central))
    assert all(central.login[1] not in said and not said.startswith("Basic") for _m, _p, said in central.log)
    assert central.login[1] not in repr(Login(*central.login))


def test_basic_tells_the_password_over_tls_or_here_alone():
    who = Authentication(Login("a", "b"), plain=False)
    assert not who.take(['Basic realm="odk"'])
    assert who.header("GET", "/") is None


def test_of_two_challenges_digest_is_taken():
    who = Authentication(Login("a", "b"), plain=True)
    assert who.take(['Basic realm="odk"', 'Digest realm="odk", nonce="1", qop="auth", algorithm=SHA-256'])
    assert who.header("GET", "/x").startswith('Digest username="a"')


def test_digest_is_what_the_rfc_computes(monkeypatch):
    monkeypatch.setattr("secrets.token_hex", lambda _n: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")
    who = Authentication(Login("Mufasa", "Circle of Life"), plain=False)
    nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
    for algorithm, wanted in (
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ):
        assert who.take(
            [
                f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, nonce="{nonce}"'
            ]
        )
        assert f'response="{wanted}"' in who.header("GET", "/dir/index.html")


def test_a_redirect_on_the_same_server_is_followed_and_no_other(central, connect):
    central.redirect = {
        f"{PREFIX}/formList": f"{PREFIX}/elsewhere",
        f"{PREFIX}/elsewhere": f"{PREFIX}/forms/x.xml",
    }
    with pytest.raises(FieldkitError, match=r"interop\.refused"):
        form_list(connect(central))
    for other in ("http://127.0.0.1:9/formList", "https://evil.example/formList"):
        central.redirect = {f"{PREFIX}/formList": other}
        with pytest.raises(FieldkitError, match=r"interop\.elsewhere"):
            form_list(connect(central))
    central.redirect = {f"{PREFIX}/formList": f"{PREFIX}/formList"}
    with pytest.raises(FieldkitError, match=r"interop\.elsewhere"):
        form_list(connect(central))


def test_a_line_that_breaks_is_tried_again_in_bounds(central):
    waited = []
    line = Line(ServerAddress.parse(central.url), Login(*central.login), wait=waited.append)
    central.faults = ["before", "before", 503]
    assert form_list(line) == []
    assert tuple(waited) == PAUSES
    waited.clear()
    central.faults = [503] * 10
    with pytest.raises(FieldkitError, match=r"interop\.failing"):
        form_list(line)
    assert tuple(waited) == PAUSES
    assert len(central.faults) == 10 - len(PAUSES) - 1
    line.close()


def test_a_portal_is_no_server(central, connect):
    for asked in (form_list, accepted_length):
        central.faults = ["portal"]
        with pytest.raises(FieldkitError, match=r"interop\.not-openrosa"):
            asked(connect(central))


def test_nobody_answers(tmp_path):
    line = Line(ServerAddress.parse("http://127.0.0.1:9"), wait=lambda _seconds: None, timeout=2)
    with pytest.raises(FieldkitError, match=r"interop\.unreachable"):
        form_list(line)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x", "address"),
        ("ftp://host/x", "address"),
        ("https://host/x?y", "address"),
        ("http://host/v1/projects/1", "no-tls"),
        ("http://192.168.1.5", "no-tls"),
        ("https://me:secret@host/x", "secret-in-address"),
        ("https://host/v1/key/abc/projects/1", "secret-in-address"),
        ("https://host:port/x", "address"),
    ],
)
def test_an_address_is_one_that_may_be_used(text, code):
    with pytest.raises(FieldkitError, match=rf"interop\.{code}"):
        ServerAddress.parse(text)


def test_a_token_of_an_app_user_goes_where_central_wants_it_and_shows_nowhere():
    address = ServerAddress.parse("https://odk.example.org/v1/projects/3/", "tok/en\n")
    assert address.base == "/v1/key/tok%2Fen/projects/3"
    assert address.name == "https://odk.example.org/v1/projects/3"
    assert "tok" not in repr(address)


def test_a_token_that_has_no_place_in_an_address_is_not_passed_over():
    with pytest.raises(FieldkitError, match=r"interop\.address"):
        ServerAddress.parse("https://kc.example.org", "token")


def test_a_server_that_cannot_prove_who_it_is_gets_nothing(tmp_path):
    import socket
    import ssl
    import threading
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(1), now + timedelta(1))
    pem = tmp_path / "c.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    heard = []

    def serve():
        try:
            with context.wrap_socket(listening.accept()[0], server_side=True) as line:
                heard.append(line.recv(10))
        except OSError:
            pass

    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = threading.Thread(target=serve)
        serving.start()
        port = listening.getsockname()[1]
        line = Line(ServerAddress.parse(f"https://127.0.0.1:{port}"), Login("a", "b"), wait=pytest.fail)
        with line, pytest.raises(FieldkitError, match=r"interop\.certificate"):
            form_list(line)
        serving.join()
    assert heard == []
