"""Receipts: the office's signed word of what it holds, by content."""

from __future__ import annotations

import base64
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from sync.canonical import dumps
from sync.errors import SyncError
from sync.keys import DeviceKey, verify_signature
from sync.revision import Envelope

_DOMAIN = b"fieldkit receipt 1\0"


@dataclass(frozen=True, slots=True)
class Held:
    """Of one (device, epoch): every revision up to `sequence` is held, `head` is the id of that one.

    gaps: sequences above that are held too, where something between is missing.
    """

    device: str
    epoch: str
    sequence: int
    head: str
    beyond: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an office held at a moment. generation: raised when its archive was restored from a backup."""

    office: str
    generation: int
    made: str
    held: tuple[Held, ...]
    copies: int = 1
    signature: bytes = b""

    def signed_by(self, key: DeviceKey) -> Receipt:
        """The same with the office's signature."""
        signature = key.sign(_DOMAIN + dumps(self._plain()))
        return Receipt(self.office, self.generation, self.made, self.held, self.copies, signature)

    def is_genuine(self, office_public: bytes) -> bool:
        """Whether that office signed it."""
        return verify_signature(office_public, _DOMAIN + dumps(self._plain()), self.signature)

    def of_chains(self, known: Container[str]) -> Receipt:
        """What it says of the chains whose head is among the ids `known` here.

        Of any other the office holds what is not here: the laptop was set back since, or is there twice. What was made
        here at the same places counts as held only when the office has named it.
        """
        return replace(self, held=tuple(each for each in self.held if each.head in known))

    def covers(self, envelope: Envelope) -> bool:
        """Whether the office holds that revision."""
        return self.covers_place(envelope.device, envelope.epoch, envelope.sequence)

    def covers_place(self, device: str, epoch: str, sequence: int) -> bool:
        """Whether the office holds the revision at that place of a laptop's chain."""
        for held in self.held:
            if (held.device, held.epoch) == (device, epoch):
                return sequence <= held.sequence or sequence in held.beyond
        return False

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {**self._plain(), "signature": base64.b64encode(self.signature).decode("ascii")}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """From plain data. Raises SyncError("pack.unreadable")."""
        try:
            held = tuple(
                Held(str(d), str(e), int(s), str(h), tuple(int(each) for each in beyond))
                for d, e, s, h, beyond in data["held"]
            )
            signature = base64.b64decode(data["signature"], validate=True)
            office, made = str(data["office"]), str(data["made"])
            return cls(office, int(data["generation"]), made, held, int(data["copies"]), signature)
        except (KeyError, TypeError, ValueError) as error:
            raise SyncError("pack.unreadable", path="", reason=str(error)) from error

    def _plain(self) -> dict[str, Any]:
        return {
            "office": self.office,
            "generation": self.generation,
            "made": self.made,
            "copies": self.copies,
            "held": [[h.device, h.epoch, h.sequence, h.head, list(h.beyond)] for h in self.held],
        }
