"""Households as they are registered, what is decided of people who may be registered twice, and what both come to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fieldkit.fieldwork.duplicates import Registered
from fieldkit.fieldwork.households import GONE, Household, Person, household_of
from fieldkit.fieldwork.made import MadeOnce
from fieldkit.fieldwork.same_person import Decision, Pair, Row, Standing, decision_of, stand
from fieldkit.records import Record


class Registrations:
    """The registered households by number, and the decisions.

    Somebody registered twice is a member where her kept row stands (`same_person`); nothing of a record is changed by it.
    """

    def __init__(self) -> None:
        self._registered: dict[str, dict[str, Household | Record]] = {}
        self.households = MadeOnce(self._registered, lambda number: self.all(number)[-1])
        self.standing: Standing = stand(())
        self._number_of: dict[str, str] = {}
        self._decisions: dict[str, Decision] = {}
        self._led: dict[str, list[Row]] = {}
        self._beside: dict[str, set[str]] = {}

    def take(self, record: Record) -> set[str]:
        """Bring in a registration, or its newer state; one that is no longer live goes.

        Gives the numbers of the households that may look different now.
        """
        changed = set()
        before = self._number_of.pop(record.id, "")
        if before:
            changed.add(before)
            del self._registered[before][record.id]
            if not self._registered[before]:
                del self._registered[before]
        number = record.household
        if number and record.state not in GONE:
            changed.add(number)
            self._registered.setdefault(number, {})[record.id] = record
            self._number_of[record.id] = number
        self.households.anew(changed)
        return changed.union(*(self._beside.get(number, ()) for number in changed))

    def all(self, number: str) -> list[Household]:
        """Every registration under a number, in the order they were made: where two laptops made one, the last stands."""
        registered = self._registered.get(number, {})
        for each, known in list(registered.items()):
            if isinstance(known, Record):
                registered[each] = household_of(known)
        return [known for _each, known in sorted(registered.items()) if isinstance(known, Household)]

    def decide(self, records: Iterable[Record]) -> set[str]:
        """Bring in what is decided of rows; gives the numbers of the households that may look different now."""
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
        return {row[0] for rows in moved for row in rows}

    def shown(self, number: str) -> Household:
        """A household with those for members whose kept row is there. Raises KeyError where none is registered."""
        household = self.households[number]
        stays = {each.id: self.kept((number, each.id)) for each in household.members}
        gone = [each for each in household.members if stays[each.id] != (number, each.id)]
        led = [person.name for person in map(self.person, self._led.get(number, ())) if person]
        if not gone and not led:
            return household
        return replace(
            household,
            members=tuple(each for each in household.members if each not in gone),
            elsewhere=tuple((each, stays[each.id]) for each in gone),
            also_named=tuple(led),
        )

    @property
    def decisions(self) -> Iterable[Decision]:
        """What every record says of two rows being one person."""
        return self._decisions.values()

    def person(self, row: Row) -> Person | None:
        """Who stands in a row, whatever is decided about it; None where it is not here."""
        household = self.households.get(row[0])
        return next((each for each in household.members if each.id == row[1]), None) if household else None

    def registered_first(self, pair: Pair) -> Row:
        """Which of two rows stays if they are one person: the one registered first, as ids of records grow with time."""
        records = {row: self.households[row[0]].record if row[0] in self.households else "" for row in pair}
        return min(pair, key=lambda row: (records[row], row))

    def kept(self, row: Row) -> Row:
        """The row that stands for the person of a row: another one where both are the same person and it is here."""
        stays = self.standing.kept.get(row, row)
        return stays if self.person(stays) else row

    def same(self, row: Row) -> frozenset[Row]:
        """Every row that is the same person as the one of `row`, itself among them."""
        stays = self.standing.kept.get(row, row)
        return frozenset({row, stays, *(each for each, kept in self.standing.kept.items() if kept == stays)})

    def people(self, number: str) -> list[Registered]:
        """The members of a household as doubles are looked for: each as registered, whatever is decided."""
        household = self.households[number]
        return [
            Registered(
                number, each.id, each.name, each.birth_year, each.sex, household.village, household.group, household.phone
            )
            for each in household.members
        ]  # fmt: skip
