"""The requests at the window that are not done yet, in the order of the days they are promised for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from fieldkit.office.flat import Flat, Rows

if TYPE_CHECKING:
    from fieldkit.office.office import Office

FORM = "request"
PICKUP = "contraceptive_pickup"
"""What is handed out to nobody in particular: it has no steps, and is in no list."""
OPEN = ("new", "waiting_docs", "in_progress", "passed_up")
WAITING = "waiting_docs"

When = Literal["before", "today", "later", "waiting"]


@dataclass(frozen=True, slots=True)
class Request:
    """A matter as lists show it; every date is ISO 8601 or "".

    number: on its slip. promised: by which day it is done. missing: codes of papers. status: "" while it is in conflict.
    step, unit, since: where it stands, from which day on; "" between two offices.
    """

    record: str
    number: str
    item: str
    village: str
    received: str
    via: str
    promised: str
    missing: tuple[str, ...]
    status: str
    step: str = ""
    unit: str = ""
    since: str = ""

    def when(self, today: date) -> When:
        """When it is due: promised for a day that is over, for today, for later, or waiting for papers."""
        if self.status == WAITING:
            return "waiting"
        day = today.isoformat()
        return (
            "later"
            if not self.promised or self.promised > day
            else "today"
            if self.promised == day
            else "before"
        )


def open_requests(office: Office) -> list[Request]:
    """All that are open, by the day promised, then in the order they came. Raises SyncError."""
    with office.archive.database.reading() as connection:
        flat = Flat(connection)
        rows = flat.rows(FORM)
        if rows is None:
            return []
        steps = _standing(connection, flat, rows)
        return [replace(each, **steps.get(each.record, {})) for each in _open(connection, rows)]


def counts(office: Office, today: date) -> dict[When, int]:
    """How many are open, by when they are due. Raises SyncError."""
    found: dict[When, int] = {"before": 0, "today": 0, "later": 0, "waiting": 0}
    with office.archive.database.reading() as connection:
        rows = Flat(connection).rows(FORM)
        if rows is None:
            return found
        named = (rows.of("promised_by").label("by"), rows.of("status").label("status"))
        query = select(*named, func.count().label("n")).where(_is_open(rows)).group_by(*named)
        for by, status, number in connection.execute(query):
            each = Request("", "", "", "", "", "", str(by or ""), (), status or "")
            found[each.when(today)] += number
    return found


def _is_open(rows: Rows) -> ColumnElement[bool]:
    """Whose status is one that goes on, or that nobody can tell while it is in conflict."""
    status = rows.of("status")
    is_in_doubt = and_(status.is_(None), rows.fixed("conflicting").contains("status"))
    item = rows.of("item")
    return and_(or_(item.is_(None), item != PICKUP), or_(status.in_(OPEN), is_in_doubt))


def _open(connection: Connection, rows: Rows) -> Iterator[Request]:
    names = ("req_id", "item", "village", "date", "via", "promised_by", "docs_missing", "status")
    query = select(rows.record, *(rows.of(name) for name in names)).where(_is_open(rows))
    # Sorted here: databases differ about where an empty day stands.
    found = sorted(
        (tuple(str(each or "") for each in row) for row in connection.execute(query)),
        key=lambda row: (row[6] or "9", row[4], row[0]),
    )
    for record, number, item, village, received, via, by, missing, status in found:
        papers = tuple(each for each in missing.split() if each != "none")
        yield Request(record, number, item, village, received, via, by, papers, status)


def _standing(connection: Connection, flat: Flat, rows: Rows) -> dict[str, Mapping[str, Any]]:
    """Where each open request stands: the last of its steps that nobody has finished."""
    steps = flat.rows(FORM, "steps")
    if steps is None:
        return {}
    of_open = select(rows.record).where(_is_open(rows))
    query = (
        select(steps.record, steps.of("step"), steps.of("unit"), steps.of("in_at"))
        .where(steps.of("out_at").is_(None), steps.record.in_(of_open))
        .order_by(steps.record, steps.fixed("position"))
    )
    return {
        record: {"step": step or "", "unit": unit or "", "since": str(since or "")[:10]}
        for record, step, unit, since in connection.execute(query)
    }
