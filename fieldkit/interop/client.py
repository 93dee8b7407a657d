"""A line to an OpenRosa server: ODK Central, KoboToolbox, or another one that speaks it.

Every request may be made again: reading changes nothing, and a server knows a submission by its instanceID. So a line that breaks is
tried again some times, with pauses that grow. TLS is verified, and nothing goes to another host than the one that was named.
"""

from __future__ import annotations

import http.client
import ipaddress
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote, urljoin, urlsplit

from fieldkit.errors import FieldkitError
from fieldkit.interop.client_auth import Authentication, Login

PAUSES = (0.5, 1.0, 2.0)
"""Seconds before each further try."""
_LONGEST_PAUSE = 30.0
_LARGEST = 64 << 20
_HOPS = 3
_SECURE, _OPEN = "https", "http"
_AGAIN = frozenset({429, 500, 502, 503, 504})
_MOVED = frozenset({301, 302, 303, 307, 308})
_MOVED_AS_IT_IS = frozenset({307, 308})
"""What is sent is to be sent there again, and not only asked for."""
_API = "/v1"
_TOKENS = (f"{_API}/key/", f"{_API}/test/")
"""What stands before a secret in the addresses of ODK Central."""


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where a server is: the part of its address before `/formList` and `/submission`. token: a secret in its paths."""

    scheme: str
    host: str
    port: int
    path: str
    token: str = field(default="", repr=False)

    @classmethod
    def parse(cls, text: str, token: str = "") -> Self:
        """Read an address. token: of an app user of ODK Central, which is put where it belongs.

        Raises FieldkitError("interop.address"), ("interop.secret-in-address"), ("interop.no-tls").
        """
        try:
            parts = urlsplit(text.strip())
            port = parts.port or (443 if parts.scheme == _SECURE else 80)
        except ValueError as error:
            raise FieldkitError("interop.address", text=text) from error
        if "@" in parts.netloc or any(each in f"{parts.path}/" for each in _TOKENS):
            raise FieldkitError("interop.secret-in-address")
        is_whole = (
            parts.scheme in {_SECURE, _OPEN} and parts.hostname and not parts.query and not parts.fragment
        )
        if not is_whole or not parts.hostname or (token and f"{_API}/" not in parts.path):
            raise FieldkitError("interop.address", text=text)
        if parts.scheme == _OPEN and not _is_here(parts.hostname):
            raise FieldkitError("interop.no-tls", host=parts.hostname)
        path = quote(parts.path.rstrip("/"), safe="/%-._~")
        return cls(parts.scheme, parts.hostname, port, path, quote(token.strip(), safe=""))

    @property
    def name(self) -> str:
        """What it is called where people read it: without secrets."""
        standard = 443 if self.scheme == _SECURE else 80
        port = "" if self.port == standard else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.path}"

    @property
    def base(self) -> str:
        """The path that its own paths begin with."""
        before, found, after = self.path.partition(_API)
        return f"{before}{found}/key/{self.token}{after}" if self.token and found else self.path


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered. headers: by their names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


class Line:
    """A line to one server. login: for servers that ask for one. ca: certificates that are trusted instead of the system's.

    wait: pauses so many seconds; timeout: seconds that a server may be silent.
    """

    def __init__(
        self, address: ServerAddress, login: Login | None = None, *, ca: Path | None = None, timeout: float = 30.0,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self.address = address
        self._timeout = timeout
        self._wait = wait
        may_tell = address.scheme == _SECURE or _is_here(address.host)
        self._who = Authentication(login, may_tell) if login is not None else None
        self._context = _context(ca) if address.scheme == _SECURE else None
        self._open: http.client.HTTPConnection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the line; the next request opens it again."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def ask(self, method: str, where: str, body: bytes = b"", kind: str = "") -> Reply:
        """Make a request, as often as it takes within bounds. where: a path below the server's own, or a whole address on it.

        An answer that says no is given like any other. Raises FieldkitError("interop.elsewhere") for another host,
        ("interop.login"), ("interop.certificate"), ("interop.unreachable"), ("interop.failing") where the server says that it
        cannot now, ("interop.too-large").
        """
        target = self._target(where)
        for _hop in range(_HOPS + 1):
            reply = self._patiently(method, target, body, kind)
            if reply.status not in _MOVED:
                return reply
            if method not in {"GET", "HEAD"} and reply.status not in _MOVED_AS_IT_IS:
                break
            target = self._target(urljoin(f"{self._origin}{target}", reply.headers.get("location", "")))
        raise FieldkitError("interop.elsewhere", host=self.address.host, other="…")

    @property
    def _origin(self) -> str:
        host = f"[{self.address.host}]" if ":" in self.address.host else self.address.host
        return f"{self.address.scheme}://{host}:{self.address.port}"

    def _target(self, where: str) -> str:
        """The path and query to ask for. Raises FieldkitError("interop.elsewhere")."""
        if where.startswith("/"):
            return f"{self.address.base}{where}"
        try:
            parts = urlsplit(where)
            port = parts.port or (443 if parts.scheme == _SECURE else 80)
        except ValueError as error:
            raise FieldkitError("interop.elsewhere", host=self.address.host, other="?") from error
        if (parts.scheme, parts.hostname, port) != (
            self.address.scheme,
            self.address.host,
            self.address.port,
        ):
            raise FieldkitError(
                "interop.elsewhere", host=self.address.host, other=f"{parts.scheme}://{parts.hostname}:{port}"
            )
        query = f"?{quote(parts.query, safe='=&%-._~+:,/')}" if parts.query else ""
        return f"{quote(parts.path, safe='/%-._~:@!$&,;=+()')}{query}" or "/"

    def _patiently(self, method: str, target: str, body: bytes, kind: str) -> Reply:
        for pause in (*PAUSES, None):
            wanted = pause or 0.0
            try:
                reply = self._once(method, target, body, kind)
                if reply.status not in _AGAIN:
                    return reply
                problem = FieldkitError(
                    "interop.failing", host=self.address.host, status=reply.status, reason=_said(reply)
                )
                wanted = max(wanted, _seconds(reply.headers.get("retry-after", "")))
            except ssl.SSLCertVerificationError as error:
                self.close()
                reason = error.verify_message
                raise FieldkitError("interop.certificate", host=self.address.host, reason=reason) from error
            except (OSError, http.client.HTTPException) as error:
                self.close()
                problem = FieldkitError(
                    "interop.unreachable", host=self.address.host, reason=str(error) or type(error).__name__
                )
            if pause is None:
                raise problem
            self._wait(min(wanted, _LONGEST_PAUSE))
        raise AssertionError

    def _once(self, method: str, target: str, body: bytes, kind: str) -> Reply:
        reply = self._sent(method, target, body, kind)
        if reply.status != http.client.UNAUTHORIZED:
            return reply
        asked = reply.headers.get("www-authenticate", "").split("\n")
        if self._who is None or not self._who.take(asked):
            raise FieldkitError("interop.login", host=self.address.host)
        reply = self._sent(method, target, body, kind)
        if reply.status == http.client.UNAUTHORIZED:
            raise FieldkitError("interop.login", host=self.address.host)
        return reply

    def _sent(self, method: str, target: str, body: bytes, kind: str) -> Reply:
        headers = {
            "X-OpenRosa-Version": "1.0", "Date": format_datetime(datetime.now(UTC), usegmt=True),
            "User-Agent": "fieldkit", "Accept": "*/*",
        }  # fmt: skip
        said = self._who.header(method, target) if self._who else None
        headers |= {"Authorization": said} if said else {}
        headers |= {"Content-Type": kind} if kind else {}
        if self._open is None:
            self._open = self._connection()
        self._open.request(method, target, body or None, headers)
        answer = self._open.getresponse()
        content = answer.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            self.close()
            raise FieldkitError("interop.too-large", host=self.address.host, megabytes=_LARGEST >> 20)
        length = answer.getheader("Content-Length", "")
        if method != "HEAD" and length.isdigit() and len(content) < int(length):
            raise http.client.IncompleteRead(content, int(length) - len(content))
        if answer.will_close:
            self.close()
        found: dict[str, str] = {}
        for name, value in answer.getheaders():
            before = found.get(name.lower())
            found[name.lower()] = value if before is None else f"{before}\n{value}"
        return Reply(answer.status, found, content)

    def _connection(self) -> http.client.HTTPConnection:
        where = self.address.host, self.address.port
        if self._context is None:
            return http.client.HTTPConnection(*where, timeout=self._timeout)
        return http.client.HTTPSConnection(*where, timeout=self._timeout, context=self._context)


def _said(reply: Reply) -> str:
    from fieldkit.interop.central import message_of

    return message_of(reply)


def _context(ca: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(ca) if ca else None)
    except OSError as error:
        raise FieldkitError("interop.ca", path=str(ca), reason=str(error)) from error


def _seconds(text: str) -> float:
    """What Retry-After says: seconds, or a moment (RFC 9110 §10.2.3); 0 where it says neither."""
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return 0.0


def _is_here(host: str) -> bool:
    """Whether a host is this computer."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
