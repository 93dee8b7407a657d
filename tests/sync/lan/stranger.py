"""Whoever can reach an office's port: says anything at all, by hand, and knows neither the client nor its words."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import socket
import ssl
from typing import NamedTuple

PATHS = "/fieldkit/1"
_SECONDS = 30


class Heard(NamedTuple):
    """An answer; status None where the line was closed without one."""

    status: int | None
    body: bytes = b""
    headers: http.client.HTTPMessage | None = None

    @property
    def code(self):
        """The code of a refusal, "" where it is none."""
        with contextlib.suppress(ValueError):
            data = json.loads(self.body)
            if isinstance(data, dict):
                return data.get("code", "")
        return ""


class Stranger:
    """Comes from an address of loopback, `source`, which the office tells apart from others."""

    def __init__(self, address, source="127.0.0.1"):
        self.address = (address.host, address.port)
        self.source = source

    def plain(self):
        """A connection below TLS."""
        return socket.create_connection(self.address, timeout=_SECONDS, source_address=(self.source, 0))

    def line(self, **options):
        """A connection, whoever the office says it is; options: of the TLS context."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        for name, value in options.items():
            setattr(context, name, value)
        return context.wrap_socket(self.plain())

    def say(self, raw, line=None):
        """Send bytes as they are; gives the first answer."""
        with line or self.line() as said:
            with contextlib.suppress(OSError):
                said.sendall(raw)
            return hear(said, raw)

    def ask(self, method, path, body=b"", token=None, line=None, **headers):
        """Send a request; headers: their names with _ for -."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            named.setdefault("Authorization", f"Bearer {token}")
        named.setdefault("Content-Length", len(body))
        lines = [
            f"{method} {path} HTTP/1.1",
            "Host: x",
            *(f"{name}: {value}" for name, value in named.items()),
        ]
        return self.say("\r\n".join([*lines, "", ""]).encode("utf-8") + body, line)

    def post(self, path, data, **headers):
        """Send JSON."""
        return self.ask("POST", PATHS + path, json.dumps(data).encode(), **headers)

    def challenge(self):
        """Ask for something to sign."""
        return json.loads(self.post("/challenge", {}).body)["challenge"]

    def certificate(self):
        """What the office shows, as bytes."""
        with self.line() as line:
            return line.getpeercert(binary_form=True)

    def proof(self, key, office, challenge, *, device=None, certificate=None):
        """What a laptop with that key says to be let in (docs/network.md)."""
        seen = hashlib.sha256(certificate or self.certificate()).hexdigest()
        device = device or key.id
        said = {"certificate": seen, "challenge": challenge, "device": device, "office": office}
        signed = b"fieldkit lan 1\0" + json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
        return {"device": device, "challenge": challenge, "signature": key.sign(signed).hex()}

    def token(self, key, office):
        """The token of an enrolled laptop."""
        return json.loads(self.post("/session", self.proof(key, office, self.challenge())).body)["token"]

    def put(self, token, content, *, at=0, sha256=None, of=None):
        """Send a bundle, or what follows of it, in one piece."""
        sha256 = sha256 or hashlib.sha256(content).hexdigest()
        of = at + len(content) if of is None else of
        return self.ask("PUT", f"{PATHS}/bundles/{sha256}?at={at}&of={of}", content, token)

    def became(self, token, sha256):
        """What became of a bundle, when the office has said so."""
        for _ in range(20):
            said = json.loads(self.ask("GET", f"{PATHS}/bundles/{sha256}?wait=15", b"", token).body)
            if said["state"] != "waiting":
                return said
        raise TimeoutError(sha256)


def hear(line, asked):
    """Read the answer to what was asked."""
    answer = http.client.HTTPResponse(line, method="HEAD" if asked.startswith(b"HEAD ") else None)
    try:
        answer.begin()
        return Heard(answer.status, answer.read(), answer.headers)
    except (OSError, http.client.HTTPException):
        return Heard(None)
    finally:
        answer.close()
