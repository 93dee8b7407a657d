"""The index households are found by, kept in memory: names of all members, number, address note, end of the telephone number.

What is typed is looked for at the beginning of keys that stand in order, so that a key costs what it finds and not what
there is. Results stand in classes (`How`), within a class along the route: village, group, number; never by any value.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, overload

from fieldkit.datatypes import damm, phone
from fieldkit.datatypes.typed import folded
from fieldkit.fieldwork import names

if TYPE_CHECKING:
    from fieldkit.fieldwork.registry import Household

NUMBER_LENGTH = 17
"""Digits of a household number, as it is scanned (fieldkit.datatypes.numbers)."""
_TAILS = (5, 4)
"""Digits of a household number that are read aloud from its end: the running number with the check digit, or the last four."""
_TAIL_LEAST = 3
_PHONE_LEAST = 4
_FEW = 200
_END = "\U0010ffff"

_Route = tuple[str, int, str]


class How(IntEnum):
    """How a household was found, in the order results stand in."""

    NUMBER = 0
    HEAD = 1
    MEMBER = 2
    PHONE = 3
    PLACE = 4
    NEAR_HEAD = 5
    NEAR_MEMBER = 6

    @property
    def is_near(self) -> bool:
        """Whether it only sounds like what was typed."""
        return self in {How.NEAR_HEAD, How.NEAR_MEMBER}


@dataclass(frozen=True, slots=True)
class Found:
    """A household that was found. member: the name of the member it was found by, "" where it was the head, the number,
    the place; phone: the masked number it was found by, else "".
    """

    household: Household
    how: How
    member: str = ""
    phone: str = ""


class Findings(Sequence[Found]):
    """Everything a search found, in order; each result is made when somebody looks at it."""

    def __init__(self, numbers: Sequence[tuple[How, str]], make: Callable[[How, str], Found]) -> None:
        self._numbers = numbers
        self._make = make

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, at: int) -> Found: ...

    @overload
    def __getitem__(self, at: slice) -> list[Found]: ...

    def __getitem__(self, at: int | slice) -> Found | list[Found]:
        if isinstance(at, slice):
            return [self._make(*each) for each in self._numbers[at]]
        return self._make(*self._numbers[at])


class _Keys:
    """Keys in order, each with those that have it. Those added are put into their place at the next look."""

    def __init__(self) -> None:
        self._holders: dict[str, list[int]] = {}
        self._ordered: list[str] = []
        self._new: list[str] = []

    def add(self, key: str, holder: int) -> None:
        """Let somebody have a key."""
        holders = self._holders.get(key)
        if holders is None:
            self._holders[key] = [holder]
            self._new.append(key)
        else:
            holders.append(holder)

    def discard(self, key: str, holder: int) -> None:
        """Take a key from somebody."""
        self._settle()
        holders = self._holders[key]
        holders.remove(holder)
        if not holders:
            del self._holders[key]
            del self._ordered[bisect_left(self._ordered, key)]

    def beginning(self, typed: str) -> set[int]:
        """Those who have a key that begins so."""
        if not typed:
            return set()
        self._settle()
        first = bisect_left(self._ordered, typed)
        last = bisect_left(self._ordered, typed + _END, first)
        return set[int]().union(*map(self._holders.__getitem__, self._ordered[first:last]))

    def _settle(self) -> None:
        if len(self._new) > _FEW:
            self._ordered += self._new
            self._ordered.sort()
        else:
            for key in self._new:
                insort(self._ordered, key)
        self._new.clear()


class SearchIndex:
    """What households are found by. A holder of a name key is twice the place of its household, and one more for the head."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Household, int]] = {}
        self._free: list[int] = []
        self._route: list[_Route] = []
        self._rank: list[int] = []
        self._ranked = True
        self._written, self._sounds, self._near, self._initials = (_Keys() for _each in range(4))
        self._numbers, self._phones = _Keys(), _Keys()
        self._addresses: dict[int, str] = {}

    def put(self, household: Household) -> None:
        """Take in a household, or its newer state."""
        before = self._known.get(household.id)
        if before is not None and before[0] == household:
            return
        self.drop(household.id)
        place = self._free.pop() if self._free else len(self._known)
        self._known[household.id] = (household, place)
        self._ranked = False
        if household.address:
            self._addresses[place] = names.plain_text(household.address)
        for keys, key, holder in self._entries(household, place):
            keys.add(key, holder)

    def drop(self, number: str) -> None:
        """Forget a household."""
        household, place = self._known.pop(number, (None, 0))
        if household is None:
            return
        for keys, key, holder in self._entries(household, place):
            keys.discard(key, holder)
        self._addresses.pop(place, None)
        self._free.append(place)
        self._ranked = False

    def numbers(self) -> set[str]:
        """The numbers of the households in it."""
        return set(self._known)

    def find(self, typed: str) -> list[tuple[How, str]]:
        """The households that match what was typed, in order, each once."""
        seen: set[int] = set()
        found: list[tuple[How, str]] = []
        for how, places in self._classes(typed):
            new = places - seen
            seen |= new
            found += [(how, number) for number in self._along_the_route(new)]
        return found

    def _classes(self, typed: str) -> Iterator[tuple[How, set[int]]]:
        digits = digits_of(typed)
        if digits:
            yield How.NUMBER, self._numbers.beginning(digits) | self._tails(digits)
            if len(digits) >= _PHONE_LEAST:
                yield How.PHONE, self._phones.beginning(digits[::-1])
        what = names.wanted(typed)
        exact = self._written.beginning(what.written) | self._sounds.beginning(what.sounds)
        yield How.HEAD, {holder >> 1 for holder in exact if holder & 1}
        yield How.MEMBER, {holder >> 1 for holder in exact}
        place = what.written
        yield How.PLACE, {at for at, text in self._addresses.items() if place in text} if place else set()
        near = self._near.beginning(what.near) | self._initials.beginning(what.near_initials)
        yield How.NEAR_HEAD, {holder >> 1 for holder in near if holder & 1}
        yield How.NEAR_MEMBER, {holder >> 1 for holder in near}

    def _tails(self, digits: str) -> set[int]:
        return self._numbers.beginning(f"-{digits}") if len(digits) >= _TAIL_LEAST else set()

    def _along_the_route(self, places: set[int]) -> list[str]:
        if not self._ranked:
            self._route = sorted(route_of(household) for household, _place in self._known.values())
            self._rank = [0] * len(self._known) + len(self._free)
            for rank, (_village, _group, number) in enumerate(self._route):
                self._rank[self._known[number][1]] = rank
            self._ranked = True
        return [self._route[rank][2] for rank in sorted([self._rank[place] for place in places])]

    def _entries(self, household: Household, place: int) -> Iterator[tuple[_Keys, str, int]]:
        head = household.head
        for name in {person.name for person in household.members}:
            keys = names.name_keys(name)
            holder = 2 * place + (name == head)
            for index, texts in zip((self._written, self._sounds, self._near, self._initials), keys, strict=True):
                for text in texts:
                    yield index, text, holder
        for key in _number_keys(household.id):
            yield self._numbers, key, place
        ending = phone_digits(household)
        if ending:
            yield self._phones, ending[::-1], place


def found_by(household: Household, how: How, typed: str) -> Found:
    """What is said of a household that was found so."""
    what = names.wanted(typed)
    is_it = names.sounds_like if how.is_near else names.is_named
    member = ""
    if how in {How.MEMBER, How.NEAR_MEMBER}:
        member = next((each.name for each in household.members if is_it(each.name, what)), "")
    return Found(household, how, member, phone.masked(phone.normal(household.phone)) if how is How.PHONE else "")


def digits_of(typed: str) -> str:
    """The digits that were typed, full-width ones too, without spaces and hyphens; "" where there is something else."""
    digits = folded(typed).replace("-", "")
    return digits if re.fullmatch("[0-9]+", digits) else ""


def is_miscopied(typed: str) -> bool:
    """Whether what was typed or scanned has the length of a household number but not its check digit."""
    digits = digits_of(typed)
    return len(digits) == NUMBER_LENGTH and not damm.is_valid(digits)


def route_of(household: Household) -> _Route:
    """Where a household stands among others: village, group, number."""
    return household.village, int(household.group) if household.group.isdigit() else 0, household.id


def phone_digits(household: Household) -> str:
    """The digits of a household's telephone number, "" where there is none."""
    return digits_of(phone.normal(household.phone))


def _number_keys(number: str) -> Iterable[str]:
    """A number from its front, and its ends behind a hyphen."""
    return {number, *(f"-{number[-length:]}" for length in _TAILS if len(number) > length)}
