"""What a laptop knows of itself: its key, its place in its chain, its office, its household numbers."""

from __future__ import annotations

import base64
import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tinydb import where

from fieldkit.errors import FieldkitError
from fieldkit.store import Workspace
from sync import DeviceKey, Enrolment, HybridClock, KeyCard, OfficeCard, Revision, SyncError
from sync.files import write_file

_NAME = "device"
_OWN_BLOCK = (9800, 9999)
"""The numbers a laptop gives before it is enrolled; offices begin at 1."""


class Device:
    """The laptop of one workspace. `source` makes key and epoch repeatable, for the demo alone.

    state: what is kept of it in the workspace's `meta` table.
    """

    def __init__(self, workspace: Workspace, source: random.Random | None) -> None:
        self._workspace = workspace
        stored = workspace.meta.get(where("name") == _NAME)
        self.state: dict[str, Any] = dict(stored) if stored else self._new(source)
        self.key = DeviceKey(base64.b64decode(self.state["key"]))
        self.clock = HybridClock(self.state["hlc"])

    @property
    def epoch(self) -> str:
        """The id of this installation."""
        return str(self.state["epoch"])

    @property
    def enrolment(self) -> Enrolment | None:
        """The office's word that this laptop is its own, None before that."""
        kept = self.state.get("enrolment")
        return Enrolment.from_bytes(base64.b64decode(kept)) if kept else None

    def card(self) -> KeyCard:
        """What the office needs to enrol it."""
        return KeyCard(self._workspace.name, self.key.public, self.epoch)

    def write_card(self, path: Path) -> None:
        """Write the key card. Raises SyncError("medium.…")."""
        write_file(path, self.card().to_bytes())

    def trust(self, office: OfficeCard) -> None:
        """From now on listen to this office alone, and let it help when the passphrase is forgotten."""
        self.remember(office=office.office)
        self._workspace.seal_for(office.recipients)

    def enrol(self, path: Path) -> Enrolment:
        """Take the office's enrolment.

        Raises SyncError, FieldkitError("enrolment.other-device"), ("enrolment.other-office").
        """
        try:
            enrolment = Enrolment.from_bytes(path.read_bytes(), path)
        except OSError as error:
            raise SyncError("enrolment.unreadable", path=str(path), reason=str(error)) from error
        self.take_enrolment(enrolment, path)
        return enrolment

    def take_enrolment(self, enrolment: Enrolment, path: Path) -> None:
        """Keep an enrolment that came in a file. Raises as `enrol`."""
        if enrolment.device != self.key.id:
            raise FieldkitError("enrolment.other-device", path=str(path), name=enrolment.name)
        if self.state.get("office", enrolment.office) != enrolment.office:
            raise FieldkitError("enrolment.other-office", path=str(path), office=enrolment.office_name)
        self.remember(enrolment=base64.b64encode(enrolment.to_bytes()).decode("ascii"))
        self._workspace.seal_for(enrolment.recipients)

    def next_number(self) -> int:
        """The next running number of its block. Raises FieldkitError("numbers.exhausted")."""
        first, last = self.enrolment.number_block if self.enrolment else _OWN_BLOCK
        number = max(first, int(self.state.get("number", 0)) + 1)
        if number > last:
            raise FieldkitError("numbers.exhausted", first=first, last=last)
        return number

    def take_number(self) -> None:
        """Give the next number out for good."""
        self.remember(number=self.next_number())

    def skip_numbers(self, last: int) -> None:
        """Count numbers up to `last` as given out."""
        self.remember(number=last)

    def begin_epoch(self) -> None:
        """Go on in a new chain, as a new installation would: another has gone on with the old one. Raises StoreError."""
        self.remember(epoch=secrets.token_hex(8), sequence=0, previous=None)

    def remember(self, **changes: Any) -> None:
        """Keep changes of its state."""
        self._workspace.meta.update(changes, where("name") == _NAME)
        self.state |= changes

    @contextmanager
    def batch(self) -> Iterator[None]:
        """One commit of the workspace. Where it is refused, the laptop's own state is again what is kept of it."""
        try:
            with self._workspace.db.batch():
                yield
        except BaseException:
            kept = self._workspace.meta.get(where("name") == _NAME)
            assert kept is not None
            self.state = dict(kept)
            raise

    @property
    def tip(self) -> tuple[str, int, str]:
        """Where its chain stands: epoch, sequence and id of its last revision."""
        return self.epoch, int(self.state["sequence"]), self.state["previous"] or ""

    def chained(self, revision: Revision) -> dict[str, Any]:
        """What its state becomes after a revision."""
        envelope = revision.envelope
        return {"sequence": envelope.sequence, "previous": revision.id, "hlc": envelope.hlc}

    def _new(self, source: random.Random | None) -> dict[str, Any]:
        seed = source.randbytes(32) if source else secrets.token_bytes(32)
        epoch = f"{source.getrandbits(64):016x}" if source else secrets.token_hex(8)
        key = base64.b64encode(seed).decode("ascii")
        state = {"name": _NAME, "key": key, "epoch": epoch, "sequence": 0, "previous": None, "hlc": ""}
        self._workspace.meta.insert(state)
        return state


def read_office_card(path: Path) -> OfficeCard:
    """The card of an office. Raises SyncError("office-card.unreadable")."""
    return OfficeCard.from_file(path)
