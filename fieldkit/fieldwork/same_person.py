"""Who is registered twice: what people have decided about it, and which row stands for somebody in the end.

A decision is a record of its own (`forms/same_person.yaml`); it never changes the registrations it speaks of.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from fieldkit.records import Record

SAME_PERSON = "same_person"

Row = tuple[str, str]
"""A row of a registration: number of the household, instance id of the member."""
Pair = tuple[Row, Row]
"""Two rows, the smaller first."""


class Said(StrEnum):
    """What may be decided of two rows."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a record says of two rows. said: "" while that, or which row stays, is in conflict. kept: the row that stays if
    they are the same person.
    """

    record: str
    pair: Pair
    said: str
    kept: Row
    on: str


def pair_of(one: Row, other: Row) -> Pair:
    """Two rows as a pair, whichever comes first."""
    return (one, other) if one <= other else (other, one)


def record_of(pair: Pair) -> str:
    """The id of the record that decides about two rows: the same on every laptop, so that two who decide apart write one
    record, and what they disagree in is a conflict (UUIDv8, RFC 9562 §5.8, of a SHA-256).
    """
    said = "\0".join((SAME_PERSON, *pair[0], *pair[1])).encode()
    value = int.from_bytes(hashlib.sha256(said).digest()[:16])
    value = value & ~(0xF << 76) & ~(0b11 << 62) | 0x8 << 76 | 0b10 << 62
    return str(uuid.UUID(int=value))


def decision_of(record: Record) -> Decision | None:
    """Read a decision out of its record; None where it does not name two rows."""
    first = (record.text("hh_id"), record.text("person"))
    second = (record.text("hh_other"), record.text("person_other"))
    if not all((*first, *second)) or first == second:
        return None
    kept = {"first": first, "second": second}.get(record.text("kept"))
    said = record.text("decision")
    if kept is None and said == Said.SAME:
        said = ""
    return Decision(record.id, pair_of(first, second), said, kept or first, record.text("decided_on"))


def standing(decisions: Iterable[Decision]) -> dict[Pair, str]:
    """Pair → what is decided of it: "" where records say different things of it, or a record is in conflict."""
    found: dict[Pair, set[str]] = {}
    for decision in decisions:
        found.setdefault(decision.pair, set()).add(decision.said)
    settled = {pair: said - {Said.UNSURE} or said for pair, said in found.items()}
    return {pair: next(iter(said)) if len(said) == 1 else "" for pair, said in settled.items()}


@dataclass(frozen=True, slots=True)
class Standing:
    """What all decisions come to, in whatever order they came.

    said: pair → what is decided, "" for nothing that holds. kept: row → the row that stands for the person, for each row
    that is not that one itself.
    """

    said: Mapping[Pair, str]
    kept: Mapping[Row, Row]

    @property
    def decided(self) -> frozenset[Pair]:
        """The pairs that nobody needs to be asked about."""
        return frozenset(pair for pair, said in self.said.items() if said in {Said.SAME, Said.DIFFERENT})


def stand(decisions: Iterable[Decision]) -> Standing:
    """What decisions come to.

    Rows that are the same person, directly or by way of others, are one person; of these the row stays that was never
    given up for another one, the smallest where there are several, or none in a circle. Where it follows that two rows are
    the same which somebody says are different persons, none of that holds, and those pairs are open again.
    """
    known = sorted(decisions, key=lambda each: each.record)
    said = standing(known)
    same = [each for each in known if said[each.pair] == Said.SAME and each.said == Said.SAME]
    given_up = {row for each in same for row in each.pair if row != each.kept}
    people = _together(each.pair for each in same)
    of = {row: person for person in people for row in person}
    parted = [pair for pair, what in said.items() if what == Said.DIFFERENT]
    doubtful = {id(of[one]) for one, other in parted if one in of and other in of[one]}
    kept: dict[Row, Row] = {}
    for person in people:
        if id(person) not in doubtful:
            stays = min(person - given_up or person)
            kept |= {row: stays for row in person if row != stays}
    open_again = {each.pair: "" for each in same if id(of[each.pair[0]]) in doubtful}
    return Standing(said | open_again, kept)


def _together(pairs: Iterable[Pair]) -> list[set[Row]]:
    """Rows that belong together by any number of pairs."""
    group: dict[Row, set[Row]] = {}
    for one, other in pairs:
        joined = group.get(one, {one}) | group.get(other, {other})
        group |= dict.fromkeys(joined, joined)
    return list({id(each): each for each in group.values()}.values())
