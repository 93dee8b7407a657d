"""Households and visits as the laptop knows them: derived in memory from records, never stored twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fieldkit.fieldwork.contact import Said, closed_on, is_closed, said_by
from fieldkit.fieldwork.happenings import Happenings
from fieldkit.fieldwork.names import search_keys
from fieldkit.fieldwork.rows import rows_of, texts_of
from fieldkit.records import Record
from fieldkit.xforms.answers import Answer

HOUSEHOLD = "household"
VISIT = "visit"


@dataclass(frozen=True, slots=True)
class Person:
    """A member of a household. `id` is the instance id in its record."""

    id: str
    number: str
    name: str
    sex: str
    birth_year: str
    relation: str
    stay: str


@dataclass(frozen=True, slots=True)
class Household:
    """A registered household. `id` is its number for people, `record` its record, `contact` the ways of contact agreed to
    when it was registered, between spaces: "none" for no contact, "" where nobody was asked.
    """

    id: str
    record: str
    village: str
    group: str
    address: str
    presence: str
    members: tuple[Person, ...]
    contact: str = ""

    @property
    def head(self) -> str:
        """The name of the head, else of the first member, else ""."""
        named = [person.name for person in self.members if person.relation == "0"]
        return (named or [person.name for person in self.members] or [""])[0]


@dataclass(frozen=True, slots=True)
class Appointment:
    """What was agreed on a visit for a day: the topic as the form's code, the place in words or ""."""

    on: str
    topic: str
    place: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit to a household. `contact`: as in `Household`, agreed to on that visit. follow_up: something was asked for
    that somebody is to take care of.
    """

    record: str
    household: str
    on: str
    outcome: str
    revisit_on: str
    no_more: bool
    contact: str = ""
    appointments: tuple[Appointment, ...] = ()
    follow_up: bool = False


class Registry:
    """Households by number, their visits, and the search over both; people by the instance id in their household's
    record, each with its number; and what else was recorded (`happenings`).
    """

    def __init__(self, records: Iterable[Record]) -> None:
        self.households: dict[str, Household] = {}
        self.visits: dict[str, list[Visit]] = {}
        self.people: dict[str, tuple[Person, str]] = {}
        self.happenings = Happenings()
        self._said: dict[str, dict[str, Said]] = {}
        self._heard_of: dict[str, str] = {}
        self._text: dict[str, str] = {}
        self._household_of: dict[str, str] = {}
        for record in records:
            self.take(record)

    def take(self, record: Record) -> None:
        """Bring in a record, or its newer state."""
        if record.form == HOUSEHOLD:
            household = household_of(record)
            if household.id:
                before_it = self.households.get(household.id)
                for person in before_it.members if before_it else ():
                    self.people.pop(person.id, None)
                self.people |= {person.id: (person, household.id) for person in household.members}
                self.households[household.id] = household
                self._text.pop(household.id, None)
        elif record.form == VISIT:
            visit = _visit(record)
            before = self._household_of.get(record.id, visit.household)
            self._household_of[record.id] = visit.household
            others = [each for each in self.visits.pop(before, []) if each.record != record.id]
            if before != visit.household:
                if others:
                    self.visits[before] = others
                others = self.visits.get(visit.household, [])
            self.visits[visit.household] = sorted([*others, visit], key=lambda each: (each.on, each.record))
        else:
            self.happenings.take(record)
        self._hear(record)

    def _hear(self, record: Record) -> None:
        """Keep what a record says of being contacted, in place of what it said before."""
        self._said.get(self._heard_of.pop(record.id, ""), {}).pop(record.id, None)
        heard = said_by(record)
        if heard is not None:
            number = self._heard_of[record.id] = record.text("hh_id")
            self._said.setdefault(number, {})[record.id] = heard

    def wants_no_contact(self, number: str) -> bool:
        """Whether a household said, and did not take back on a later visit, that nobody is to contact it."""
        return is_closed(self._said.get(number, {}).values())

    def still_stands(self, number: str, day: str) -> bool:
        """Whether what was agreed with a household on a day still stands: a wish since to be left alone has ended it."""
        closed = closed_on(self._said.get(number, {}).values())
        return closed is None or day > closed

    def agreed_after(self, number: str, day: str) -> bool:
        """Whether a household agreed to be contacted on a visit after a day."""
        return any(each.opened > day for each in self._said.get(number, {}).values() if each.opened)

    def search(self, text: str, limit: int = 50) -> list[Household]:
        """Households whose number, address or a member's name matches: characters, pinyin or initials.

        In the order of their numbers, those whose head matches first.
        """
        wanted = text.strip().lower()
        if not wanted:
            return []
        found = [number for number in self.households if wanted in self._searchable(number)]
        by_head = [
            number for number in found if any(key.startswith(wanted) for key in self._head_keys(number))
        ]
        rest = [number for number in found if number not in set(by_head)]
        return [self.households[number] for number in [*sorted(by_head), *sorted(rest)][:limit]]

    def matched(self, household: Household, text: str) -> str:
        """The name of the member that a search found a household by, "" when it was the head, the number or the place."""
        wanted = text.strip().lower()
        found = [p.name for p in household.members if any(wanted in key for key in search_keys(p.name))]
        return "" if not found or household.head in found else found[0]

    def warm(self) -> None:
        """Make the search index now rather than at the first key."""
        for number in list(self.households):
            self._searchable(number)

    def _head_keys(self, number: str) -> tuple[str, ...]:
        head = self.households[number].head
        return (*search_keys(head), number) if head else (number,)

    def _searchable(self, number: str) -> str:
        text = self._text.get(number)
        if text is None:
            household = self.households[number]
            keys = [key for person in household.members for key in search_keys(person.name)]
            text = self._text[number] = "\n".join([number, household.address.lower(), *keys])
        return text


def household_of(record: Record) -> Household:
    """Read a household out of a registration record."""
    said = texts_of(record)
    return Household(
        id=said.get("hh_id", ""),
        record=record.id,
        village=said.get("village", ""),
        group=said.get("group_no", ""),
        address=said.get("addr_note", ""),
        presence=said.get("presence", ""),
        members=tuple(_members(record.answers)),
        contact=said.get("contact", ""),
    )


def _members(answers: Mapping[str, Answer]) -> Iterable[Person]:
    for instance, row in rows_of(answers, "members"):
        yield Person(
            id=instance,
            number=row.get("m_no", ""),
            name=row.get("name", ""),
            sex=row.get("sex", ""),
            birth_year=row.get("birth_year", ""),
            relation=row.get("rel", ""),
            stay=row.get("stay", ""),
        )


def _visit(record: Record) -> Visit:
    said = texts_of(record)
    return Visit(
        record=record.id,
        household=said.get("hh_id", ""),
        on=said.get("date", ""),
        outcome=said.get("outcome", ""),
        revisit_on=said.get("revisit_on", ""),
        no_more=said.get("wants_no_more", "") == "yes",
        contact=said.get("contact", ""),
        appointments=tuple(_appointments(record)),
        follow_up=said.get("follow_task", "") == "yes",
    )


def _appointments(record: Record) -> Iterable[Appointment]:
    for _instance, row in rows_of(record.answers, "appt"):
        if row.get("appt_date"):
            yield Appointment(row["appt_date"], row.get("appt_topic", ""), row.get("appt_place", ""))
