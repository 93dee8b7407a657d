"""Who may be registered twice in the whole township: what no laptop can see alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldkit.exchange import as_record
from fieldkit.fieldwork.duplicates import Evidence, suspected
from fieldkit.fieldwork.households import HOUSEHOLD
from fieldkit.fieldwork.registry import Registry
from fieldkit.fieldwork.same_person import SAME_PERSON, Row, Said

if TYPE_CHECKING:
    from sync import Archive


@dataclass(frozen=True, slots=True)
class Found:
    """A row of a registration: without name or telephone, which no list at the office shows.

    number: of the member in the household. record: the registration. device: the id of the laptop that made it.
    """

    household: str
    id: str
    number: str
    birth_year: str
    sex: str
    village: str
    record: str
    device: str


@dataclass(frozen=True, slots=True)
class OfficeDouble:
    """Two rows that may be one person, and why. unsure: somebody looked at it and left it for later."""

    first: Found
    second: Found
    evidence: tuple[Evidence, ...]
    unsure: bool


def doubles(archive: Archive) -> list[OfficeDouble]:
    """The pairs that nobody has decided about, in the order of their households. Raises SyncError."""
    views = [
        view for form in (HOUSEHOLD, SAME_PERSON) for view in archive.views(form) if view.state == "live"
    ]
    registry = Registry(map(as_record, views))
    people = (
        person
        for number in sorted(registry.registrations.households)
        for person in registry.registrations.people(number)
    )
    pairs = suspected(people, registry.registrations.standing.decided)
    said = registry.registrations.standing.said
    return [
        OfficeDouble(
            _found(archive, registry, pair[0]), _found(archive, registry, pair[1]), why, said.get(pair) == Said.UNSURE
        )
        for pair, why in pairs.items()
    ]  # fmt: skip


def _found(archive: Archive, registry: Registry, row: Row) -> Found:
    household, person = registry.registrations.households[row[0]], registry.registrations.person(row)
    assert person is not None
    made = min(archive.revisions(household.record), key=lambda each: (each.envelope.hlc, each.id)).envelope
    return Found(
        *row, person.number, person.birth_year, person.sex, household.village, household.record, made.device
    )
