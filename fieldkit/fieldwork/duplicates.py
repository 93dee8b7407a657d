"""Who may be registered twice: pairs by certain rules, each with its evidence; no score, and nobody is ranked.

Suspected are two rows of registrations, where no sex is said to be another,

- in one village, born at most a year apart, whose names have the same characters or read the same,
  or begin with the same character and sound alike
  (with the same characters whatever the sexes);
- in one village group, or where a group is not known, of two households, born at most a year apart, whose names
  begin with the same character and have the same initials;
- in two villages, born in the same year, whose names have the same characters;
- of two households with one telephone of their own, whose names have the same initials, read the same or sound alike, not
  known to be born more than a year apart.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from unicodedata import normalize

from fieldkit.fieldwork.names import search_keys
from fieldkit.fieldwork.same_person import Pair, Row, pair_of


class Evidence(StrEnum):
    """What two rows have in common or not, in the order it is told; the words are those of `forms/same_person.yaml`."""

    CHARACTERS = "same_name"
    READING = "same_reading"
    SOUND = "alike_name"
    INITIALS = "same_initials"
    YEAR = "same_year"
    YEAR_APART = "year_apart"
    SEX = "same_sex"
    OTHER_SEX = "other_sex"
    VILLAGE = "same_village"
    OTHER_VILLAGE = "other_village"
    GROUP = "same_group"
    PHONE = "same_phone"


_BY_NAME = (Evidence.CHARACTERS, Evidence.READING, Evidence.SOUND, Evidence.INITIALS)
_SEXES = frozenset({"1", "2"})
"""GB/T 2261.1: the others say that it is not known or not said."""
_UNLIKE = re.compile(r"([zcs])h|(n)g|n(?=[aeiouüv])")
"""What local speech does not tell apart: zh and z, ch and c, sh and s, -ng and -n, n- and l-."""


@dataclass(frozen=True, slots=True)
class Registered:
    """Somebody as registered. phone: of the household itself, digits and signs as they were given."""

    household: str
    id: str
    name: str
    birth_year: str
    sex: str
    village: str
    group: str = ""
    phone: str = ""

    @property
    def row(self) -> Row:
        """Where she stands."""
        return self.household, self.id


class Doubles:
    """Everybody registered, and who may be there twice; a household that changes costs its own members alone."""

    def __init__(self) -> None:
        self.pairs: dict[Pair, tuple[Evidence, ...]] = {}
        self._people: dict[str, tuple[Registered, ...]] = {}
        self._blocks: dict[tuple[str, ...], list[Registered]] = {}
        self._of: dict[str, set[Pair]] = {}

    def take(self, household: str, people: Iterable[Registered]) -> None:
        """Bring in the members of a household, or its newer ones; none of them takes it out."""
        for pair in self._of.pop(household, ()):
            self.pairs.pop(pair, None)
            for number in {row[0] for row in pair} - {household}:
                self._of[number].discard(pair)
        for person in self._people.pop(household, ()):
            for key in _stands_at(person):
                self._blocks[key].remove(person)
        members = tuple(person for person in people if person.name)
        for person in members:
            for other, why in self.like(person):
                pair = pair_of(person.row, other.row)
                self.pairs[pair] = why
                for number in (household, other.household):
                    self._of.setdefault(number, set()).add(pair)
            for key in _stands_at(person):
                self._blocks.setdefault(key, []).append(person)
        if members:
            self._people[household] = members

    def like(self, person: Registered) -> Iterator[tuple[Registered, tuple[Evidence, ...]]]:
        """Those who may be the same as somebody, each with the evidence; she herself is not among them."""
        seen: set[Row] = set()
        for key in _looked_up(person):
            for other in self._blocks.get(key, ()):
                if other.row not in seen:
                    seen.add(other.row)
                    why = evidence(person, other)
                    if why:
                        yield other, why

    def of(self, household: str) -> Collection[Pair]:
        """The pairs that a member of a household is in."""
        return self._of.get(household, ())


def suspected(
    people: Iterable[Registered], decided: Collection[Pair] = ()
) -> Mapping[Pair, tuple[Evidence, ...]]:
    """The pairs among people who may be the same, each with the evidence, in the order of their households; those that are
    `decided` left out.
    """
    households: dict[str, list[Registered]] = {}
    for person in people:
        households.setdefault(person.household, []).append(person)
    doubles = Doubles()
    for number, members in households.items():
        doubles.take(number, members)
    return {pair: doubles.pairs[pair] for pair in sorted(doubles.pairs) if pair not in decided}


def evidence(one: Registered, other: Registered) -> tuple[Evidence, ...]:
    """Why two rows may be the same person, () where they are not suspected; the same whichever comes first."""
    named = next((each for each in _BY_NAME if _has(each, one, other)), None)
    if named is None or one.row == other.row:
        return ()
    found = [named, *_facts(one, other)]
    return tuple(found) if _is_suspected(one, other, named, frozenset(found)) else ()


def _is_suspected(one: Registered, other: Registered, named: Evidence, found: frozenset[Evidence]) -> bool:
    sounds = named is not Evidence.INITIALS
    near = bool(found & {Evidence.YEAR, Evidence.YEAR_APART})
    other_sex = Evidence.OTHER_SEX in found
    if Evidence.VILLAGE in found and near and sounds and (named is Evidence.CHARACTERS or not other_sex):
        return True
    if other_sex:
        return False
    if Evidence.OTHER_VILLAGE in found and named is Evidence.CHARACTERS and Evidence.YEAR in found:
        return True
    if one.household == other.household:
        return False
    if Evidence.PHONE in found and (near or not (one.birth_year and other.birth_year)):
        return True
    same_group = Evidence.GROUP in found or not (one.group and other.group)
    same_surname = _name(one.name).characters[:1] == _name(other.name).characters[:1]
    return Evidence.VILLAGE in found and near and same_group and same_surname


def _facts(one: Registered, other: Registered) -> Iterator[Evidence]:
    """What is so, the names aside."""
    years = (one.birth_year, other.birth_year)
    if all(year.isdigit() for year in years):
        apart = abs(int(years[0]) - int(years[1]))
        if apart <= 1:
            yield Evidence.YEAR_APART if apart else Evidence.YEAR
    if one.sex in _SEXES and other.sex in _SEXES:
        yield Evidence.SEX if one.sex == other.sex else Evidence.OTHER_SEX
    if one.village and other.village:
        if one.village != other.village:
            yield Evidence.OTHER_VILLAGE
        else:
            yield Evidence.VILLAGE
            if one.group and one.group == other.group:
                yield Evidence.GROUP
    if _digits(one.phone) and _digits(one.phone) == _digits(other.phone):
        yield Evidence.PHONE


@dataclass(frozen=True, slots=True)
class _Name:
    """A name as it is compared: characters, readings, its first character with what these sound like, initials."""

    characters: str
    readings: frozenset[str]
    sounds: frozenset[str]
    initials: frozenset[str]


@lru_cache(maxsize=65536)
def _name(name: str) -> _Name:
    characters = "".join(normalize("NFKC", name).split()).lower()
    keys = [key for key in search_keys(name)[1:] if key != characters]
    readings = {key for key in keys if len(key) > len(characters)} or {characters}
    initials = {key for key in keys if 1 < len(key) <= len(characters)}
    return _Name(
        characters,
        frozenset(readings),
        frozenset(characters[:1] + _sound(each) for each in readings),
        frozenset(initials or readings),
    )


def _sound(reading: str) -> str:
    return _UNLIKE.sub(lambda found: found[1] or found[2] or "l", reading)


def _has(likeness: Evidence, one: Registered, other: Registered) -> bool:
    a, b = _name(one.name), _name(other.name)
    if likeness is Evidence.CHARACTERS:
        return bool(a.characters) and a.characters == b.characters
    if likeness is Evidence.READING:
        return not a.readings.isdisjoint(b.readings)
    if likeness is Evidence.SOUND:
        return not a.sounds.isdisjoint(b.sounds)
    return not a.initials.isdisjoint(b.initials)


def _stands_at(person: Registered) -> Iterator[tuple[str, ...]]:
    """The keys that somebody is found by."""
    return _keys(person, [person.birth_year])


def _looked_up(person: Registered) -> Iterator[tuple[str, ...]]:
    """The keys at which everybody stands whom any rule could compare somebody with."""
    year = int(person.birth_year) if person.birth_year.isdigit() else None
    return _keys(person, [str(year + by) for by in (-1, 0, 1)] if year is not None else [])


def _keys(person: Registered, years: Iterable[str]) -> Iterator[tuple[str, ...]]:
    name = _name(person.name)
    for year in years:
        for sound in name.sounds:
            yield "sound", person.village, sound, year
        for reading in name.readings:
            yield "reading", person.village, reading, year
        for initials in name.initials:
            yield "initials", person.village, initials, year
    yield "name", name.characters, person.birth_year
    if _digits(person.phone):
        for alike in name.initials | name.sounds | name.readings:
            yield "phone", _digits(person.phone), alike


@lru_cache(maxsize=65536)
def _digits(phone: str) -> str:
    return "".join(filter(str.isdigit, phone))
