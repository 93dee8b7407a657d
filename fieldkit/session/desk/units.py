"""The offices elsewhere that letters go to: taking one into the list by its card and the digits read aloud there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.office.roles import Act
from fieldkit.office.units import Unit, add_unit, units
from fieldkit.session.desk.told import told
from sync import OfficeCard
from sync.letters import card_spoken

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk


class Units:
    """The list, for whoever writes letters."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @told()
    def all(self) -> list[Unit]:
        """All of them, by county and name. Raises FieldkitError."""
        self._desk.need(Act.LIAISE)
        return units(self._desk.office)

    @told()
    def ours(self) -> str:
        """The digits of our own card, to be read aloud to an office elsewhere. Raises FieldkitError."""
        self._desk.need(Act.LIAISE)
        return card_spoken(self._desk.office.archive.card())

    @told()
    def card(self, path: Path) -> tuple[OfficeCard, str]:
        """The card in a file, and the digits that whoever gave it away must read aloud. Raises FieldkitError("office-card.unreadable")."""
        self._desk.need(Act.LIAISE)
        card = OfficeCard.from_file(path)
        return card, card_spoken(card)

    @told()
    def add(self, name: str, county: str, card: OfficeCard | None = None, digits: str = "") -> Unit:
        """Take one into the list; without a card it gets its letters on paper. Raises FieldkitError as `add_unit`."""
        self._desk.need(Act.LIAISE)
        return add_unit(self._desk.office, name, county, card, digits, by=self._desk.name)
