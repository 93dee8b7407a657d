"""The register as the office gives households out from it: read from the flat tables, so that nothing has to be opened.

Whoever asked to be left alone, withdrew, or put the visit off is known here by one thing: the day before which nothing is due.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, func, inspect, select

from fieldkit.fieldwork.assigning import Listed, rests_until
from fieldkit.fieldwork.contact import Said, said_by
from fieldkit.fieldwork.households import HOUSEHOLD, VISIT
from fieldkit.office.flat import Flat
from fieldkit.office.flat_texts import Texts
from fieldkit.records import Record
from sync import schema
from sync.tables import table_state

if TYPE_CHECKING:
    from fieldkit.office.office import Office

_MIGRANT = "migrant"
READ = frozenset({HOUSEHOLD, VISIT, _MIGRANT})
"""The forms that the register is made of."""
_TOLD = ("date", "conflicting", "contact", "wants_no_more", "withdrawn_on", "withdrawn_scope")
"""What of a registration or visit says whether the household is to be left alone (`said_by`)."""
_NO_CONTACT = "none"


def changed(office: Office, forms: Collection[str] = READ) -> int:
    """The number of the last import that changed a record of these forms, 0 for none. Raises SyncError."""
    with office.archive.database.reading() as connection:
        last = select(func.max(schema.current.c.changed)).where(schema.current.c.form.in_(sorted(forms)))
        return int(connection.execute(last).scalar() or 0)


def bring_tables_up_to_date(office: Office, forms: Collection[str] = READ) -> None:
    """Have the flat tables of these forms say what the archive says; nobody waits where they do. Raises SyncError."""
    with office.archive.database.reading() as connection:
        there = inspect(connection).has_table(table_state.name)
        current = connection.execute(select(func.min(table_state.c.current))).scalar() if there else None
    if not current or current < changed(office, forms):
        office.keep_tables()


def register(office: Office, today: date) -> list[Listed]:
    """The registered households. Raises SyncError."""
    bring_tables_up_to_date(office)
    with office.archive.database.reading() as connection:
        flat = Flat(connection)
        household, visit = Texts(connection, flat.rows(HOUSEHOLD)), Texts(connection, flat.rows(VISIT))
        said = _asked_to_stop(
            Texts(connection, flat.rows(_MIGRANT)), Texts(connection, flat.rows(_MIGRANT, "contact_log"))
        )
        places: dict[str, tuple[str, str, str]] = {}
        for record, number, village, group in household.read(("record_id", "hh_id", "village", "group_no")):
            # Where two laptops registered one household, the last of them stands.
            if number not in places or places[number][0] < record:
                places[number] = (record, village, group)
        for number, *answers in household.read(("hh_id", *_TOLD), *_closes(household)):
            _hear(said, HOUSEHOLD, number, answers)
        put_off = (visit["outcome"] == "postponed") & (visit["revisit_on"] > today.isoformat())
        asked = {*said, *(number for (number,) in visit.read(("hh_id",), *_closes(visit), put_off))}
        last: dict[str, tuple[str, str, str]] = {}
        for record, number, outcome, later, *answers in visit.read(
            ("record_id", "hh_id", "outcome", "revisit_on", *_TOLD), within=("hh_id", asked)
        ):
            _hear(said, VISIT, number, answers)
            here = (answers[0], record, later if outcome == "postponed" else "")
            last[number] = max(last.get(number, here), here)
    return [
        Listed(number, village, group, _rests(said.get(number), last.get(number)) if number in asked else "")
        for number, (_record, village, group) in places.items()
        if number
    ]


def visits(office: Office) -> Counter[str]:
    """How many visits there were to each household that was visited. Raises SyncError."""
    bring_tables_up_to_date(office)
    with office.archive.database.reading() as connection:
        return Counter(
            number for (number,) in Texts(connection, Flat(connection).rows(VISIT)).read(("hh_id",)) if number
        )


def _rests(said: Sequence[Said] | None, last: tuple[str, str, str] | None) -> str:
    return rests_until(said or (), last[-1] if last else "")


def _closes(form: Texts) -> tuple[ColumnElement[bool], ...]:
    """Rows by which a household may have to be left alone; one about which laptops disagree is such a row."""
    return (
        form["contact"] == _NO_CONTACT,
        form["wants_no_more"] == "yes",
        form["conflicting"].like("%contact%"),
    )


def _hear(said: dict[str, list[Said]], form: str, number: str, answers: Sequence[str]) -> None:
    """Add what a registration or visit says of contact, by its answers to `_TOLD`."""
    text = dict(zip(_TOLD, answers, strict=True))
    if any(each.rpartition("/")[2] == "contact" for each in text["conflicting"].split()):
        text["contact"] = _NO_CONTACT
    found = said_by(Record("", form, {}, frozenset(), date.min), text | {"hh_id": number})
    if found is not None:
        said.setdefault(number, []).append(found)


def _asked_to_stop(migrant: Texts, calls: Texts) -> dict[str, list[Said]]:
    """What is said by people elsewhere who asked that nobody calls any more, by household."""
    days: dict[str, str] = {}
    for record, day in calls.read(("record_id", "log_date"), calls["log_result"] == "asked_stop"):
        days[record] = max(days.get(record, ""), day)
    found: dict[str, list[Said]] = {}
    for record, number, day in migrant.read(("record_id", "hh_id", "date"), within=("record_id", days)):
        if number:
            found.setdefault(number, []).append(Said(closed=days[record] or day))
    return found
