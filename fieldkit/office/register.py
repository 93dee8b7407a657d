"""The register as the office gives households out from it: read from the flat tables, so that nothing has to be opened.

Whoever asked to be left alone, withdrew, or put the visit off is known here by one thing: the day before which nothing is due.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, func, inspect, select

from fieldkit.fieldwork.assigning import Listed, rests_until
from fieldkit.fieldwork.contact import Said, said_by
from fieldkit.fieldwork.households import HOUSEHOLD, VISIT
from fieldkit.office.flat import Flat
from fieldkit.records import Record
from sync.tables import remembered, table_state

if TYPE_CHECKING:
    from fieldkit.office.office import Office

_MIGRANT = "migrant"
_TOLD = ("hh_id", "date", "contact", "wants_no_more", "withdrawn_on", "withdrawn_scope")
"""What of a registration or visit says whether the household is to be left alone (`said_by`)."""
_NO_CONTACT = "none"


def bring_tables_up_to_date(office: Office) -> None:
    """Have the flat tables say what the archive says; nobody waits where they do. Raises SyncError."""
    with office.archive.database.reading() as connection:
        if inspect(connection).has_table(table_state.name):
            latest = office.archive.table_source().latest(connection)
            if connection.execute(select(func.min(table_state.c.current))).scalar() == latest:
                return
    office.keep_tables()


def register(office: Office, today: date) -> list[Listed]:
    """The registered households. Raises SyncError."""
    bring_tables_up_to_date(office)
    with office.archive.database.reading() as connection:
        specs = remembered(connection)
        household, visit = Flat(connection, specs, HOUSEHOLD), Flat(connection, specs, VISIT)
        stopped = _asked_to_stop(
            Flat(connection, specs, _MIGRANT), Flat(connection, specs, _MIGRANT, "contact_log")
        )
        asked = set(stopped)
        asked.update(number for (number,) in household.read(("hh_id",), *_closes(household)))
        put_off = (visit["outcome"] == "postponed") & (visit["revisit_on"] > today)
        asked.update(number for (number,) in visit.read(("hh_id",), *_closes(visit), put_off))
        said = {number: [Said(closed=day)] for number, day in stopped.items()}
        for number, each in (*_said(household, HOUSEHOLD, asked), *_said(visit, VISIT, asked)):
            said.setdefault(number, []).append(each)
        later = _put_off_to(visit, asked)
        rests = {number: rests_until(said.get(number, ()), later.get(number, "")) for number in asked}
        # Where two laptops registered one household, the last of them stands.
        places = {number: place for number, *place in household.read(("hh_id", "village", "group_no"))}
    return [
        Listed(number, village, group, rests.get(number, ""))
        for number, (village, group) in places.items()
        if number
    ]


def _closes(form: Flat) -> tuple[ColumnElement[bool], ...]:
    """Rows by which a household may have to be left alone; one about which laptops disagree is such a row."""
    return (
        form["contact"] == _NO_CONTACT,
        form["wants_no_more"] == "yes",
        form["conflicting"].like("%contact%"),
    )


def _said(form: Flat, name: str, numbers: Collection[str]) -> Iterator[tuple[str, Said]]:
    """What the rows of a registration or visit say of contact."""
    for conflicting, *answers in form.read(("conflicting", *_TOLD), within=("hh_id", numbers)):
        text = dict(zip(_TOLD, answers, strict=True))
        if any(each.rpartition("/")[2] == "contact" for each in conflicting.split()):
            text["contact"] = _NO_CONTACT
        record = Record("", name, {}, frozenset(), date.min)
        said = said_by(record, text)
        if said is not None:
            yield text["hh_id"], said


def _put_off_to(visit: Flat, numbers: Collection[str]) -> dict[str, str]:
    """To which day the last visit put the next one off, by household."""
    last: dict[str, tuple[str, str, str]] = {}
    wanted = ("hh_id", "date", "record_id", "outcome", "revisit_on")
    for number, day, record, outcome, revisit in visit.read(wanted, within=("hh_id", numbers)):
        here = (day, record, revisit if outcome == "postponed" else "")
        last[number] = max(last.get(number, here), here)
    return {number: revisit for number, (_day, _record, revisit) in last.items()}


def _asked_to_stop(migrant: Flat, calls: Flat) -> dict[str, str]:
    """The households of people elsewhere who asked that nobody calls any more, each with the last day of that."""
    days: dict[str, str] = {}
    for record, day in calls.read(("record_id", "log_date"), calls["log_result"] == "asked_stop"):
        days[record] = max(days.get(record, ""), day)
    found: dict[str, str] = {}
    rows = migrant.read(("record_id", "hh_id", "date"), within=("record_id", days))
    for record, number, day in rows:
        if number:
            found[number] = max(found.get(number, ""), days[record] or day)
    return found
