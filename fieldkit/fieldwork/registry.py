"""Households and visits as the laptop knows them: derived in memory from records, never stored twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from fieldkit.fieldwork.duplicates import Registered
from fieldkit.fieldwork.names import search_keys
from fieldkit.fieldwork.same_person import SAME_PERSON, Decision, Row, Standing, decision_of, stand
from fieldkit.records import Record
from fieldkit.xforms.answers import Answer

HOUSEHOLD = "household"
VISIT = "visit"
_NO_CONTACT = "none"
_OF_OTHERS = frozenset({"neighbour", "village_office"})


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

    elsewhere: those of its members who are the same person as another row, each with that row; they are not among
    `members`. phone: its own as it was given, "" for none and for that of a neighbour or the village office.
    """

    id: str
    record: str
    village: str
    group: str
    address: str
    presence: str
    members: tuple[Person, ...]
    contact: str = ""
    phone: str = ""
    elsewhere: tuple[tuple[Person, Row], ...] = ()

    @property
    def head(self) -> str:
        """The name of the head, else of the first member, else ""; of those counted elsewhere only where nobody is left."""
        people = self.members or [person for person, _row in self.elsewhere]
        named = [person.name for person in people if person.relation == "0"]
        return (named or [person.name for person in people] or [""])[0]


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit to a household. `contact`: as in `Household`, agreed to on that visit."""

    record: str
    household: str
    on: str
    outcome: str
    revisit_on: str
    no_more: bool
    contact: str = ""


class Registry:
    """Households by number, their visits, and the search over both.

    Somebody registered twice is a member where her kept row stands (`same_person`); nothing of a record is changed by it.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        self.households: dict[str, Household] = {}
        self.standing: Standing = stand(())
        self._decisions: dict[str, Decision] = {}
        self._registered: dict[str, Household] = {}
        self.visits: dict[str, list[Visit]] = {}
        self._text: dict[str, str] = {}
        self._household_of: dict[str, str] = {}
        self._led: dict[str, list[Row]] = {}
        self._beside: dict[str, set[str]] = {}
        kept = list(records)
        self._decide(record for record in kept if record.form == SAME_PERSON)
        for record in kept:
            if record.form != SAME_PERSON:
                self.take(record)

    def take(self, record: Record) -> None:
        """Bring in a record, or its newer state."""
        if record.form == HOUSEHOLD:
            household = household_of(record)
            if household.id:
                self._registered[household.id] = household
                self._show({household.id, *self._beside.get(household.id, ())})
        elif record.form == SAME_PERSON:
            self._decide([record])
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

    @property
    def registrations(self) -> Mapping[str, Household]:
        """Households by number as they are registered, whatever is decided about their members."""
        return self._registered

    @property
    def decisions(self) -> Iterable[Decision]:
        """What every record says of two rows being one person."""
        return self._decisions.values()

    def registered(self, row: Row) -> Person | None:
        """Who stands in a row of a registration, whatever is decided about it; None where it is not here."""
        household = self._registered.get(row[0])
        return next((each for each in household.members if each.id == row[1]), None) if household else None

    def kept(self, row: Row) -> Row:
        """The row that stands for the person of a row: another one where both are the same person and it is here."""
        stays = self.standing.kept.get(row, row)
        return stays if self.registered(stays) else row

    def same(self, row: Row) -> frozenset[Row]:
        """Every row that is the same person as the one of `row`, itself among them."""
        stays = self.standing.kept.get(row, row)
        return frozenset({row, stays, *(each for each, kept in self.standing.kept.items() if kept == stays)})

    def people(self, number: str) -> list[Registered]:
        """The members of a household as doubles are looked for: each as registered, whatever is decided."""
        household = self._registered[number]
        return [
            Registered(
                number, each.id, each.name, each.birth_year, each.sex, household.village, household.group, household.phone
            )
            for each in household.members
        ]  # fmt: skip

    def _decide(self, records: Iterable[Record]) -> None:
        """Bring in what is decided of rows."""
        for record in records:
            decision = decision_of(record)
            if decision is not None:
                self._decisions[record.id] = decision
            else:
                self._decisions.pop(record.id, None)
        before = self.standing.kept
        self.standing = stand(self._decisions.values())
        self._led = {}
        self._beside = {}
        for row, kept in self.standing.kept.items():
            self._led.setdefault(kept[0], []).append(row)
            for each in (row, kept):
                self._beside.setdefault(each[0], set()).update({row[0], kept[0]})
        moved = set(before.items()) ^ set(self.standing.kept.items())
        self._show({row[0] for rows in moved for row in rows})

    def _show(self, numbers: Iterable[str]) -> None:
        """Work out who is a member of households, from what is registered and what is decided."""
        for number in self._registered.keys() & set(numbers):
            household = self._registered[number]
            stays = {each.id: self.kept((number, each.id)) for each in household.members}
            gone = [each for each in household.members if stays[each.id] != (number, each.id)]
            if gone:
                household = replace(
                    household,
                    members=tuple(each for each in household.members if each not in gone),
                    elsewhere=tuple((each, stays[each.id]) for each in gone),
                )
            self.households[number] = household
            self._text.pop(number, None)

    def _names(self, number: str) -> list[str]:
        """What people of a household are found by: their names, and what those counted here are called elsewhere."""
        household = self.households[number]
        called = [person.name for person in household.members]
        led = map(self.registered, self._led.get(number, ()))
        return called + [person.name for person in led if person]

    def wants_no_contact(self, number: str) -> bool:
        """Whether a household last said, or said by withdrawing its consent, that nobody is to contact it."""
        household = self.households.get(number)
        said = [household.contact] if household else []
        said += [visit.contact for visit in self.visits.get(number, ())]
        return next((each == _NO_CONTACT for each in reversed(said) if each), False)

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
            keys = [key for name in self._names(number) for key in search_keys(name)]
            text = self._text[number] = "\n".join([number, household.address.lower(), *keys])
        return text


def household_of(record: Record) -> Household:
    """Read a household out of a registration record."""
    return Household(
        id=record.text("hh_id"),
        record=record.id,
        village=record.text("village"),
        group=record.text("group_no"),
        address=record.text("addr_note"),
        presence=record.text("presence"),
        members=tuple(_members(record.answers)),
        contact=record.text("contact"),
        phone=record.text("phone") if record.text("phone_owner") not in _OF_OTHERS else "",
    )


def _members(answers: Mapping[str, Answer]) -> Iterable[Person]:
    rows: dict[str, dict[str, str]] = {}
    order: dict[str, float] = {}
    for key, answer in answers.items():
        _, found, inside = key.partition("members/")
        if not found or not isinstance(answer, str):
            continue
        instance, _, name = inside.partition("/")
        if name:
            rows.setdefault(instance, {})[name.rsplit("/", 1)[-1]] = answer
        elif answer:
            order[instance] = float(answer)
    for instance in sorted(order, key=lambda each: (order[each], each)):
        row = rows.get(instance, {})
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
    return Visit(
        record=record.id,
        household=record.text("hh_id"),
        on=record.text("date"),
        outcome=record.text("outcome"),
        revisit_on=record.text("revisit_on"),
        no_more=record.text("wants_no_more") == "yes",
        contact=record.text("contact"),
    )
