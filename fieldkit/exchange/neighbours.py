"""The laptops of the same office that this one knows from sticks: the office's words for them, and how many people left
there without registering. Kept in `meta`, a row for each.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tinydb import where

from fieldkit.exchange.device import Device
from fieldkit.store import Workspace
from sync import MOST_READERS, Enrolment, Left

_NAME = "neighbour"
LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another laptop. met: the day its own file was last on a stick here, "" for one that is known as an author alone."""

    word: Enrolment
    met: str
    left: Left | None


class Neighbours:
    """Those of one workspace; reads `meta` whenever it is asked."""

    def __init__(self, workspace: Workspace, device: Device) -> None:
        self._workspace = workspace
        self._device = device

    def known(self) -> dict[str, Neighbour]:
        """All of them, by their ids."""
        return {row["device"]: _neighbour(row) for row in self._workspace.meta.search(where("name") == _NAME)}

    @property
    def own(self) -> set[str]:
        """The ids of the keys this laptop has and had."""
        return {self._device.key.id, *self._device.earlier}

    def words(self) -> dict[str, Enrolment]:
        """The office's word for every laptop whose revisions this one can prove, by its id; its own keys among them."""
        own = [*self._device.earlier.values(), self._device.state.get("enrolment")]
        words = [Enrolment.from_bytes(base64.b64decode(each)) for each in own if each]
        return {each.device: each for each in words} | {
            device: each.word for device, each in self.known().items()
        }

    def met(self, today: date) -> list[Enrolment]:
        """The laptops whose file was on a stick within 30 days and that none has replaced, those seen last first."""
        known = self.known()
        replaced = {each.replaces for each in self.words().values()} | self.own
        lately = (today - LATELY).isoformat()
        met = [each for device, each in known.items() if each.met >= lately and device not in replaced]
        met.sort(key=lambda each: (each.met, each.word.device), reverse=True)
        return [each.word for each in met][:MOST_READERS]

    def meet(
        self, sender: Enrolment, today: date, authors: Iterable[Enrolment], left: Iterable[Left]
    ) -> None:
        """Keep who wrote a file, and, where it could be opened, what it says of others. Raises StoreError.

        A word that another laptop passes on never takes the place of one that its own laptop showed.
        """
        known, own = self.known(), self.own
        words = {each.device: each for each in authors if each.office == sender.office}
        changed = {
            each.device: Neighbour(each, "", None) for each in words.values() if each.device not in known
        }
        before = known.get(sender.device)
        # A file may lie on the stick for long: a word without a key to seal for is older than one with it.
        word = sender if before is None or sender.device_recipient else before.word
        changed[sender.device] = Neighbour(word, today.isoformat(), before.left if before else None)
        for each in left:
            now = changed.get(each.device) or known.get(each.device)
            if now is not None and _is_news(each, now):
                changed[each.device] = Neighbour(now.word, now.met, each)
        for device, neighbour in changed.items():
            if device not in own and neighbour != known.get(device):
                self._workspace.meta.upsert(
                    _row(neighbour), (where("name") == _NAME) & (where("device") == device)
                )

    def left(self) -> list[Left]:
        """What other laptops say of those who left, each once, by the latest word of it."""
        rows = self._workspace.meta.search(where("name") == _NAME)
        said = [Left.from_json(row["left"]) for row in rows if row["left"]]
        past = {device for each in said for device in each.before}
        return [each for each in said if each.device not in past]


def _is_news(left: Left, neighbour: Neighbour) -> bool:
    is_later = neighbour.left is None or left.made > neighbour.left.made
    return is_later and left.is_genuine(neighbour.word.device_public)


def _neighbour(row: Mapping[str, Any]) -> Neighbour:
    left = Left.from_json(row["left"]) if row["left"] else None
    return Neighbour(Enrolment.from_bytes(base64.b64decode(row["word"])), row["met"], left)


def _row(neighbour: Neighbour) -> dict[str, Any]:
    return {
        "name": _NAME,
        "device": neighbour.word.device,
        "word": base64.b64encode(neighbour.word.to_bytes()).decode("ascii"),
        "met": neighbour.met,
        "left": neighbour.left.to_json() if neighbour.left else None,
    }
