"""A laptop's side of the local network: sends a bundle, fetches its return pack, and goes on after every cut."""

from __future__ import annotations

import hashlib
import http.client
import re
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sync.enrolment import Enrolment
from sync.errors import SyncError, refused
from sync.files import PART_SUFFIX, new_file
from sync.keys import DeviceKey
from sync.lan import PREFIX
from sync.lan.address import Address
from sync.lan.asking import Asking, CutError
from sync.lan.cuts import cuts
from sync.lan.site import Answer

Told = Callable[[str, int, int], None]
"""Told what is being done ("sending", "merging", "fetching"), how much of it, and of how much; what it raises stops that."""

_PIECE = 2 * 1024 * 1024
_READ = 256 * 1024
_LARGEST_PACK = 80 * 1024 * 1024
_STRAYS = 1000
"""Pieces that may be sent more often than once, where a line breaks again and again and still gets on."""
_WAIT = 5
"""Seconds that the office may take before it says that it is not done yet."""
_LOOKS = 720
"""How often to ask for what takes the office long."""
_PAUSES = (0.1, 0.3, 0.7, 1.5, 3.0, 5.0, 5.0, 5.0)
"""Seconds before each try after a cut."""
_FIRST_PAUSES = (0.3, 0.7)
"""The same while nobody has answered yet: an address may be mistyped."""
_is_name = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,150}\.fkr\Z").match


class OfficeLink:
    """A laptop's line to its office. Nothing is sent before the other side has proven to be that office.

    key: the laptop's. wait: see `Asking`.
    """

    def __init__(
        self,
        address: Address,
        enrolment: Enrolment,
        key: DeviceKey,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._asking = Asking(address, enrolment, key, wait)

    def __enter__(self) -> Self:
        """Itself, to be closed at the end."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Let go of the line."""
        self._asking.close()

    def send(self, path: Path, sha256: str, told: Told) -> Answer:
        """Bring a bundle to the office, from where it broke off before, and wait for what becomes of it.

        Raises SyncError("lan.…"), ("medium.…"), and what `told` raises.
        """
        ends = cuts(path, _PIECE)
        size = ends[-1]
        where = f"{PREFIX}/bundles/{sha256}"
        patience = _Patience(self._asking)
        wrong = looked = sent = 0
        said: dict[str, Any] | None = None
        while True:
            try:
                said = said or self._asking.asked("GET", f"{where}?wait={_WAIT}").json()
                state, held = str(said.get("state")), _whole(said.get("held"), size)
                patience.reached(held)
                if state == "done":
                    return _final(Answer.from_json(said.get("answer")))
                if state == "waiting":
                    told("merging", 0, 0)
                    said, looked = None, looked + 1
                    if looked > _LOOKS:
                        raise SyncError("lan.still-merging")
                    continue
                told("sending", held, size)
                sent += 1
                if sent > len(ends) + _STRAYS:
                    raise SyncError("lan.unexpected", reason=f"{held}")
                end = next((each for each in ends if each > held), size)
                said = self._asking.asked(
                    "PUT", f"{where}?at={held}&of={size}", _read(path, held, end)
                ).json()
            except CutError as cut:
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
        patience = _Patience(self._asking)
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
            except CutError as cut:
                patience.lost(cut)
                held = beside.stat().st_size if beside.exists() else 0
            except SyncError as error:
                if error.code not in {"lan.unknown", "lan.damaged"}:
                    raise
                named = {}  # the office began anew, or it was cut in the wrong place
                patience.lost(error)
            except OSError as error:
                raise refused(error, folder) from error
        raise SyncError("lan.cut", address=str(self._asking.address), reason="")

    # -- a return pack ------------------------------------------------------------------------------------

    def _named(self) -> dict[str, Any]:
        """What names the pack, once it is made; nothing yet where that takes long."""
        said = self._asking.asked("POST", f"{PREFIX}/return?wait={_WAIT}").json()
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

        self._asking.asked("GET", where, headers=headers, taken=written)
        return held


class _Patience:
    """How often to try again: longer and longer apart, and from the beginning whenever it went on in between."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._furthest = 0
        self._lost = 0

    def reached(self, held: int) -> None:
        """So much is there now."""
        if held > self._furthest:
            self._furthest, self._lost = held, 0

    def lost(self, reason: Exception) -> None:
        """Wait before the next try. Raises SyncError("lan.unreachable"), ("lan.cut") when it was tried often enough."""
        has_met = self._asking.has_met
        pauses = _PAUSES if has_met else _FIRST_PAUSES
        if self._lost >= len(pauses):
            code = "lan.cut" if has_met else "lan.unreachable"
            raise SyncError(code, address=str(self._asking.address), reason=str(reason)) from reason
        self._asking.wait(pauses[self._lost])
        self._lost += 1


def _final(answer: Answer) -> Answer:
    """An answer that says what became of a bundle. Raises SyncError("lan.office-failed") for one that does not."""
    if answer.refusal.startswith("lan."):
        raise SyncError(answer.refusal)
    return answer


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
