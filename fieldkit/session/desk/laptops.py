"""The laptops as a desk looks after them: enrolled, revoked, when each was last heard of, and what is odd about it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.explain import explain_code
from fieldkit.i18n import N_, _
from fieldkit.office.media import cards_on, media
from fieldkit.office.roles import Act
from fieldkit.session.code_parts import CodeParts, Heard
from fieldkit.session.desk.told import told
from fieldkit.wording import labelled
from sync import Device, Enrolment, KeyCard, SyncError, enrolment_codes, read_card
from sync.digits import spoken
from sync.office_facts import read_facts

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk

UNSEEN_DAYS = "unseen_days"
"""The line of `office.toml` that says after how many days without a stick a laptop is counted on Home."""
_UNSEEN_DAYS = 3

_ODD = {"clone": N_("was copied"), "rollback": N_("was set back")}


@dataclass(frozen=True, slots=True)
class Laptop:
    """A laptop. days: since it was last heard of, or enrolled where it never was. is_unseen: more than the office allows for."""

    device: Device
    days: int
    is_unseen: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A key card that was read. path: its file, None where it came as digits. is_known: whether it was enrolled already."""

    card: KeyCard
    path: Path | None
    is_known: bool = False

    @property
    def name(self) -> str:
        """What the laptop calls itself."""
        return self.card.name


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A laptop that was enrolled. path: the answer that travels back, None where it is shown as a code alone; failing: why it
    could not be written.
    """

    enrolment: Enrolment
    card: KeyCard
    path: Path | None
    failing: FieldkitError | None


class Laptops:
    """The laptops of an office, at one desk. Every part needs the right to enrol and revoke."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._parts = CodeParts()

    # -- looking ------------------------------------------------------------------------------------------

    @told()
    def all(self) -> list[Laptop]:
        """Every laptop, in the order of the names. Raises FieldkitError."""
        self._desk.need(Act.TRUST)
        most, today = self._unseen_days(), self._desk.office.now().date()
        return [self._laptop(each, today, most) for each in self._desk.office.devices()]

    @told()
    def state(self) -> str:
        """How many were not heard of for a while, and of how many something was found, for Home. Raises FieldkitError."""
        known = self.all()
        unseen = sum(each.is_unseen for each in known)
        odd = sum(bool(each.device.findings) and not each.device.revoked for each in known)
        said = (
            [_("{count} not seen for {days} {days:day|days}", count=unseen, days=self._unseen_days())]
            if unseen
            else []
        )
        return _(", ").join(said + ([_("{count} to look at", count=odd)] if odd else []))

    def line(self, laptop: Laptop) -> str:
        """A laptop in a list: its name, when it was last heard of, and what is to be known of it."""
        device = laptop.device
        said = [
            _("not seen for {days} {days:day|days}", days=laptop.days)
            if laptop.is_unseen
            else self._seen(device)
        ]
        said += [_("revoked")] if device.revoked else []
        said += [_(_ODD[kind]) for kind in device.findings]
        return labelled(device.name, _(", ").join(said))

    @told()
    def lines(self, laptop: Laptop) -> list[str]:
        """All that is known of a laptop, and what to do about what was found. Raises FieldkitError."""
        self._desk.need(Act.TRUST)
        device = laptop.device
        first, last = device.enrolment.number_block
        lines = [
            self._seen_and_when(laptop),
            _("enrolled since {day}; household numbers {first} to {last}", day=device.enrolment.since, first=first, last=last),
        ]  # fmt: skip
        if device.replaces:
            lines.append(_("It replaces {laptop}.", laptop=self._desk.words.laptop(device.replaces)))
        if device.revoked:
            lines.append(_("Revoked: what it brings waits under “Kept aside” until somebody lets it in."))
        return lines + [explain_code(f"device.{kind}", {}) for kind in device.findings]

    def _laptop(self, device: Device, today: date, most: int) -> Laptop:
        last = datetime.fromisoformat(device.seen or device.enrolment.since)
        here = last.astimezone(self._desk.office.now().tzinfo) if last.tzinfo else last
        days = max(0, (today - here.date()).days)
        return Laptop(device, days, days >= most and not device.revoked)

    def _seen(self, device: Device) -> str:
        return _("last heard of {day}", day=device.seen[:10]) if device.seen else _("not heard of yet")

    def _seen_and_when(self, laptop: Laptop) -> str:
        seen = laptop.device.seen
        if seen and laptop.days:
            return _("last heard of {day}, {days} {days:day|days} ago", day=seen[:10], days=laptop.days)
        return _("last heard of {day}, today", day=seen[:10]) if seen else self._seen(laptop.device)

    def _unseen_days(self) -> int:
        said = read_facts(self._desk.office.folder).get(UNSEEN_DAYS)
        return said if type(said) is int and said > 0 else _UNSEEN_DAYS

    # -- enrolling ----------------------------------------------------------------------------------------

    @told()
    def cards(self) -> list[Card]:
        """The key cards on the sticks that are in. It reads sticks, so it is asked off the screen's thread. Raises FieldkitError."""
        self._desk.need(Act.TRUST)
        office, found = self._desk.office, []
        for medium in media(office.folder):
            with suppress(OSError):
                for path in cards_on(medium):
                    with suppress(SyncError):
                        found.append((KeyCard.from_file(path), path))
        return [Card(card, path, office.known(card.device) is not None) for card, path in found]

    def card_line(self, card: Card) -> str:
        """A key card that was found: of which laptop, whether that is enrolled, and where it lies."""
        assert card.path is not None
        said = [card.name, _("enrolled already")] if card.is_known else [card.name]
        return f"{_(', ').join(said)}  ({card.path.parent.name}/{card.path.name})"

    @told()
    def read(self, typed: str) -> Card | Heard:
        """The card that a line names: a file, or digits of its code; of a code in several parts what is still missing.

        Raises FieldkitError.
        """
        self._desk.need(Act.TRUST)
        if not self._parts.takes(typed):
            path = Path(typed.strip()).expanduser()
            return Card(KeyCard.from_file(path), path)
        heard = self._parts.add(typed)
        return heard if heard.whole is None else Card(read_card(heard.whole), None)

    def compared(self, card: Card) -> str:
        """What two people compare before a laptop is enrolled, for a card is not signed by anybody."""
        return _("Its screen must show: {spoken}", spoken=card.card.spoken())

    @told()
    def enrol(self, card: Card, name: str, replaces: str = "") -> Enrolled:
        """Make a laptop one of ours, and write the answer beside its card. replaces: the id of the laptop it stands in for.

        Raises FieldkitError; a stick that takes no file stops nothing, as the answer is a code too.
        """
        self._desk.need(Act.TRUST)
        office = self._desk.office
        enrolment = office.enroll_card(card.card, name=name.strip() or None, replaces=replaces)
        if card.path is None:
            return Enrolled(enrolment, card.card, None, None)
        try:
            path = office.write_enrolment(enrolment, card.path.parent)
        except SyncError as error:
            return Enrolled(enrolment, card.card, None, FieldkitError(error.code, **error.params))
        return Enrolled(enrolment, card.card, path, None)

    def enrolled_lines(self, enrolled: Enrolled) -> list[str]:
        """What became of it, what to compare, and how the answer gets back."""
        first, last = enrolled.enrolment.number_block
        lines = [
            _("{name} is enrolled; its household numbers are {first} to {last}.", name=enrolled.enrolment.name, first=first, last=last),
            self.compared(Card(enrolled.card, None)),
        ]  # fmt: skip
        if enrolled.failing:
            lines.append(explain_code(enrolled.failing.code, enrolled.failing.params))
        back = (
            _("Take {file} back to it, or let it scan this code:", file=enrolled.path.name)
            if enrolled.path
            else _("Let it scan this code:")
        )
        return [*lines, back]

    def codes(self, enrolled: Enrolled, most: int) -> tuple[str, ...]:
        """The answer as digits, in parts of at most `most`."""
        return enrolment_codes(enrolled.enrolment, most)

    def read_aloud(self, enrolled: Enrolled) -> list[str]:
        """The digits of the answer in groups, for whoever has no scanner."""
        said = _(
            "Without a scanner: type or read out these groups line by line; the last digit of each checks it."
        )
        return [said, *map(spoken, enrolment_codes(enrolled.enrolment))]

    # -- revoking -----------------------------------------------------------------------------------------

    @told()
    def revoke(self, device: str, last: str = "") -> None:
        """Take no more from a laptop without asking; nothing is dropped. last: the last number of its chain that is still taken, "" for
        all that is here. Raises FieldkitError("laptop.last").
        """
        self._desk.need(Act.TRUST)
        text = last.strip()
        if text and not text.isdecimal():
            raise FieldkitError("laptop.last", text=text)
        self._desk.office.revoke(device, int(text) if text else None)
