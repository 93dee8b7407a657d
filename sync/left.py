"""How many people left without registering, as one laptop says it, signed: a number for each day and village, and
nothing of who they were.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from sync.canonical import dumps
from sync.keys import DeviceKey, verify_signature

_DOMAIN = b"fieldkit left 1\0"
_MOST_DAYS = 5000


@dataclass(frozen=True, slots=True)
class Left:
    """The count of one laptop. device: its id. made: its hybrid clock, by which the latest word counts.

    days: (village, date, how many). before: ids that the same laptop had before it took a new key, whose words this one
    takes the place of.
    """

    device: str
    made: str
    days: tuple[tuple[str, str, int], ...]
    before: tuple[str, ...] = ()
    signature: bytes = b""

    def signed_by(self, key: DeviceKey) -> Self:
        """The same with the laptop's signature."""
        return replace(self, signature=key.sign(_DOMAIN + dumps(self._plain())))

    def is_genuine(self, public: bytes) -> bool:
        """Whether the laptop with that key said it."""
        return verify_signature(public, _DOMAIN + dumps(self._plain()), self.signature)

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {**self._plain(), "signature": base64.b64encode(self.signature).decode("ascii")}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """From plain data. Raises KeyError, TypeError, ValueError."""
        if len(data["days"]) > _MOST_DAYS:
            raise ValueError("it counts more days than there can be")
        days = tuple((str(village), str(day), int(count)) for village, day, count in data["days"])
        before = tuple(str(each) for each in data["before"])
        signature = base64.b64decode(data["signature"], validate=True)
        return cls(str(data["device"]), str(data["made"]), days, before, signature)

    def _plain(self) -> dict[str, Any]:
        return {
            "device": self.device,
            "made": self.made,
            "days": [list(each) for each in self.days],
            "before": list(self.before),
        }
