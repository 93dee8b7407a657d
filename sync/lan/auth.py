"""Who asks: a laptop proves with its enrolment key that it is one of the office's, and gets a token for a while.

What it signs names the office, a challenge that serves once, and the certificate it sees: what one server is told proves
nothing to another.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

from sync.canonical import dumps

DOMAIN = b"fieldkit lan 1\0"
TOKEN_SECONDS = 900
_CHALLENGE_SECONDS = 60
_CHALLENGES = 4096
_TOKENS = 4096
_TOKENS_EACH = 4

Now = Callable[[], float]


def statement(office: str, device: str, challenge: str, certificate: bytes) -> bytes:
    """What a laptop signs. certificate: as the server showed it (DER)."""
    seen = hashlib.sha256(certificate).hexdigest()
    return DOMAIN + dumps({"certificate": seen, "challenge": challenge, "device": device, "office": office})


class Challenges:
    """The challenges that are out: each serves once, for a minute; the oldest goes where there are too many."""

    def __init__(self, now: Now = time.monotonic) -> None:
        self._now = now
        self._ends: OrderedDict[str, float] = OrderedDict()

    def give(self) -> str:
        """A new one."""
        while len(self._ends) >= _CHALLENGES:
            self._ends.popitem(last=False)
        challenge = secrets.token_hex(32)
        self._ends[challenge] = self._now() + _CHALLENGE_SECONDS
        return challenge

    def take(self, challenge: str) -> bool:
        """Whether it was given, is fresh, and was not used; it is used from now on."""
        return self._ends.pop(challenge, 0.0) > self._now()


class Tokens:
    """The tokens that are valid, each of one laptop; kept as hashes. The oldest goes where there are too many."""

    def __init__(self, now: Now = time.monotonic) -> None:
        self._now = now
        self._given: OrderedDict[bytes, tuple[str, float]] = OrderedDict()

    def give(self, device: str) -> str:
        """A new one for a laptop."""
        own = [each for each, (owner, _ends) in self._given.items() if owner == device]
        for each in own[: max(0, len(own) - _TOKENS_EACH + 1)]:
            del self._given[each]
        while len(self._given) >= _TOKENS:
            self._given.popitem(last=False)
        token = secrets.token_hex(32)
        self._given[_hash(token)] = device, self._now() + TOKEN_SECONDS
        return token

    def device_of(self, token: str) -> str | None:
        """Whose it is; None where it is nobody's, or not any more."""
        device, ends = self._given.get(_hash(token), ("", 0.0))
        return device if ends > self._now() else None


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
