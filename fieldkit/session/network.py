"""An exchange with the office over the local network: the bundle and the return pack of a stick, without the stick."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from fieldkit.errors import FieldkitError, StoreError
from fieldkit.exchange import Exchange
from fieldkit.session.returns import Returned
from fieldkit.session.sticks import Sticks
from sync import Enrolment, SyncError, spoken_code
from sync.lan.address import Address
from sync.lan.client import OfficeLink
from sync.lan.site import Answer

Told = Callable[[str, int, int], None]
"""Told what goes on ("looking", "writing", "sending", "merging", "fetching", "waiting"), how much is done, and of how much; what it
raises stops the exchange, which goes on there the next time.
"""
_MOMENT = 0.2
"""Seconds after which somebody who wants to stop is heard."""
_ADDRESS, _ON_ITS_WAY = "address", "on_its_way"


@dataclass(frozen=True, slots=True)
class Sent:
    """A bundle that the office has answered. failing: what this laptop could not write about it on its own disk."""

    file: str
    sha256: str
    answer: Answer
    failing: StoreError | None = None

    @property
    def code(self) -> str:
        """The digits that the office says too."""
        return spoken_code(self.sha256)


@dataclass(slots=True)
class Met:
    """What an exchange came to. address: where the office was. sent: a bundle left from last time, then the new one.

    returned: what came back each time.
    """

    address: str
    office: str
    sent: list[Sent] = field(default_factory=list)
    returned: list[Returned] = field(default_factory=list)

    @property
    def only_here(self) -> int:
        """Records that the office has not acknowledged."""
        return self.returned[-1].only_here


class Network:
    """The exchanges of one session over the network. outbox: where a bundle lies while it is on its way; inbox: where what
    comes back does until it is taken.
    """

    def __init__(self, exchange: Exchange, sticks: Sticks, outbox: Path, inbox: Path) -> None:
        self._exchange = exchange
        self._sticks = sticks
        self._outbox = outbox
        self._inbox = inbox

    @property
    def address(self) -> str:
        """Where the office was the last time, "" if it never was anywhere."""
        return str(self._exchange.device.state.get(_ADDRESS, ""))

    def meet(self, typed: str, told: Told) -> Met:
        """Send the office what it does not hold, and take what it has for this laptop.

        typed: its address, "" to look for it on the network. A bundle that was on its way when a try broke off goes first,
        from where it stopped. Raises FieldkitError("export.not-enrolled"), ("lan.…"), ("medium.…") with the words for any
        refusal.
        """
        enrolment = self._exchange.device.enrolment
        if enrolment is None:
            raise FieldkitError("export.not-enrolled")
        try:
            address = Address.parse(typed) if typed.strip() else _found(enrolment, told)
            with OfficeLink(address, enrolment, self._exchange.device.key, _patient(told)) as link:
                met = Met(str(address), enrolment.office_name)
                self._exchange_with(link, met, told)
        except SyncError as error:
            raise FieldkitError(error.code, **error.params) from error
        self._remember(**{_ADDRESS: str(address)})
        return met

    def _exchange_with(self, link: OfficeLink, met: Met, told: Told) -> None:
        if (left := self._left()) is not None:
            met.sent.append(self._send(link, *left, told))
            met.returned.append(self._fetch(link, told))
        try:
            exported = self._sticks.export(
                self._outbox, progress=lambda done, of: told("writing", done, of), remember=False
            )
        except FieldkitError as error:
            if error.code != "export.nothing":
                raise
        else:
            bundle = exported.bundle
            self._remember(**{_ON_ITS_WAY: [bundle.path.name, bundle.sha256]})
            met.sent.append(self._send(link, bundle.path, bundle.sha256, told, exported.failing))
            met.returned.append(self._fetch(link, told))
        if not met.returned:
            met.returned.append(self._fetch(link, told))

    def _send(
        self, link: OfficeLink, path: Path, sha256: str, told: Told, failing: StoreError | None = None
    ) -> Sent:
        try:
            answer = link.send(path, sha256, told)
        except SyncError as error:
            if error.code in {"lan.damaged", "lan.too-large"}:
                self._forget(path)
            raise
        self._forget(path)
        return Sent(path.name, sha256, answer, failing)

    def _fetch(self, link: OfficeLink, told: Told) -> Returned:
        path = link.fetch(self._inbox, told)
        try:
            return self._sticks.take(path, remember=False)
        except StoreError:
            raise
        except FieldkitError as error:  # told beside what was sent
            return Returned(refusals=[(path.name, error)], only_here=self._exchange.status().only_here)
        finally:
            with contextlib.suppress(OSError):
                path.unlink()

    def _left(self) -> tuple[Path, str] | None:
        """The bundle that was on its way when the last try broke off, and its SHA-256."""
        name, sha256 = self._exchange.device.state.get(_ON_ITS_WAY) or ("", "")
        path = self._outbox / name
        return (path, sha256) if name and path.is_file() else None

    def _forget(self, path: Path) -> None:
        """The office has answered: the bundle need not be sent again."""
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        self._remember(**{_ON_ITS_WAY: None})

    def _remember(self, **facts: object) -> None:
        """A disk that refuses costs nothing but a bundle that is written anew the next time."""
        with contextlib.suppress(StoreError):
            self._exchange.device.remember(**facts)


def _patient(told: Told) -> Callable[[float], None]:
    """How to wait before another try, so that somebody may stop that."""

    def wait(seconds: float) -> None:
        while seconds > 0:
            told("waiting", 0, 0)
            time.sleep(min(seconds, _MOMENT))
            seconds -= _MOMENT

    return wait


def _found(enrolment: Enrolment, told: Told) -> Address:
    """Where the office is on the network. Raises SyncError("lan.not-found"), ("lan.no-network")."""
    from sync.lan.discovery import find_office

    told("looking", 0, 0)
    return find_office(enrolment)
