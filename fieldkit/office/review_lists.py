"""Which records wait for somebody to look them over, read by SQL, a page at a time, without opening a pack."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import exists, select, tuple_

from fieldkit.office.reviews import KIND, State
from sync import schema
from sync.derived import derived

if TYPE_CHECKING:
    from fieldkit.office.office import Office

_FINDING, _OPEN = "finding", "open"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: the last record on it, and its clock."""

    hlc: str
    record: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some records, by id, the latest first. more: where the next page goes on, None for the last."""

    records: tuple[str, ...]
    more: Place | None


def received(office: Office, form: str, behind: Place | None, length: int) -> Page:
    """The live records of a form that nobody has queried, approved or closed, `behind` a place. The lists are to be up to date.

    Raises SyncError.
    """
    current = schema.current.c
    looked_over = exists().where(
        derived.c.record_id == current.record_id,
        derived.c.kind == KIND,
        derived.c.state != State.RECEIVED.value,
    )
    query = select(current.record_id, current.hlc).where(
        current.form == form, current.state == "live", ~looked_over
    )
    if behind is not None:
        query = query.where(tuple_(current.hlc, current.record_id) < tuple_(behind.hlc, behind.record))
    query = query.order_by(current.hlc.desc(), current.record_id.desc()).limit(length + 1)
    with office.archive.database.reading() as connection:
        rows = connection.execute(query).all()
    shown = rows[:length]
    more = Place(shown[-1].hlc, shown[-1].record_id) if len(rows) > length else None
    return Page(tuple(row.record_id for row in shown), more)


def forms(office: Office) -> list[str]:
    """The ids of the forms that there are records of. Raises SyncError."""
    with office.archive.database.reading() as connection:
        return sorted(connection.execute(select(schema.current.c.form).distinct()).scalars())


def undecided(office: Office, records: Collection[str]) -> set[str]:
    """Those of some records that are in conflict, or of which a check found something that nobody has settled. Raises SyncError."""
    current = schema.current.c
    found: set[str] = set()
    with office.archive.database.reading() as connection:
        for part in schema.in_parts(records):
            apart = select(current.record_id).where(current.record_id.in_(part), current.conflict_count > 0)
            doubtful = select(derived.c.record_id).where(
                derived.c.kind == _FINDING, derived.c.state == _OPEN, derived.c.record_id.in_(part)
            )
            for query in (apart, doubtful):
                found |= set(connection.execute(query).scalars())
    return found
