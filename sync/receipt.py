"""Receipts: the office's signed word of what it holds, by content."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
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
    """What an office held at a moment. generation: raised when its archive was restored from a backup.

    also: ids of revisions held beside these, at places that two revisions claim. bundles: of those from this laptop that
    brought revisions of other laptops too, the ids of all that were taken in whole.
    """

    office: str
    generation: int
    made: str
    held: tuple[Held, ...]
    copies: int = 1
    signature: bytes = b""
    also: tuple[str, ...] = ()
    bundles: tuple[str, ...] = ()

    def signed_by(self, key: DeviceKey) -> Receipt:
        """The same with the office's signature."""
        return replace(self, signature=key.sign(_DOMAIN + dumps(self._plain())))

    def is_genuine(self, office_public: bytes) -> bool:
        """Whether that office signed it."""
        return verify_signature(office_public, _DOMAIN + dumps(self._plain()), self.signature)

    def covers(self, envelope: Envelope) -> bool:
        """Whether the office holds a revision at the place of that one."""
        return self.covers_place(envelope.device, envelope.epoch, envelope.sequence)

    def covers_place(self, device: str, epoch: str, sequence: int) -> bool:
        """Whether the office holds a revision at that place of a laptop's chain."""
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
            also = tuple(str(each) for each in data.get("also", ()))
            bundles = tuple(str(each) for each in data.get("bundles", ()))
            return cls(
                office, int(data["generation"]), made, held, int(data["copies"]), signature, also, bundles
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise SyncError("pack.unreadable", path="", reason=str(error)) from error

    def _plain(self) -> dict[str, Any]:
        plain: dict[str, Any] = {
            "office": self.office,
            "generation": self.generation,
            "made": self.made,
            "copies": self.copies,
            "held": [[h.device, h.epoch, h.sequence, h.head, list(h.beyond)] for h in self.held],
        }
        # Left out where there is none, as receipts were before there could be any.
        later = {"also": self.also, "bundles": self.bundles}
        return plain | {name: list(ids) for name, ids in later.items() if ids}


def acknowledged(
    device: str, epoch: str, links: Iterable[tuple[int, str, str | None]]
) -> tuple[Held, tuple[str, ...]]:
    """What a receipt says of one chain, and the ids it names beside that.

    links: of every revision held of it the sequence, the id, and the id that it names as the one before. Only what
    follows without a break counts as held up to a place: beside a copied disk another revision may stand there than the
    one that goes on. From the first such place on, ids are named, as places say nothing of which way is meant.
    """
    places: dict[int, dict[str, str | None]] = {}
    for sequence, each, previous in links:
        places.setdefault(sequence, {})[each] = previous
    last, head = 0, ""
    while following := sorted(
        each for each, previous in places.get(last + 1, {}).items() if not last or previous == head
    ):
        last, head = last + 1, following[0]
    doubtful = [
        sequence
        for sequence, found in places.items()
        if len(found) > 1
        or (sequence - 1 in places and not places[sequence - 1].keys() & set(found.values()))
    ]
    first = min(doubtful, default=max(places, default=0) + 1)
    named = sorted(each for sequence, found in places.items() if sequence >= first for each in found)
    beyond = tuple(sorted(sequence for sequence in places if sequence > last))
    return Held(device, epoch, last, head, beyond), tuple(named)
