"""A laptop's side of the local network: sends a bundle, fetches its return pack, and goes on after every cut."""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sync.enrolment import Enrolment
from sync.errors import SyncError, refused
from sync.files import PART_SUFFIX, new_file
from sync.keys import DeviceKey
from sync.lan import PREFIX
from sync.lan.address import Address
from sync.lan.auth import statement
from sync.lan.cuts import cuts
from sync.lan.site import Answer
from sync.lan.tls import connect

Told = Callable[[str, int, int], None]
"""Told what is being done ("sending", "merging", "fetching"), how much of it, and of how much; what it raises stops that."""

_PIECE = 2 * 1024 * 1024
_READ = 256 * 1024
_LARGEST_MESSAGE = 1024 * 1024
_LARGEST_PACK = 80 * 1024 * 1024
_CONNECT_SECONDS = 5.0
_SECONDS = 40.0
"""To wait for anything the other side says."""
_WAIT = 5
"""Seconds that the office may take before it says that it is not done yet."""
_LOOKS = 720
"""How often to ask for what takes the office long."""
_LONGEST_PAUSE = 30.0
_PAUSES = (0.1, 0.3, 0.7, 1.5, 3.0, 5.0, 5.0, 5.0)
"""Seconds before each try after a cut."""
_FIRST_PAUSES = (0.3, 0.7)
"""The same while nobody has answered yet: an address may be mistyped."""
_is_name = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,150}\.fkr\Z").match


class _CutError(Exception):
    """The line broke, or nobody was there."""


@dataclass(frozen=True, slots=True)
class _Said:
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


class OfficeLink:
    """A laptop's line to its office. Nothing is sent before the other side has proven to be that office.

    key: the laptop's. wait: waits so many seconds; what it raises stops whatever goes on.
    """

    def __init__(
        self,
        address: Address,
        enrolment: Enrolment,
        key: DeviceKey,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.address = address
        self._enrolment = enrolment
        self._key = key
        self.wait = wait
        self._line: _Line | None = None
        self._certificate = b""
        self._token = ""
        self.has_met = False

    def __enter__(self) -> Self:
        """Itself, to be closed at the end."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Let go of the line."""
        self.close()

    def close(self) -> None:
        """Let go of the line."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def send(self, path: Path, sha256: str, told: Told) -> Answer:
        """Bring a bundle to the office, from where it broke off before, and wait for what becomes of it.

        Raises SyncError("lan.…"), ("medium.…"), and what `told` raises.
        """
        ends = cuts(path, _PIECE)
        size = ends[-1]
        where = f"{PREFIX}/bundles/{sha256}"
        patience = _Patience(self, size)
        wrong = looked = 0
        said: dict[str, Any] | None = None
        while True:
            try:
                said = said or self._asked("GET", f"{where}?wait={_WAIT}").json()
                state, held = str(said.get("state")), _whole(said.get("held"), size)
                patience.reached(held)
                if state == "done":
                    return Answer.from_json(said.get("answer"))
                if state == "waiting":
                    told("merging", 0, 0)
                    said, looked = None, looked + 1
                    if looked > _LOOKS:
                        raise SyncError("lan.still-merging")
                    continue
                told("sending", held, size)
                end = next((each for each in ends if each > held), size)
                said = self._put(f"{where}?at={held}&of={size}", _read(path, held, end))
            except _CutError as cut:
                said = None
                patience.lost(cut)
            except SyncError as error:
                said = None
                if error.code in {"lan.wrong-place", "lan.too-slow"}:
                    patience.lost(error)
                elif error.code == "lan.damaged" and not wrong:
                    wrong += 1  # what an earlier, torn try left there was no good
                else:
                    raise

    def fetch(self, folder: Path, told: Told) -> Path:
        """The office's return pack for this laptop, as a file in `folder`.

        Raises SyncError("lan.…"), ("medium.…"), and what `told` raises.
        """
        patience = _Patience(self, 0)
        beside = folder / f".return{PART_SUFFIX}"
        named: dict[str, Any] = {}
        held = 0
        for _look in range(_LOOKS):
            told("fetching", held, _whole(named.get("bytes", 0), _LARGEST_PACK))
            try:
                if not named:
                    named, held = self._named(), 0
                    beside.unlink(missing_ok=True)
                    continue
                if held < named["bytes"]:
                    held = self._more(named, beside, held, told)
                    patience.reached(held)
                if held == named["bytes"]:
                    return _kept(folder, beside, named)
            except _CutError as cut:
                patience.lost(cut)
                held = beside.stat().st_size if beside.exists() else 0
            except SyncError as error:
                if error.code not in {"lan.unknown", "lan.damaged"}:
                    raise
                named = {}  # the office began anew, or it was cut in the wrong place
                patience.lost(error)
            except OSError as error:
                raise refused(error, folder) from error
        raise SyncError("lan.cut", address=str(self.address), reason="")

    # -- a return pack ------------------------------------------------------------------------------------

    def _named(self) -> dict[str, Any]:
        """What names the pack, once it is made; nothing yet where that takes long."""
        said = self._asked("POST", f"{PREFIX}/return?wait={_WAIT}").json()
        if said.get("state") != "done":
            return {}
        if not (type(said.get("name")) is str and _is_name(said["name"])):
            raise SyncError("lan.unexpected", reason="name")
        _whole(said.get("bytes"), _LARGEST_PACK)
        return said

    def _more(self, named: dict[str, Any], beside: Path, held: int, told: Told) -> int:
        """Write what comes of a pack behind what is there of it; give how much there is then."""
        headers = {"Range": f"bytes={held}-"} if held else {}
        where, of = f"{PREFIX}/return/{named['sha256']}", int(named["bytes"])

        def written(answer: http.client.HTTPResponse) -> None:
            nonlocal held
            with beside.open("r+b" if held and answer.status == 206 else "wb") as file:
                held = file.seek(0, 2)
                while part := answer.read(_READ):
                    file.write(part)
                    held += len(part)
                    told("fetching", min(held, of), of)
                    if held > of:
                        raise SyncError("lan.damaged")

        self._asked("GET", where, headers=headers, taken=written)
        return held

    # -- requests -----------------------------------------------------------------------------------------

    def _put(self, where: str, piece: bytes) -> dict[str, Any]:
        return self._asked("PUT", where, piece, {"Content-Type": "application/octet-stream"}).json()

    def _asked(
        self,
        method: str,
        where: str,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        taken: Callable[[http.client.HTTPResponse], None] | None = None,
    ) -> _Said:
        """An answer to this laptop, which says first who it is, and waits where the office is busy.

        taken: reads the body of an answer that is no refusal. Raises _CutError, SyncError("lan.…").
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
                raise _CutError("the office was started anew") from error
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
    ) -> _Said:
        """One request on the line, which is made where there is none. Raises _CutError, SyncError("lan.other-office")."""
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
                    raise _CutError("it broke off")
                return _Said(answer.status, answer.headers, b"")
            content = answer.read(_LARGEST_MESSAGE)
            if answer.length and len(content) < _LARGEST_MESSAGE:
                raise _CutError("it broke off")
            if answer.will_close or answer.length:
                self.close()
            return _Said(answer.status, answer.headers, content)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise _CutError(getattr(error, "strerror", "") or str(error) or type(error).__name__) from error
        except BaseException:
            self.close()
            raise


class _Patience:
    """How often to try again: longer and longer apart, and from the beginning whenever it went on in between."""

    def __init__(self, link: OfficeLink, size: int) -> None:
        self._link = link
        self._furthest = 0
        self._lost = 0

    def reached(self, held: int) -> None:
        """So much is there now."""
        if held > self._furthest:
            self._furthest, self._lost = held, 0

    def lost(self, reason: Exception) -> None:
        """Wait before the next try. Raises SyncError("lan.unreachable"), ("lan.cut") when it was tried often enough."""
        has_met = self._link.has_met
        pauses = _PAUSES if has_met else _FIRST_PAUSES
        if self._lost >= len(pauses):
            code = "lan.cut" if has_met else "lan.unreachable"
            raise SyncError(code, address=str(self._link.address), reason=str(reason)) from reason
        self._link.wait(pauses[self._lost])
        self._lost += 1


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


def _refusal(said: _Said) -> SyncError:
    """What a refusing answer means."""
    if said.status == 503:  # before the office's own words are reached: too many lines at once
        return SyncError("lan.busy", seconds=2)
    data = said.json()
    code, params = data.get("code"), data.get("params")
    if type(code) is not str or not code.startswith("lan.") or type(params) is not dict:
        return SyncError("lan.unexpected", reason=f"{said.status}")
    return SyncError(code, **{name: each for name, each in params.items() if name.isidentifier()})


def _pause(said: _Said) -> float:
    """How long the office asks us to wait, within reason."""
    text = said.headers.get("retry-after", "")
    seconds = float(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 2.0
    return min(max(seconds, 0.1), _LONGEST_PAUSE)


def _whole(number: object, most: int) -> int:
    """A number from outside, within bounds. Raises SyncError("lan.unexpected")."""
    if type(number) is not int or not 0 <= number <= most:
        raise SyncError("lan.unexpected", reason=f"{number!r:.40}")
    return number


def _read(path: Path, begin: int, end: int) -> bytes:
    """Bytes of a file. Raises SyncError("medium.…")."""
    try:
        with path.open("rb") as file:
            file.seek(begin)
            return file.read(end - begin)
    except OSError as error:
        raise refused(error, path) from error


def _kept(folder: Path, beside: Path, named: dict[str, Any]) -> Path:
    """A pack that is whole, under its name. Raises SyncError("lan.damaged"), OSError."""
    content = beside.read_bytes()
    beside.unlink()
    if hashlib.sha256(content).hexdigest() != named["sha256"]:
        raise SyncError("lan.damaged")
    path: Path = folder / named["name"]
    with new_file(path) as file:
        file.write(content)
    return path
