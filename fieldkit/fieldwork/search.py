"""The index households are found by, kept in memory: names of all members, number, address note, end of the telephone number.

What is typed is looked for at the beginning of keys that stand in order, so that a key costs what it finds and not what
there is. Results stand in classes (`How`), within a class along the route: village, group, number; never by any value.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple, overload

from fieldkit.datatypes import damm, phone
from fieldkit.datatypes.typed import folded
from fieldkit.fieldwork import names

if TYPE_CHECKING:
    from fieldkit.fieldwork.households import Household

NUMBER_LENGTH = 17
"""Digits of a household number, as it is scanned (fieldkit.datatypes.numbers)."""
TAIL = 5
"""Digits at its end that tell a household from others of its village: the running number and the check digit."""
_TAILS = (TAIL, 4)
"""Digits of a household number that are read aloud from its end: those, or the last four."""
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


Class = tuple[How, list[str]]
"""The numbers of the households that were found in one way, in order."""


class Findings(Sequence[Found]):
    """Everything a search found, in order; each result is made when somebody looks at it."""

    def __init__(self, classes: Sequence[Class], make: Callable[[How, str], Found]) -> None:
        self._classes = classes
        self._ends = list(accumulate(len(numbers) for _how, numbers in classes))
        self._make = make

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @overload
    def __getitem__(self, at: int) -> Found: ...

    @overload
    def __getitem__(self, at: slice) -> list[Found]: ...

    def __getitem__(self, at: int | slice) -> Found | list[Found]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self)))]
        at = range(len(self))[at]
        place = bisect_right(self._ends, at)
        how, numbers = self._classes[place]
        return self._make(how, numbers[at - self._ends[place]])


class _Keys:
    """Keys in order, each with those that have it. Those added are put into their place at the next look.

    Holders stand in arrays, which the search for garbage does not walk through: it would stop the keys for a moment.
    """

    def __init__(self) -> None:
        self._known: dict[str, array[int]] = {}
        self._ordered: list[str] = []
        self._holders: list[array[int]] = []
        self._new: list[str] = []

    def add(self, key: str, holder: int) -> None:
        """Let somebody have a key."""
        holders = self._known.get(key)
        if holders is None:
            self._known[key] = array("I", (holder,))
            self._new.append(key)
        else:
            holders.append(holder)

    def discard(self, key: str, holder: int) -> None:
        """Take a key from somebody."""
        self._settle()
        holders = self._known[key]
        holders.remove(holder)
        if not holders:
            at = bisect_left(self._ordered, key)
            del self._known[key], self._ordered[at], self._holders[at]

    def beginning(self, typed: str) -> set[int]:
        """Those who have a key that begins so."""
        if not typed:
            return set()
        self._settle()
        first = bisect_left(self._ordered, typed)
        last = bisect_left(self._ordered, typed + _END, first)
        return set(array("I", b"".join(self._holders[first:last])))

    def _settle(self) -> None:
        if len(self._new) > _FEW:
            self._ordered = sorted(self._known)
            self._holders = [self._known[key] for key in self._ordered]
        else:
            for key in self._new:
                at = bisect_left(self._ordered, key)
                self._ordered.insert(at, key)
                self._holders.insert(at, self._known[key])
        self._new.clear()


class _NameKeys(NamedTuple):
    """Keys of names, of each kind in `names.NameKeys`."""

    written: _Keys
    sounds: _Keys
    near: _Keys
    near_initials: _Keys

    def exact(self, what: names.Wanted) -> set[int]:
        """Who is named so."""
        return self.written.beginning(what.written) | self.sounds.beginning(what.sounds)

    def alike(self, what: names.Wanted) -> set[int]:
        """Whose name sounds like that."""
        return self.near.beginning(what.near) | self.near_initials.beginning(what.near_initials)


class SearchIndex:
    """What households are found by: each has a place, which its keys lead to."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Household, int]] = {}
        self._free: list[int] = []
        self._order: list[str] = []
        self._rank: list[int] = []
        self._settled = True
        self._heads, self._members = (_NameKeys(*(_Keys() for _kind in range(4))) for _role in range(2))
        self._numbers, self._phones = _Keys(), _Keys()
        self._addresses: dict[int, str] = {}
        self._all_addresses = ""

    def put(self, household: Household) -> None:
        """Take in a household, or its newer state."""
        before = self._known.get(household.id)
        if before is not None and before[0] == household:
            return
        self.drop(household.id)
        place = self._free.pop() if self._free else len(self._known)
        self._known[household.id] = (household, place)
        self._settled = False
        if household.address:
            self._addresses[place] = names.plain_text(household.address)
        for keys, key in self._entries(household):
            keys.add(key, place)

    def drop(self, number: str) -> None:
        """Forget a household."""
        household, place = self._known.pop(number, (None, 0))
        if household is None:
            return
        for keys, key in self._entries(household):
            keys.discard(key, place)
        self._addresses.pop(place, None)
        self._free.append(place)
        self._settled = False

    def numbers(self) -> set[str]:
        """The numbers of the households in it."""
        return set(self._known)

    def find(self, typed: str) -> list[Class]:
        """The households that match what was typed, in order, each once."""
        seen: set[int] = set()
        found: list[Class] = []
        for how, places in self._classes(typed):
            new = places - seen
            if new:
                seen |= new
                found.append((how, self._along_the_route(new)))
        return found

    def _classes(self, typed: str) -> Iterator[tuple[How, set[int]]]:
        digits = digits_of(typed)
        if digits:
            yield How.NUMBER, self._numbers.beginning(digits) | self._tails(digits)
            if len(digits) >= _PHONE_LEAST:
                yield How.PHONE, self._phones.beginning(digits[::-1])
        what = names.wanted(typed)
        yield How.HEAD, self._heads.exact(what)
        yield How.MEMBER, self._members.exact(what)
        yield How.PLACE, self._at(what.written)
        yield How.NEAR_HEAD, self._heads.alike(what)
        yield How.NEAR_MEMBER, self._members.alike(what)

    def _at(self, note: str) -> set[int]:
        self._settle()
        if not note or note not in self._all_addresses:
            return set()
        return {place for place, text in self._addresses.items() if note in text}

    def _tails(self, digits: str) -> set[int]:
        return self._numbers.beginning(f"-{digits}") if len(digits) >= _TAIL_LEAST else set()

    def _along_the_route(self, places: set[int]) -> list[str]:
        self._settle()
        return list(map(self._order.__getitem__, sorted(map(self._rank.__getitem__, places))))

    def _settle(self) -> None:
        """Work out again what depends on all households."""
        if self._settled:
            return
        route = sorted(route_of(household) for household, _place in self._known.values())
        self._order = [number for _village, _group, number in route]
        self._rank = [0] * (len(self._known) + len(self._free))
        for rank, number in enumerate(self._order):
            self._rank[self._known[number][1]] = rank
        self._all_addresses = "\n".join(set(self._addresses.values()))
        self._settled = True

    def _entries(self, household: Household) -> Iterator[tuple[_Keys, str]]:
        head = household.head
        for name in {*household.names}:
            role = self._heads if name == head else self._members
            for keys, texts in zip(role, names.name_keys(name), strict=True):
                for text in texts:
                    yield keys, text
        for key in _number_keys(household.id):
            yield self._numbers, key
        ending = phone_digits(household)
        if ending:
            yield self._phones, ending[::-1]


def found_by(household: Household, how: How, typed: str) -> Found:
    """What is said of a household that was found so."""
    what = names.wanted(typed)
    is_it = names.sounds_like if how.is_near else names.is_named
    member = ""
    if how in {How.MEMBER, How.NEAR_MEMBER}:
        member = next((each for each in household.names if is_it(each, what)), "")
    return Found(
        household, how, member, phone.masked(phone.normal(household.phone)) if how is How.PHONE else ""
    )


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
