"""Who may come in: whoever has the key, under an address of ours, from a page of ours."""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from dataclasses import dataclass, field

LOOPBACK = "127.0.0.1"
_OF_THIS_COMPUTER = frozenset({LOOPBACK, "localhost", "[::1]"})


def is_loopback(host: str) -> bool:
    """Whether only this computer reaches what listens at an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def in_address(host: str) -> str:
    """A host as it stands in an address: numbers of IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def _secret() -> str:
    return secrets.token_urlsafe(24)


@dataclass(frozen=True, slots=True)
class Gate:
    """The gate of one run. host, port: where it listens. key: what the address holds. cookie: what a browser is given for it;
    room: the folder of the page, to which alone the browser shows the cookie.
    """

    host: str
    port: int
    key: str = field(default_factory=_secret)
    cookie: str = field(default_factory=_secret)
    room: str = field(default_factory=_secret)

    @property
    def address(self) -> str:
        """The address to open, with the key."""
        host = LOOPBACK if self._is_everywhere else self.host
        return f"http://{in_address(host)}:{self.port}/?key={self.key}"

    @property
    def cookie_name(self) -> str:
        """A name of this port's own: a browser keeps the cookies of all ports of a computer together."""
        return f"fieldkit-{self.port}"

    @property
    def path(self) -> str:
        """Where the page and all its parts are. Another server of this computer, whose folders are others, is shown no cookie of ours."""
        return f"/{self.room}/"

    def has_key(self, key: str | None) -> bool:
        """Whether this is the key."""
        return _same(key, self.key)

    def has_cookie(self, cookie: str | None) -> bool:
        """Whether this is what was given for the key."""
        return _same(cookie, self.cookie)

    def is_ours(self, called: str | None) -> bool:
        """Whether a browser calls us by an address of ours (its `Host`), so that no other page's name was led to us."""
        host, colon, port = (called or "").rpartition(":")
        if not colon or port != str(self.port):
            return False
        if host in _OF_THIS_COMPUTER or host == in_address(self.host):
            return True
        return self._is_everywhere and _is_number(host)

    def is_own_page(self, origin: str | None, called: str | None) -> bool:
        """Whether a line is opened by a page of ours (its `Origin`)."""
        return self.is_ours(called) and origin == f"http://{called}"

    @property
    def _is_everywhere(self) -> bool:
        return _is_number(in_address(self.host)) and ipaddress.ip_address(self.host).is_unspecified


def _same(given: str | None, wanted: str) -> bool:
    return hmac.compare_digest((given or "").encode("utf-8", "replace"), wanted.encode())


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True
