"""What a laptop knows of itself: its keys, its place in its chain, its office, its household numbers."""

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
from sync import (
    DeviceKey,
    Enrolment,
    HybridClock,
    KeyCard,
    OfficeCard,
    Revision,
    Scan,
    SyncError,
    read_enrolment,
)
from sync.files import write_file
from sync.recipients import identity_of
from sync.sealing import recipient_of

_NAME = "device"
_PARTICIPANTS = 999
_OWN_BLOCK = (9800, 9999)
"""The numbers a laptop gives before it is enrolled; offices begin at 1."""


class Device:
    """The laptop of one workspace. `source` makes keys and epoch repeatable, for the demo alone.

    state: what is kept of it in the workspace's `meta` table.
    """

    def __init__(self, workspace: Workspace, source: random.Random | None) -> None:
        self._workspace = workspace
        stored = workspace.meta.get(where("name") == _NAME)
        self.state: dict[str, Any] = dict(stored) if stored else self._new(source)
        self.key = DeviceKey(base64.b64decode(self.state["key"]))
        self.clock = HybridClock(self.state["hlc"])

    @property
    def identity(self) -> str:
        """The age identity that opens what the office seals for this laptop. A workspace from before there was one
        gets it when it is first asked for. Raises StoreError.
        """
        if not self.state.get("identity"):
            self.remember(identity=identity_of(secrets.token_bytes(32)))
        return str(self.state["identity"])

    @property
    def pseudonyms(self) -> bytes:
        """The secret that pseudonyms of exports are made with; made when it is first asked for. Raises StoreError."""
        if not self.state.get("pseudonyms"):
            self.remember(pseudonyms=secrets.token_hex(32))
        return bytes.fromhex(self.state["pseudonyms"])

    @property
    def epoch(self) -> str:
        """The id of this installation."""
        return str(self.state["epoch"])

    @property
    def enrolment(self) -> Enrolment | None:
        """The office's word that this laptop is its own, None before that."""
        kept = self.state.get("enrolment")
        return Enrolment.from_bytes(base64.b64decode(kept)) if kept else None

    @property
    def earlier(self) -> dict[str, str]:
        """The office's words (base64) for the keys it had before this one, by their ids: what they signed is kept here."""
        return dict(self.state.get("earlier", {}))

    def card(self) -> KeyCard:
        """What the office needs to enrol it. Raises StoreError."""
        return KeyCard(self._workspace.name, self.key.public, self.epoch, recipient_of(self.identity))

    def write_card(self, path: Path) -> None:
        """Write the key card. Raises SyncError("medium.…"), StoreError."""
        write_file(path, self.card().to_bytes())

    def trust(self, office: OfficeCard) -> None:
        """From now on listen to this office alone, and let it help when the passphrase is forgotten."""
        self.remember(office=office.office)
        self._workspace.seal_for(office.recipients)

    def renew(self) -> str:
        """Take a new key, a new identity and a new chain, as after a loss, a restored copy or a clone; give the id of
        the key before. The office must enrol it anew, and may hear which laptop it replaces.

        Raises FieldkitError("key.never-enrolled") where records are signed with a key that no office knows, because
        none could ever check them; StoreError.
        """
        before = self.key.id
        if self.enrolment is None and self.state["sequence"]:
            raise FieldkitError("key.never-enrolled", count=self.state["sequence"])
        words = {**self.earlier, **({before: self.state["enrolment"]} if self.state.get("enrolment") else {})}
        self.remember(**_fresh(None), enrolment=None, earlier=words)
        self.key = DeviceKey(base64.b64decode(self.state["key"]))
        return before

    def enrol(self, path: Path) -> Enrolment:
        """Take the office's enrolment from a file. Raises SyncError, and as `take_enrolment`."""
        try:
            enrolment = Enrolment.from_bytes(path.read_bytes(), path)
        except OSError as error:
            raise SyncError("enrolment.unreadable", path=str(path), reason=str(error)) from error
        self.take_enrolment(enrolment, path)
        return enrolment

    def enrol_by(self, scan: Scan, source: str) -> Enrolment:
        """Take the office's enrolment from digits that were read; `source` names them in a refusal.

        Raises SyncError, and as `take_enrolment`.
        """
        enrolment = read_enrolment(scan, source)
        self.take_enrolment(enrolment, source)
        return enrolment

    def take_enrolment(self, enrolment: Enrolment, source: Path | str) -> None:
        """Keep an enrolment. source: where it came from, for the words of a refusal.

        Raises FieldkitError("enrolment.other-device"), ("enrolment.other-office"), ("enrolment.other-recipient"),
        StoreError.
        """
        if enrolment.device != self.key.id:
            raise FieldkitError("enrolment.other-device", path=str(source), name=enrolment.name)
        if self.state.get("office", enrolment.office) != enrolment.office:
            raise FieldkitError("enrolment.other-office", path=str(source), office=enrolment.office_name)
        # A card is not signed: somebody may have written another recipient on it, to read what comes back.
        if enrolment.device_recipient not in {"", recipient_of(self.identity)}:
            raise FieldkitError("enrolment.other-recipient", path=str(source))
        self.remember(enrolment=base64.b64encode(enrolment.to_bytes()).decode("ascii"))
        self._workspace.seal_for(enrolment.recipients)

    @property
    def number_block(self) -> tuple[int, int]:
        """The first and the last household number it may give."""
        return self.enrolment.number_block if self.enrolment else _OWN_BLOCK

    def next_number(self) -> int:
        """The next running number of its block. Raises FieldkitError("numbers.exhausted")."""
        first, last = self.number_block
        number = max(first, self._given().get(str(first), 0) + 1)
        if number > last:
            raise FieldkitError("numbers.exhausted", first=first, last=last)
        return number

    def take_number(self) -> None:
        """Give the next number out for good."""
        self.skip_numbers(self.next_number())

    def next_participant(self) -> int:
        """The running number of the next participant at a screening, 1 to 999 and then again from 1: one event never has
        as many at one laptop, and the date and the station's digit stand before it.
        """
        return int(self.state.get("participant", 0)) % _PARTICIPANTS + 1

    def take_participant(self) -> None:
        """Give the next participant's number out."""
        self.remember(participant=self.next_participant())

    def skip_participants(self, last: int) -> None:
        """Count participants' numbers up to `last` as given out."""
        if last > int(self.state.get("participant", 0)):
            self.remember(participant=last)

    def skip_numbers(self, last: int) -> None:
        """Count numbers of its block up to `last` as given out."""
        self.remember(numbers={**self._given(), str(self.number_block[0]): last})

    def _given(self) -> dict[str, int]:
        """The last number given of each block it ever had, by the block's first."""
        if "numbers" in self.state:
            return dict(self.state["numbers"])
        # Workspaces once kept one number, whatever block it was of.
        number, (first, last) = int(self.state.get("number", 0)), self.number_block
        return {str(first): number} if first <= number <= last else {}

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
        state = {"name": _NAME, "hlc": "", **_fresh(source)}
        self._workspace.meta.insert(state)
        return state


def _fresh(source: random.Random | None) -> dict[str, Any]:
    """Keys that nobody has, and the beginning of a chain."""
    seed = source.randbytes(32) if source else secrets.token_bytes(32)
    epoch = f"{source.getrandbits(64):016x}" if source else secrets.token_hex(8)
    identity = source.randbytes(32) if source else secrets.token_bytes(32)
    return {
        "key": base64.b64encode(seed).decode("ascii"), "epoch": epoch, "identity": identity_of(identity),
        "sequence": 0, "previous": None,
    }  # fmt: skip


def read_office_card(path: Path) -> OfficeCard:
    """The card of an office. Raises SyncError("office-card.unreadable")."""
    return OfficeCard.from_file(path)
