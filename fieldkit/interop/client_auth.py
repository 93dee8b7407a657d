"""Who we are to a server: HTTP basic and digest authentication (RFC 7617, RFC 7616)."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

_PART = re.compile(r'([a-zA-Z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')
_NEXT = re.compile(r",\s*(?=(?:Basic|Digest)\s)", re.IGNORECASE)
"""What stands between two challenges in one header."""
_HASHES: dict[str, Callable[[bytes], str]] = {
    "MD5": lambda text: hashlib.md5(text, usedforsecurity=False).hexdigest(),
    "SHA-256": lambda text: hashlib.sha256(text).hexdigest(),
}
_SESSION = "-SESS"


@dataclass(frozen=True, slots=True)
class Login:
    """A name and a password; the password shows nowhere."""

    name: str
    password: str = field(repr=False)


@dataclass(slots=True)
class Authentication:
    """Answers the challenge of a server, and goes on doing so with every request after it.

    plain: whether the password itself may be sent, which is so over TLS and on this computer alone.
    """

    login: Login
    plain: bool
    _digest: dict[str, str] = field(default_factory=dict)
    _basic: bool = False
    _count: int = 0

    def take(self, challenges: Iterable[str]) -> bool:
        """Take up a challenge; give whether there is one that can be answered. Digest goes before basic."""
        self._digest, self._basic, self._count = {}, False, 0
        for challenge in (each for said in challenges for each in _NEXT.split(said)):
            scheme, _, rest = challenge.strip().partition(" ")
            parts = {name.lower(): quoted or bare for name, quoted, bare in _PART.findall(rest)}
            qops = [each.strip() for each in parts.get("qop", "").split(",") if each.strip()]
            is_known = parts.get("algorithm", "MD5").upper().removesuffix(_SESSION) in _HASHES
            if scheme.lower() == "digest" and is_known and (not qops or "auth" in qops):
                self._digest, self._basic = parts, False
                return True
            if scheme.lower() == "basic" and self.plain:
                self._basic = True
        return self._basic

    def header(self, method: str, target: str) -> str | None:
        """The header of a request, None while no challenge was taken up."""
        if self._basic:
            words = f"{self.login.name}:{self.login.password}".encode()
            return f"Basic {base64.b64encode(words).decode('ascii')}"
        return self._answered(method, target) if self._digest else None

    def _answered(self, method: str, target: str) -> str:
        said = self._digest
        name = said.get("algorithm", "MD5")
        hashed = _HASHES[name.upper().removesuffix(_SESSION)]
        self._count += 1
        count, own = f"{self._count:08x}", secrets.token_hex(16)
        realm, nonce = said.get("realm", ""), said.get("nonce", "")
        secret = hashed(f"{self.login.name}:{realm}:{self.login.password}".encode())
        if name.upper().endswith(_SESSION):
            secret = hashed(f"{secret}:{nonce}:{own}".encode())
        asked = hashed(f"{method}:{target}".encode())
        middle = f"{nonce}:{count}:{own}:auth" if said.get("qop") else nonce
        parts = {
            "username": _quoted(self.login.name), "realm": _quoted(realm), "nonce": _quoted(nonce), "uri": _quoted(target),
            "response": _quoted(hashed(f"{secret}:{middle}:{asked}".encode())),
        }  # fmt: skip
        if "algorithm" in said:
            parts["algorithm"] = name
        if "opaque" in said:
            parts["opaque"] = _quoted(said["opaque"])
        if said.get("qop"):
            parts |= {"qop": "auth", "nc": count, "cnonce": _quoted(own)}
        return "Digest " + ", ".join(f"{key}={value}" for key, value in parts.items())


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
