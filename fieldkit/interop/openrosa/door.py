"""Who asks: HTTP Digest (RFC 7616 with MD5, which phones know), and Basic where the line is encrypted.

What is kept of a password is the hash that Digest needs; it opens this door alone, and lies sealed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

REALM = "fieldkit"
_SECONDS = 600
_NONCES = 4096
_USES = 10_000
"""Requests that one nonce serves; then another is given."""
_PAIR = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_NEEDED = ("realm", "nonce", "uri", "response", "cnonce", "nc", "qop")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request says of who sent it. digest: the parts of a Digest header; password: of a Basic one."""

    user: str
    digest: dict[str, str] = field(default_factory=dict)
    password: str = ""


def kept(user: str, password: str) -> str:
    """What is kept of a password."""
    return _md5(f"{user}:{REALM}:{password}")


def claim_in(header: str, *, basic: bool) -> Claim | None:
    """The claim of an Authorization header; None for none that is understood. basic: whether a password may come in clear."""
    scheme, _, rest = header.strip().partition(" ")
    if scheme.lower() == "digest":
        found = {name.lower(): _unquoted(quoted) or plain for name, quoted, plain in _PAIR.findall(rest)}
        return Claim(found["username"], found) if found.get("username") else None
    if scheme.lower() == "basic" and basic:
        try:
            user, colon, password = (
                base64.b64decode(rest.strip(), validate=True).decode("utf-8").partition(":")
            )
        except (binascii.Error, UnicodeDecodeError):
            return None
        return Claim(user, password=password) if colon else None
    return None


class Door:
    """Gives challenges and judges claims. A nonce is good for ten minutes, and each of its counts once."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._given: OrderedDict[str, tuple[float, set[str]]] = OrderedDict()

    def challenges(self, *, stale: bool, basic: bool) -> list[str]:
        """The values of WWW-Authenticate. stale: only the nonce was too old, nobody need be asked for a password."""
        while len(self._given) >= _NONCES:
            self._given.popitem(last=False)
        nonce = secrets.token_hex(16)
        self._given[nonce] = self._now() + _SECONDS, set()
        said = f'Digest realm="{REALM}", qop="auth", algorithm=MD5, nonce="{nonce}"'
        again = f"{said}, stale=true" if stale else said
        return [again, f'Basic realm="{REALM}", charset="UTF-8"'] if basic else [again]

    def is_proven(self, claim: Claim, known: str, method: str, target: str) -> bool:
        """Whether a claim is made by somebody who knows the password, of which `known` is kept, for this very request."""
        if claim.password or not claim.digest:
            return hmac.compare_digest(kept(claim.user, claim.password), known)
        said = claim.digest
        if not all(said.get(name) for name in _NEEDED) or said["qop"] != "auth":
            return False
        if said["realm"] != REALM or said.get("algorithm", "MD5").upper() != "MD5" or said["uri"] != target:
            return False
        asked = _md5(f"{method}:{said['uri']}")
        right = _md5(f"{known}:{said['nonce']}:{said['nc']}:{said['cnonce']}:auth:{asked}")
        return hmac.compare_digest(right.encode(), said["response"].lower().encode("utf-8", "replace"))

    def is_fresh(self, claim: Claim) -> bool:
        """Whether a proven claim answers a challenge of this door that is not old, and was not heard and said again."""
        if not claim.digest:
            return True
        ends, used = self._given.get(claim.digest["nonce"], (0.0, set()))
        count = claim.digest["nc"]
        if ends <= self._now() or count in used or len(used) >= _USES:
            return False
        used.add(count)
        return True


def _md5(text: str) -> str:
    return hashlib.md5(text.encode("utf-8"), usedforsecurity=False).hexdigest()


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
