"""Letters that offices elsewhere sent us: opened, shown without what may not be seen, and replied to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.office.looks import EVENT as LOOK
from fieldkit.office.roles import Act
from fieldkit.office.units import Unit, units
from fieldkit.session.desk.letters import RESULTS, files_at
from fieldkit.session.desk.told import told
from sync.events import note
from sync.files import write_file
from sync.letters import LETTER_SUFFIX, REPLY_SUFFIX, Item, Letter, Reply, read_letter, sealed_reply

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk

LETTER_IN = "letter-in"
"""What the log of looks calls a letter from elsewhere, which is no record here."""
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Opened:
    """A letter as it is shown. items: what may be seen here; hidden: how many answers may not. unit: whose it is."""

    letter: Letter
    unit: Unit
    items: tuple[Item, ...]
    hidden: int


class Incoming:
    """Letters to this office. Nothing of them is kept here but that somebody looked."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @told()
    def letters_at(self, place: Path) -> list[Path]:
        """A file as it is, or the letters in a folder, the newest first. Raises FieldkitError."""
        self._desk.need(Act.LIAISE)
        return files_at(place, LETTER_SUFFIX)

    @told()
    def read(self, path: Path) -> Opened:
        """Open a letter addressed to this office, by one that is in the list. The look is written down before it is shown.

        Raises FieldkitError("letter.…"), ("letter.expired").
        """
        self._desk.need(Act.LIAISE)
        letter, sender = self._read(path)
        items = tuple(each for each in letter.items if each.tier not in self._desk.hidden)
        tiers = "".join(sorted({each.tier for each in items}))
        if tiers:
            facts = {
                "record": letter.id,
                "form": LETTER_IN,
                "tiers": tiers,
                "by": self._desk.name,
                "why": "letter",
            }
            note(self._desk.office.archive, LOOK, self._desk.device, facts, self._desk.office.now())
        return Opened(letter, sender, items, len(letter.items) - len(items))

    @told()
    def reply(self, path: Path, result: str, folder: Path, text: str = "") -> Path:
        """Write a reply to a letter into a folder, sealed for who sent it. result: of `RESULTS`; text: in our words, no more than
        500 characters.

        Raises FieldkitError as `read`, ("reply.result"), ("reply.text"), SyncError("medium.…").
        """
        self._desk.need(Act.LIAISE)
        if result not in RESULTS:
            raise FieldkitError("reply.result", path=str(path), result=result)
        if len(text) > _LONGEST:
            raise FieldkitError("reply.text", most=_LONGEST)
        letter, sender = self._read(path)
        today = self._desk.session.today()
        reply = Reply(letter.id, self._desk.office.archive.id, letter.sender, result, text.strip(), today)
        where = folder / f"{today:%Y%m%d}-{letter.id[:8]}{REPLY_SUFFIX}"
        write_file(where, sealed_reply(reply, self._desk.office.key, sender.recipients))
        return where

    def _read(self, path: Path) -> tuple[Letter, Unit]:
        office = self._desk.office
        known = {each.id: each for each in units(office) if not each.is_on_paper}
        letter = read_letter(
            path, office.identity, office.archive.id, lambda key: known[key].public if key in known else None
        )
        if letter.until < self._desk.session.today():
            raise FieldkitError("letter.expired", day=letter.until.isoformat())
        return letter, known[letter.sender]
