"""The offices elsewhere that letters go to: their keys as they were compared by voice, kept in the archive's events.

A unit without a card has no fieldkit: it gets its letters printed.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from sync import OfficeCard
from sync.events import note, noted
from sync.letters import card_spoken

if TYPE_CHECKING:
    from fieldkit.office.office import Office

EVENT = "unit"
_is_county = re.compile(r"[0-9]{6}\Z").match


@dataclass(frozen=True, slots=True)
class Unit:
    """An office elsewhere. county: six digits. public: its key (Ed25519), recipients: its age keys; none for one on paper."""

    name: str
    county: str
    public: bytes = b""
    recipients: tuple[str, ...] = ()

    @property
    def is_on_paper(self) -> bool:
        """Whether it has no fieldkit."""
        return not self.public

    @property
    def id(self) -> str:
        """The id of its key, "" for one on paper."""
        return self.card.office if self.public else ""

    @property
    def card(self) -> OfficeCard:
        """Its card, as it was taken."""
        return OfficeCard(self.name, self.county, self.public, self.recipients)


def units(office: Office) -> list[Unit]:
    """All of them, by name; one that was taken again counts as it was last. Raises SyncError."""
    found = {}
    for event in noted(office.archive, EVENT):
        facts = event.facts
        public = base64.b64decode(facts["public"])
        found[facts["name"]] = Unit(facts["name"], facts["county"], public, tuple(facts["recipients"]))
    return sorted(found.values(), key=lambda each: (each.county, each.name))


def unit(office: Office, name: str) -> Unit:
    """The one of that name. Raises FieldkitError("unit.unknown") naming those there are, SyncError."""
    known = units(office)
    for each in known:
        if each.name == name:
            return each
    raise FieldkitError("unit.unknown", name=name, known=", ".join(each.name for each in known))


def add_unit(
    office: Office, name: str, county: str, card: OfficeCard | None, digits: str, *, by: str
) -> Unit:
    """Take an office elsewhere into the list. card: None for one on paper; digits: those of the card, as they were read aloud there.

    Raises FieldkitError("unit.name"), ("unit.county"), ("unit.itself"), ("unit.other-digits"), SyncError.
    """
    if not name.strip() or len(name) > 40:
        raise FieldkitError("unit.name")
    if not _is_county(county):
        raise FieldkitError("unit.county", text=county)
    if card is not None:
        if card.office == office.archive.id:
            raise FieldkitError("unit.itself")
        if _only(digits) != _only(card_spoken(card)):
            raise FieldkitError("unit.other-digits", name=name)
    made = Unit(name.strip(), county, card.public if card else b"", card.recipients if card else ())
    facts = {
        "name": made.name, "county": county, "public": base64.b64encode(made.public).decode("ascii"),
        "recipients": list(made.recipients), "by": by,
    }  # fmt: skip
    note(office.archive, EVENT, office.archive.id, facts, office.now())
    return made


def _only(digits: str) -> str:
    return "".join(each for each in digits if each.isascii() and each.isdigit())
