"""Households and visits as the laptop knows them: derived in memory from records, never stored twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock

from fieldkit.fieldwork.search import Findings, How, SearchIndex, found_by, route_of
from fieldkit.records import Record
from fieldkit.xforms.answers import Answer

HOUSEHOLD = "household"
VISIT = "visit"
_NO_CONTACT = "none"
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
    when it was registered, between spaces: "none" for no contact, "" where nobody was asked. `phone` is there to be found
    by, and shown masked.
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

    @property
    def head(self) -> str:
        """The name of the head, else of the first member, else ""."""
        named = [person.name for person in self.members if person.relation == "0"]
        return (named or [person.name for person in self.members] or [""])[0]


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

    index: one made for earlier records, of which only what differs is made anew.
    """

    def __init__(self, records: Iterable[Record], index: SearchIndex | None = None) -> None:
        self.households: dict[str, Household] = {}
        self.visits: dict[str, list[Visit]] = {}
        self._household_of: dict[str, str] = {}
        self._index = index or SearchIndex()
        self._stale = self._index.numbers()
        self._indexing = Lock()
        for record in records:
            self.take(record)

    def take(self, record: Record) -> None:
        """Bring in a record, or its newer state; one that is no longer live goes."""
        if record.form == HOUSEHOLD:
            self._take_household(record)
        elif record.form == VISIT:
            self._take_visit(record)

    def _take_household(self, record: Record) -> None:
        household = household_of(record)
        before = self._household_of.pop(record.id, "")
        if before and self.households[before].record == record.id:
            del self.households[before]
            self._stale.add(before)
        if household.id and record.state not in _GONE:
            self.put(household)

    def put(self, household: Household) -> None:
        """Bring in a household."""
        self.households[household.id] = household
        self._household_of[household.record] = household.id
        self._stale.add(household.id)

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
            (
                how,
                [each for each in numbers if not self.wants_no_contact(each)]
                if how is How.PHONE
                else numbers,
            )
            for how, numbers in found
        ]
        known = self.households
        return Findings(found, lambda how, number: found_by(known[number], how, text))

    def search(self, text: str, limit: int = 50) -> list[Household]:
        """The first households that `find` finds."""
        return [found.household for found in self.find(text)[:limit]]

    def matched(self, household: Household, text: str) -> str:
        """The name of the member that a search found a household by, "" when it was the head, the number or the place."""
        alone = SearchIndex()
        alone.put(household)
        return next((found_by(household, how, text).member for how, _numbers in alone.find(text)), "")

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
        phone=record.text("phone"),
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
