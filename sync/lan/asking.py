"""Requests of a laptop to its office: over a line that is proven first, with a token, and with patience where it is busy."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sync.enrolment import Enrolment
from sync.errors import SyncError
from sync.keys import DeviceKey
from sync.lan import PREFIX
from sync.lan.address import Address
from sync.lan.auth import statement
from sync.lan.tls import connect

_LARGEST_MESSAGE = 1024 * 1024
_CONNECT_SECONDS = 5.0
_SECONDS = 40.0
"""To wait for anything the other side says."""
_LONGEST_PAUSE = 30.0


class CutError(Exception):
    """The line broke, or nobody was there."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer of the office. body: bytes that were read of it, maybe not all."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> dict[str, Any]:
        """As plain data. Raises SyncError("lan.unexpected")."""
        try:
            data = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise SyncError("lan.unexpected", reason=f"{self.status}") from error
        if type(data) is not dict:
            raise SyncError("lan.unexpected", reason=f"{self.status}")
        return data


class Asking:
    """A line to the office of an enrolment. key: the laptop's. wait: waits so many seconds; what it raises stops whatever
    goes on. has_met: whether the office has ever answered.
    """

    def __init__(
        self,
        address: Address,
        enrolment: Enrolment,
        key: DeviceKey,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.address = address
        self.wait = wait
        self.has_met = False
        self._enrolment = enrolment
        self._key = key
        self._line: _Line | None = None
        self._certificate = b""
        self._token = ""

    def close(self) -> None:
        """Let go of the line."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def asked(
        self,
        method: str,
        where: str,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        taken: Callable[[http.client.HTTPResponse], None] | None = None,
    ) -> Said:
        """An answer to this laptop, which says first who it is, and waits where the office is busy.

        taken: reads the body of an answer that is no refusal. Raises CutError, SyncError("lan.…").
        """
        waited, renewed = 0.0, False
        while True:
            if not self._token:
                self._token = self._admitted()
            named = {**(headers or {}), "Authorization": f"Bearer {self._token}"}
            said = self._once(method, where, body, named, taken)
            if said.status < 300:
                return said
            error = _refusal(said)
            if error.code == "lan.token" and not renewed:
                self._token, renewed = "", True
            elif error.code == "lan.busy" and waited < 4 * _LONGEST_PAUSE:
                pause = _pause(said)
                waited += pause
                self.wait(pause)
            else:
                raise error

    def _admitted(self) -> str:
        """A token, for the proof that this is an enrolled laptop."""
        challenge = str(self._knocked("/challenge", {}).get("challenge", ""))
        certificate = self._certificate
        message = statement(self._enrolment.office, self._key.id, challenge, certificate)
        signature = self._key.sign(message).hex()
        asked = {"device": self._key.id, "challenge": challenge, "signature": signature}
        try:
            return str(self._knocked("/session", asked).get("token", ""))
        except SyncError as error:
            if error.code == "lan.not-proven" and certificate != self._certificate:
                raise CutError("the office was started anew") from error
            raise

    def _knocked(self, where: str, asked: dict[str, str]) -> dict[str, Any]:
        waited = 0.0
        while True:
            body, kind = json.dumps(asked).encode(), {"Content-Type": "application/json"}
            said = self._once("POST", PREFIX + where, body, kind, None)
            if said.status < 300:
                return said.json()
            error = _refusal(said)
            if error.code != "lan.busy" or waited > 4 * _LONGEST_PAUSE:
                raise error
            pause = _pause(said)
            waited += pause
            self.wait(pause)

    def _once(
        self,
        method: str,
        where: str,
        body: bytes,
        headers: dict[str, str],
        taken: Callable[[http.client.HTTPResponse], None] | None,
    ) -> Said:
        """One request on the line, which is made where there is none. Raises CutError, SyncError("lan.other-office")."""
        try:
            if self._line is None:
                self._line = _Line(self.address, self._enrolment)
                self._line.connect()
                self._certificate = self._line.certificate
            self._line.request(method, where, body, headers)
            answer = self._line.getresponse()
            self.has_met = True
            if taken is not None and answer.status < 300:
                taken(answer)
                if answer.length:
                    raise CutError("it broke off")
                return Said(answer.status, answer.headers, b"")
            content = answer.read(_LARGEST_MESSAGE)
            if answer.length and len(content) < _LARGEST_MESSAGE:
                raise CutError("it broke off")
            if answer.will_close or answer.length:
                self.close()
            return Said(answer.status, answer.headers, content)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise CutError(getattr(error, "strerror", "") or str(error) or type(error).__name__) from error
        except BaseException:
            self.close()
            raise


class _Line(http.client.HTTPConnection):
    """A connection to the office of an enrolment and to nobody else. certificate: what it showed (DER)."""

    certificate = b""

    def __init__(self, address: Address, enrolment: Enrolment) -> None:
        super().__init__(address.host, address.port, timeout=_SECONDS)
        self._enrolment = enrolment

    def connect(self) -> None:
        """Connect; nothing is sent to anybody but that office. Raises OSError, SyncError("lan.other-office")."""
        self.sock, self.certificate = connect(self.host, self.port, self._enrolment, _CONNECT_SECONDS)
        self.sock.settimeout(_SECONDS)


def _refusal(said: Said) -> SyncError:
    """What a refusing answer means."""
    if said.status == 503:  # before the office's own words are reached: too many lines at once
        return SyncError("lan.busy", seconds=2)
    data = said.json()
    code, params = data.get("code"), data.get("params")
    if type(code) is not str or not code.startswith("lan.") or type(params) is not dict:
        return SyncError("lan.unexpected", reason=f"{said.status}")
    return SyncError(code, **{name: each for name, each in params.items() if type(each) in {str, int}})


def _pause(said: Said) -> float:
    """How long the office asks us to wait, within reason."""
    text = said.headers.get("retry-after", "")
    seconds = float(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 2.0
    return min(max(seconds, 0.1), _LONGEST_PAUSE)
