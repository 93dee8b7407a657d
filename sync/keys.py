"""Keys of laptops and offices (Ed25519, RFC 8032), key cards, and enrolments signed by an office."""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sync.canonical import dumps, loads_strict
from sync.errors import SyncError

CARD_SUFFIX = ".fkkey"
ENROLMENT_SUFFIX = ".fkenrol"
OFFICE_SUFFIX = ".fkoffice"
BLOCK_SIZE = 200
"""How many running numbers of each village a laptop gets at enrolment; a village has 1 to 9999."""

_ENROLMENT_DOMAIN = b"fieldkit enrolment 1\0"
_GROUP = 5


class DeviceKey:
    """An Ed25519 key. `id` is the first 16 bytes of the SHA-256 of the public key, in hex."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.id = key_id(self.public)

    @classmethod
    def generate(cls, seed: bytes | None = None) -> Self:
        """A new key; a seed of 32 bytes makes it repeatable."""
        return cls(seed or os.urandom(32))

    def to_bytes(self) -> bytes:
        """The private seed; keep it sealed."""
        return self._seed

    def sign(self, message: bytes) -> bytes:
        """The signature of a message that begins with its domain."""
        return self._private.sign(message)


def key_id(public: bytes) -> str:
    """What a public key is called."""
    return hashlib.sha256(public).hexdigest()[:32]


def verify_signature(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is that of `message` under `public`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class KeyCard:
    """What a laptop shows to be enrolled: nothing secret."""

    name: str
    public: bytes
    epoch: str

    @property
    def device(self) -> str:
        """The id of the key."""
        return key_id(self.public)

    def to_bytes(self) -> bytes:
        """As a file."""
        return dumps(
            {"fieldkit": "key 1", "name": self.name, "public": _b64(self.public), "epoch": self.epoch}
        )

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Read a card. Raises SyncError("card.unreadable")."""
        try:
            data = loads_strict(path.read_bytes().strip())
            public = base64.b64decode(data["public"], validate=True)
            Ed25519PublicKey.from_public_bytes(public)
            return cls(str(data["name"]), public, str(data["epoch"]))
        except (OSError, SyncError, KeyError, TypeError, ValueError) as error:
            raise SyncError("card.unreadable", path=str(path), reason=str(error)) from error

    def spoken(self) -> str:
        """The key's id in groups that can be read aloud, each with a check digit at its end."""
        digits = str(int(self.device, 16))
        groups = [digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP)]
        return " ".join(
            group + str(sum(int(digit) * (n + 1) for n, digit in enumerate(group)) % 10) for group in groups
        )


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
    recipients: tuple[str, ...] = field(default_factory=tuple)
    signature: bytes = b""

    def signed_by(self, key: DeviceKey) -> Enrolment:
        """The same with the office's signature."""
        return Enrolment(**{**_fields(self), "signature": key.sign(_ENROLMENT_DOMAIN + self._statement())})

    def with_block(self, first: int, last: int) -> Enrolment:
        """The same with its block of numbers."""
        return replace(self, number_block=(first, last))

    def is_genuine(self) -> bool:
        """Whether the office whose key it carries signed it, and both ids belong to their keys."""
        named = self.office == key_id(self.office_public) and self.device == key_id(self.device_public)
        return named and verify_signature(
            self.office_public, _ENROLMENT_DOMAIN + self._statement(), self.signature
        )

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
                signature=base64.b64decode(data["signature"], validate=True),
            )  # fmt: skip
        except (SyncError, KeyError, TypeError, ValueError) as error:
            raise SyncError("enrolment.unreadable", path=str(path), reason=str(error)) from error
        if not made.is_genuine():
            raise SyncError("enrolment.bad-signature", path=str(path))
        return made

    def _plain(self) -> dict[str, Any]:
        return {
            "fieldkit": "enrolment 1", "office": self.office, "office_public": _b64(self.office_public),
            "office_name": self.office_name, "division": self.division, "device": self.device,
            "device_public": _b64(self.device_public), "name": self.name, "since": self.since,
            "block": list(self.number_block), "recipients": list(self.recipients),
        }  # fmt: skip

    def _statement(self) -> bytes:
        return dumps(self._plain())


def _fields(enrolment: Enrolment) -> dict[str, Any]:
    return asdict(enrolment)


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
