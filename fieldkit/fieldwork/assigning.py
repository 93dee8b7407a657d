"""Which laptop has which households on its list: what may be given out, how it can be split, and who has a household now.

A household that wants no visits and one that put them off are the same here: nothing is due there before a day. So no list
shows which of them it is, and nobody can be told apart by what became of a visit.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from fieldkit.fieldwork.contact import Said, is_closed

ASSIGNMENT = "assignment"
FOR_GOOD = "9999-12-31"
"""The day before which nothing is due where nobody is to come any more."""

Unit = tuple[str, str]
"""A village (code) and a villagers' group in it (number, "" for none): what is given out together."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A registered household. rests: nothing is due there before that day, "" for none (ISO 8601)."""

    number: str
    village: str
    group: str
    rests: str = ""


@dataclass(frozen=True, slots=True)
class Laptop:
    """A laptop that households can be given to. villages: those it serves, none where nobody has said."""

    id: str
    name: str
    villages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Share:
    """Households of one unit that are proposed for a laptop."""

    unit: Unit
    households: tuple[str, ...]
    laptop: str


@dataclass(frozen=True, slots=True)
class Holding:
    """What a record says of one laptop. laptop: its id. due, until: first and last day (ISO 8601). since: when it was given
    out, clock: the place of that in the order of the archive. is_both: another laptop was given the same at the same time,
    and nobody has decided. gone: the day on which it was taken back or given to another, "" while it stands.
    """

    record: str
    unit: Unit
    laptop: str
    due: str
    until: str
    purpose: str = ""
    households: tuple[str, ...] = field(default=(), repr=False)
    since: str = ""
    clock: str = ""
    is_both: bool = False
    gone: str = ""

    def lasts(self, today: date) -> bool:
        """Whether it stands on that day."""
        return not self.gone and self.until >= today.isoformat()


def record_of(unit: Unit, again: int = 0) -> str:
    """The id of the record of a unit: the same at every desk, so that two who give it out apart write one record, and what
    they differ in is a conflict (UUIDv8, RFC 9562 §5.8, of a SHA-256). again: how many before it were erased.
    """
    said = "\0".join((ASSIGNMENT, *unit, str(again))).encode()
    value = int.from_bytes(hashlib.sha256(said).digest()[:16])
    value = value & ~(0xF << 76) & ~(0b11 << 62) | 0x8 << 76 | 0b10 << 62
    return str(uuid.UUID(int=value))


def rests_until(said: Collection[Said], put_off: str) -> str:
    """The day before which nothing is due at a household. said: what its records say of contact; put_off: the day a visit
    was put off to, "" for none.
    """
    return FOR_GOOD if is_closed(said) else put_off


def to_give_out(households: Iterable[Listed], today: date) -> dict[Unit, tuple[str, ...]]:
    """The households that may be given out on a day, by unit, in the order of the route: not those that rest."""
    found: dict[Unit, list[str]] = {}
    day = today.isoformat()
    for each in households:
        if each.rests <= day:
            found.setdefault((each.village, each.group), []).append(each.number)
    return {unit: tuple(sorted(found[unit])) for unit in sorted(found, key=order)}


def order(unit: Unit) -> tuple[str, int, str]:
    """Where a unit stands: by the village's code, then by group; those without a group come first."""
    village, group = unit
    return village, int(group) if group.isdecimal() else 0, group


def by_household(holdings: Iterable[Holding], today: date) -> dict[str, list[Holding]]:
    """Who has a household now. Where several records name it (it moved to another group), the one written last counts; where
    two laptops were given it at the same time, both have it until somebody decides.
    """
    records: dict[str, list[Holding]] = {}
    for each in holdings:
        if each.lasts(today):
            records.setdefault(each.record, []).append(each)
    found: dict[str, list[Holding]] = {}
    for record in sorted(records, key=lambda record: (max(each.clock for each in records[record]), record)):
        here: dict[str, list[Holding]] = {}
        for each in sorted(records[record], key=lambda each: (each.clock, each.laptop)):
            for number in each.households:
                here.setdefault(number, []).append(each)
        found |= here
    return found


def rows_for(
    laptop: str, holdings: Sequence[Holding], may_be_visited: Collection[str], today: date
) -> list[dict[str, str]]:
    """A laptop's worklist as it goes back to it: its households that may be visited, in the order of the route.

    Where nothing is left of what it was given, what was taken from it is named as ended, since an empty list leaves the one
    that is on the laptop as it is.
    """
    given = by_household(holdings, today)
    rows = [
        {"household": number, "due": each.due, "until": each.until}
        for each in sorted(holdings, key=lambda each: order(each.unit))
        if each.laptop == laptop
        for number in each.households
        if each in given.get(number, ()) and number in may_be_visited
    ]
    return rows or [
        {"household": number, "due": each.due, "until": _before(today)}
        for each in sorted(holdings, key=lambda each: order(each.unit))
        if each.laptop == laptop and each.until >= today.isoformat()
        for number in each.households
    ]


def has_not_come(holding: Holding, seen: str) -> bool:
    """Whether a laptop has not been heard of since it was given something. seen: when its last bundle came, "" for never."""
    return not seen or datetime.fromisoformat(seen) < datetime.fromisoformat(holding.since)


def ending(holdings: Iterable[Holding], today: date, within: int) -> list[Holding]:
    """What ends within so many days or has ended, by the day it ends."""
    last = (today + timedelta(days=within)).isoformat()
    found = [each for each in holdings if not each.gone and each.until <= last]
    return sorted(found, key=lambda each: (each.until, order(each.unit), each.laptop))


def propose(
    units: Mapping[Unit, Sequence[str]], laptops: Sequence[Laptop], has: Mapping[str, int]
) -> list[Share]:
    """One way to split what nobody has: villages stay whole unless one alone is more than an equal share, groups always do.

    laptops: in the order in which equals are chosen. A laptop gets villages that it serves, where any laptop does. has: how many
    households each has already. Only a help: the numbers are evened out, and nothing else is looked at.
    """
    if not laptops:
        return []
    load = {each.id: has.get(each.id, 0) for each in laptops}
    share = -(-(sum(load.values()) + sum(map(len, units.values()))) // len(laptops))
    villages: dict[str, list[Unit]] = {}
    for unit in sorted(units, key=order):
        villages.setdefault(unit[0], []).append(unit)
    sizes = {village: sum(len(units[unit]) for unit in parts) for village, parts in villages.items()}
    found = []
    for village in sorted(villages, key=lambda village: (-sizes[village], village)):
        able = [each.id for each in laptops if village in each.villages] or [each.id for each in laptops]
        laptop = min(able, key=load.__getitem__)
        for unit in villages[village]:
            size = len(units[unit])
            if sizes[village] > share and load[laptop] + size / 2 > share:
                laptop = min(able, key=load.__getitem__)
            load[laptop] += size
            found.append(Share(unit, tuple(units[unit]), laptop))
    return sorted(found, key=lambda each: order(each.unit))


def _before(today: date) -> str:
    return (today - timedelta(days=1)).isoformat()
