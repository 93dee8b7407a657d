"""Key cards of laptops, cards of offices, and enrolments signed by an office. `sync.codes` shows them as digits."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.canonical import dumps, loads_strict
from sync.digits import spoken
from sync.errors import SyncError
from sync.keys import DeviceKey, key_id, verify_signature
from sync.recipients import recipient_to_bytes

CARD_SUFFIX = ".fkkey"
ENROLMENT_SUFFIX = ".fkenrol"
OFFICE_SUFFIX = ".fkoffice"
BLOCK_SIZE = 200
"""How many running numbers of each village a laptop gets at enrolment; a village has 1 to 9999."""

_CARD_DOMAIN = b"fieldkit card 1\0"
_ENROLMENT_DOMAIN = b"fieldkit enrolment 1\0"


@dataclass(frozen=True, slots=True)
class KeyCard:
    """What a laptop shows to be enrolled: nothing secret.

    recipient: the age recipient (C2SP age, X25519) that what travels to the laptop is sealed for; "" on cards made
    before there was one.
    """

    name: str
    public: bytes
    epoch: str
    recipient: str = ""

    @property
    def device(self) -> str:
        """The id of the key."""
        return key_id(self.public)

    def to_bytes(self) -> bytes:
        """As a file."""
        plain = {"fieldkit": "key 1", "name": self.name, "public": _b64(self.public), "epoch": self.epoch}
        return dumps(plain | ({"recipient": self.recipient} if self.recipient else {}))

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Read a card. Raises SyncError("card.unreadable")."""
        try:
            data = loads_strict(path.read_bytes().strip())
            public = base64.b64decode(data["public"], validate=True)
            Ed25519PublicKey.from_public_bytes(public)
            recipient = str(data.get("recipient", ""))
            if recipient:
                recipient_to_bytes(recipient)
            return cls(str(data["name"]), public, str(data["epoch"]), recipient)
        except (OSError, SyncError, KeyError, TypeError, AttributeError, ValueError) as error:
            raise SyncError("card.unreadable", path=str(path), reason=str(error)) from error

    def spoken(self) -> str:
        """What two people compare to know that a card is the one on the laptop's screen: 39 digits of a hash of both
        its keys, as groups that can be read aloud (`sync.digits.spoken`).
        """
        if not self.recipient:
            return spoken(f"{int(self.device, 16):039}")
        digest = hashlib.sha256(_CARD_DOMAIN + self.public + recipient_to_bytes(self.recipient)).digest()
        return spoken(f"{int.from_bytes(digest[:16], 'big'):039}")


@dataclass(frozen=True, slots=True)
class OfficeCard:
    """What an office shows, so that a new laptop listens to it and to no other: nothing secret.

    recipients: age recipients (C2SP age, X25519) of the office and of those who can stand in for it.
    """

    name: str
    division: str
    public: bytes
    recipients: tuple[str, ...] = ()

    @property
    def office(self) -> str:
        """The id of the office's key."""
        return key_id(self.public)

    def to_bytes(self) -> bytes:
        """As a file."""
        return dumps(
            {
                "fieldkit": "office 1",
                "name": self.name,
                "division": self.division,
                "public": _b64(self.public),
                "recipients": list(self.recipients),
            }
        )

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Read a card. Raises SyncError("office-card.unreadable")."""
        try:
            data = loads_strict(path.read_bytes().strip())
            if data["fieldkit"] != "office 1":
                raise ValueError(data["fieldkit"])
            return cls(
                str(data["name"]),
                str(data["division"]),
                base64.b64decode(data["public"], validate=True),
                tuple(str(each) for each in data["recipients"]),
            )
        except (OSError, SyncError, KeyError, TypeError, ValueError) as error:
            raise SyncError("office-card.unreadable", path=str(path), reason=str(error)) from error


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The office's word that a laptop is one of its own.

    number_block: first and last running number that this laptop gives households, in every village.
    recipients: age recipients (C2SP age, X25519) that what travels to the office is sealed for.
    device_recipient: the age recipient that what travels to the laptop is sealed for; "" in words given before there
    was one. replaces: the id of the laptop it stands in for, "" if it is none's successor.
    """

    office: str
    office_public: bytes
    office_name: str
    division: str
    device: str
    device_public: bytes
    name: str
    since: str
    number_block: tuple[int, int]
    recipients: tuple[str, ...] = ()
    device_recipient: str = ""
    replaces: str = ""
    signature: bytes = b""

    def signed_by(self, key: DeviceKey) -> Self:
        """The same with the office's signature."""
        return replace(self, signature=key.sign(_ENROLMENT_DOMAIN + self._statement()))

    def is_genuine(self) -> bool:
        """Whether the office whose key it carries signed it, and both ids belong to their keys."""
        named = self.office == key_id(self.office_public) and self.device == key_id(self.device_public)
        return named and verify_signature(
            self.office_public, _ENROLMENT_DOMAIN + self._statement(), self.signature
        )

    def with_block(self, first: int, last: int) -> Self:
        """The same with these household numbers, to be signed."""
        return replace(self, number_block=(first, last), signature=b"")

    def completed(self, card: KeyCard, replaces: str = "") -> Self:
        """The same, to be signed anew, with what it did not say yet: the recipient of its laptop's card, and which
        laptop it replaces; itself where there is nothing to add.

        Raises SyncError("card.other-recipient") for a card with another recipient than is written here: anybody can
        write a card, and what is sealed for the laptop must not become theirs.
        """
        if card.recipient and self.device_recipient not in {"", card.recipient}:
            raise SyncError("card.other-recipient", name=self.name, device=self.device)
        said = (self.device_recipient, self.replaces)
        recipient, replaces = card.recipient or self.device_recipient, replaces or self.replaces
        if said == (recipient, replaces):
            return self
        return replace(self, device_recipient=recipient, replaces=replaces, signature=b"")

    def to_bytes(self) -> bytes:
        """As a file."""
        return dumps({**self._plain(), "signature": _b64(self.signature)})

    @classmethod
    def from_bytes(cls, raw: bytes, path: Path | str = "") -> Self:
        """Read and verify. Raises SyncError("enrolment.unreadable"), ("enrolment.bad-signature")."""
        try:
            data = loads_strict(raw.strip())
            first, last = data["block"]
            made = cls(
                office=str(data["office"]), office_public=base64.b64decode(data["office_public"], validate=True),
                office_name=str(data["office_name"]), division=str(data["division"]), device=str(data["device"]),
                device_public=base64.b64decode(data["device_public"], validate=True), name=str(data["name"]),
                since=str(data["since"]), number_block=(int(first), int(last)),
                recipients=tuple(str(each) for each in data["recipients"]),
                device_recipient=str(data.get("device_recipient", "")), replaces=str(data.get("replaces", "")),
                signature=base64.b64decode(data["signature"], validate=True),
            )  # fmt: skip
        except (SyncError, KeyError, TypeError, AttributeError, ValueError) as error:
            raise SyncError("enrolment.unreadable", path=str(path), reason=str(error)) from error
        if not made.is_genuine():
            raise SyncError("enrolment.bad-signature", path=str(path))
        return made

    def _plain(self) -> dict[str, Any]:
        plain = {
            "fieldkit": "enrolment 1", "office": self.office, "office_public": _b64(self.office_public),
            "office_name": self.office_name, "division": self.division, "device": self.device,
            "device_public": _b64(self.device_public), "name": self.name, "since": self.since,
            "block": list(self.number_block), "recipients": list(self.recipients),
        }  # fmt: skip
        later = {"device_recipient": self.device_recipient, "replaces": self.replaces}
        # What is empty is left out, so that a word given before there were these is the statement it was signed as.
        return plain | {name: value for name, value in later.items() if value}

    def _statement(self) -> bytes:
        return dumps(self._plain())


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
