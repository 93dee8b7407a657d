"""Households and visits, read out of their records."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fieldkit.fieldwork.contact import Said, said_by
from fieldkit.fieldwork.rows import texts_and_rows
from fieldkit.fieldwork.same_person import Row
from fieldkit.records import Record

HOUSEHOLD = "household"
VISIT = "visit"
GONE = frozenset({"deleted", "withdrawn", "erased"})
"""States of a record of which nothing is shown any more."""
OF_OTHERS = frozenset({"neighbour", "village_office"})
"""Whose telephone it may be that a household named, and by which nobody of it is called."""


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
    """A registered household. `id` is its number for people, `record` its record.

    elsewhere: those of its members who are the same person as another row, each with that row; they are not among
    `members`. also_named: what members are called in rows elsewhere that are the same person. phone: its own as it was
    given, to be found by and shown masked; "" for none and for that of a neighbour or the village office. said: what its
    registration says of being contacted.
    """

    id: str
    record: str
    village: str
    group: str
    address: str
    members: tuple[Person, ...]
    phone: str = ""
    elsewhere: tuple[tuple[Person, Row], ...] = ()
    also_named: tuple[str, ...] = ()
    said: Said | None = None

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
class Appointment:
    """What was agreed on a visit for a day: the topic as the form's code, the place in words or ""."""

    on: str
    topic: str
    place: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit to a household. follow_up: something was asked for that somebody is to take care of. said: what was said of
    being contacted.
    """

    record: str
    household: str
    on: str
    outcome: str
    revisit_on: str
    appointments: tuple[Appointment, ...] = ()
    follow_up: bool = False
    said: Said | None = None


def household_of(record: Record) -> Household:
    """Read a household out of a registration record."""
    said, rows = texts_and_rows(record.answers, "members")
    return Household(
        id=said.get("hh_id", ""),
        record=record.id,
        village=said.get("village", ""),
        group=said.get("group_no", ""),
        address=said.get("addr_note", ""),
        members=tuple(itertools.starmap(_member, rows)),
        phone=said.get("phone", "") if said.get("phone_owner", "") not in OF_OTHERS else "",
        said=said_by(record, said),
    )


def visit_of(record: Record) -> Visit:
    """Read a visit out of its record."""
    said, rows = texts_and_rows(record.answers, "appt")
    return Visit(
        record=record.id,
        household=said.get("hh_id", ""),
        on=said.get("date", ""),
        outcome=said.get("outcome", ""),
        revisit_on=said.get("revisit_on", ""),
        appointments=tuple(_appointment(row) for _instance, row in rows if row.get("appt_date")),
        follow_up=said.get("follow_task", "") == "yes",
        said=said_by(record, said),
    )


def _member(instance: str, row: Mapping[str, str]) -> Person:
    return Person(
        id=instance,
        number=row.get("m_no", ""),
        name=row.get("name", ""),
        sex=row.get("sex", ""),
        birth_year=row.get("birth_year", ""),
        relation=row.get("rel", ""),
        stay=row.get("stay", ""),
    )


def _appointment(row: Mapping[str, str]) -> Appointment:
    return Appointment(row["appt_date"], row.get("appt_topic", ""), row.get("appt_place", ""))
