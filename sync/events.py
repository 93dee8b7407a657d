"""What people did with an archive beside bringing bundles: an ordered list that is only ever added to.

Rows of the table `event`; a store of bundles notes them too, so that an archive made anew has them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select

from sync import schema

if TYPE_CHECKING:
    from sync.archive import Archive


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done. at: ISO 8601. kind: a word of the caller's. device: whose doing it was, an id.

    facts: plain data. Nothing in it may be of tier C or R: it lies in the database as it is.
    """

    number: int
    at: str
    kind: str
    device: str
    facts: Mapping[str, Any]


def note_event(connection: Connection, kind: str, device: str, facts: Mapping[str, Any], at: str) -> Event:
    """Add an event; give it with its number, 1 for the first."""
    last = connection.execute(select(func.max(schema.event.c.number))).scalar()
    event = Event(int(last or 0) + 1, at, kind, device, dict(facts))
    row = (event.number, at, kind, device, json.dumps(event.facts, ensure_ascii=False, sort_keys=True))
    schema.insert_rows(connection, schema.event, [row])
    return event


def events(connection: Connection, *kinds: str, last: int | None = None) -> list[Event]:
    """The events of these kinds, or all, oldest first; the `last` so many of them."""
    table = schema.event
    query = select(table).order_by(table.c.number.desc()).limit(last)
    if kinds:
        query = query.where(table.c.kind.in_(kinds))
    rows = connection.execute(query).all()
    return [Event(row.number, row.at, row.kind, row.device, json.loads(row.facts)) for row in reversed(rows)]


def note(archive: Archive, kind: str, device: str, facts: Mapping[str, Any], now: datetime) -> Event:
    """Add an event to an archive, and to its store of bundles. Raises SyncError."""
    return note_each(archive, kind, device, [facts], now)[0]


def note_each(
    archive: Archive, kind: str, device: str, facts: Iterable[Mapping[str, Any]], now: datetime
) -> list[Event]:
    """As `note`, an event for each of these facts: all of them, or none where it fails. Raises SyncError."""
    at = now.isoformat(timespec="seconds")
    with archive.writing() as connection:
        found = [note_event(connection, kind, device, each, at) for each in facts]
        if archive.keeper:
            for event in found:
                archive.keeper.noted(connection, event)
        return found


def noted(archive: Archive, *kinds: str, last: int | None = None) -> list[Event]:
    """As `events`, of an archive. Raises SyncError."""
    with archive.database.reading() as connection:
        return events(connection, *kinds, last=last)
