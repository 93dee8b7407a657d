"""Households and visits as the laptop knows them: derived in memory from records, never stored twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from threading import Lock

from fieldkit.fieldwork.duplicates import Registered
from fieldkit.fieldwork.same_person import SAME_PERSON, Decision, Row, Standing, decision_of, stand
from fieldkit.fieldwork.search import Findings, How, SearchIndex, found_by, route_of
from fieldkit.records import Record
from fieldkit.xforms.answers import Answer

HOUSEHOLD = "household"
VISIT = "visit"
_NO_CONTACT = "none"
_OF_OTHERS = frozenset({"neighbour", "village_office"})
_GONE = frozenset({"deleted", "withdrawn", "erased"})


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
    `members`. also_named: what members are called in rows elsewhere that are the same person. phone: its own as it was
    given, to be found by and shown masked; "" for none and for that of a neighbour or the village office.
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
    also_named: tuple[str, ...] = ()

    @property
    def head(self) -> str:
        """The name of the head, else of the first member, else ""; of those counted elsewhere only where nobody is left."""
        people = self.members or [person for person, _row in self.elsewhere]
        named = [person.name for person in people if person.relation == "0"]
        return (named or [person.name for person in people] or [""])[0]

    @property
    def names(self) -> Iterable[str]:
        """What its people are found by: their names, then what they are called elsewhere."""
        return (*(person.name for person in self.members), *self.also_named)


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

    index: one made for earlier records, of which only what differs is made anew.
    """

    def __init__(self, records: Iterable[Record], index: SearchIndex | None = None) -> None:
        self.households: dict[str, Household] = {}
        self.standing: Standing = stand(())
        self._decisions: dict[str, Decision] = {}
        self._registered: dict[str, Household] = {}
        self.visits: dict[str, list[Visit]] = {}
        self._household_of: dict[str, str] = {}
        self._led: dict[str, list[Row]] = {}
        self._beside: dict[str, set[str]] = {}
        self._index = index or SearchIndex()
        self._stale = self._index.numbers()
        self._indexing = Lock()
        kept = list(records)
        self._decide(record for record in kept if record.form == SAME_PERSON)
        for record in kept:
            if record.form != SAME_PERSON:
                self.take(record)

    def take(self, record: Record) -> None:
        """Bring in a record, or its newer state; a household or visit that is no longer live goes.

        What is registered and what is decided of people make the households that are shown; the index follows those.
        """
        if record.form == HOUSEHOLD:
            self._register(record)
        elif record.form == SAME_PERSON:
            self._decide([record])
        elif record.form == VISIT:
            self._take_visit(record)

    def _register(self, record: Record) -> None:
        household = household_of(record)
        before = self._registered.get(self._household_of.pop(record.id, ""))
        changed = set()
        if before is not None and before.record == record.id:
            changed.add(before.id)
            del self._registered[before.id]
        if household.id and record.state not in _GONE:
            changed.add(household.id)
            self._registered[household.id] = household
            self._household_of[record.id] = household.id
        self._show(changed.union(*(self._beside.get(number, ()) for number in changed)))

    def _take_visit(self, record: Record) -> None:
        visit = _visit(record)
        before = self._household_of.pop(record.id, visit.household)
        others = [each for each in self.visits.pop(before, []) if each.record != record.id]
        if record.state in _GONE:
            if others:
                self.visits[before] = others
            return
        self._household_of[record.id] = visit.household
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
        for number in set(numbers):
            self._stale.add(number)
            household = self._registered.get(number)
            if household is None:
                self.households.pop(number, None)
                continue
            stays = {each.id: self.kept((number, each.id)) for each in household.members}
            gone = [each for each in household.members if stays[each.id] != (number, each.id)]
            led = [person.name for person in map(self.registered, self._led.get(number, ())) if person]
            if gone or led:
                household = replace(
                    household,
                    members=tuple(each for each in household.members if each not in gone),
                    elsewhere=tuple((each, stays[each.id]) for each in gone),
                    also_named=tuple(led),
                )
            self.households[number] = household

    def wants_no_contact(self, number: str) -> bool:
        """Whether a household last said, or said by withdrawing its consent, that nobody is to contact it."""
        household = self.households.get(number)
        said = [household.contact] if household else []
        said += [visit.contact for visit in self.visits.get(number, ())]
        return next((each == _NO_CONTACT for each in reversed(said) if each), False)

    def find(self, text: str) -> Findings:
        """Households by a member's name (characters, pinyin, initials, also as local speech confuses them), number, end of
        the telephone number, or address note; what matches exactly before what only sounds alike (`How`).

        Who wants no contact is not found by a telephone number.
        """
        with self._indexing:
            self._refresh()
            found = self._index.find(text)
        found = [
            (how, [each for each in numbers if how is not How.PHONE or not self.wants_no_contact(each)])
            for how, numbers in found
        ]
        known = self.households
        return Findings(found, lambda how, number: found_by(known[number], how, text))

    def warm(self) -> None:
        """Make the search index now rather than at the first key."""
        with self._indexing:
            self._refresh()

    def _refresh(self) -> None:
        changed, self._stale = self._stale, set()
        for number in changed - self.households.keys():
            self._index.drop(number)
        for household in sorted(
            (self.households[each] for each in changed & self.households.keys()), key=route_of
        ):
            self._index.put(household)


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
