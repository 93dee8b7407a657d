"""Which services are planned for the township and its villages, and what has been done: targets beside what the tables hold.

Counted are services alone (domain.md I-01, I-11, I-12, I-13); what people decide for themselves has no target, and nothing
is counted by worker or laptop. A part of the whole is told of the township alone, never of a village.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.fieldwork.targets import Progress, expected_by
from fieldkit.office.flat import Flat
from fieldkit.office.flat_texts import Texts
from fieldkit.office.register import bring_tables_up_to_date
from fieldkit.report.periods import Period, parse_period

if TYPE_CHECKING:
    from fieldkit.office.office import Office

_AWAY = "all_out"
_PERCENT, _NUMBER = "percent", "number"
_TABLES = {"household": "", "visit": "", "edu_event": "", "request": "", "payment": "benefit"}

Tables = dict[str, Texts]
Counted = tuple[int, int | None]
"""How many were done, and of how many; None where they are not a part of anything."""


@dataclass(frozen=True, slots=True)
class _Service:
    """How a service is counted, in which unit, and whether it grows over the period or is a rate at all times."""

    count: Callable[[Tables, str, str, str], Counted]
    unit: str
    grows: bool


def progress(office: Office, today: date) -> list[Progress]:
    """The targets of the periods that `today` lies in whose services are counted here: the township's first, then by village.

    Raises SyncError.
    """
    bring_tables_up_to_date(office, {"target", *(form or name for name, form in _TABLES.items())})
    with office.archive.database.reading() as connection:
        flat = Flat(connection)
        tables = {
            name: Texts(connection, flat.rows(form or name, name if form else ""))
            for name, form in _TABLES.items()
        }
        asked = ("indicator_id", "village", "period", "unit", "target")
        targets = sorted(set(Texts(connection, flat.rows("target")).read(asked)))
        return sorted(
            (each for row in targets for each in _progress(tables, row, today)),
            key=lambda each: (each.village, each.indicator, each.period),
        )


def _progress(tables: Tables, row: tuple[str, ...], today: date) -> Iterator[Progress]:
    indicator, village, named, unit, target = row
    service, period = _SERVICES.get(indicator), _period(named)
    if service is None or period is None or not period.contains(today) or not target:
        return
    if service.unit != unit or (village and unit == _PERCENT):
        return
    done, of = service.count(tables, village, period.first.isoformat(), today.isoformat())
    aim = float(target)
    expected = expected_by(aim, period.first, period.last, today) if service.grows else aim
    if of != 0:
        figure = done if of is None else 100 * done / of
        yield Progress(indicator, village, named, unit, aim, expected, figure, of)


def _period(text: str) -> Period | None:
    try:
        return parse_period(text)
    except FieldkitError:
        return None


def _offered(tables: Tables, _village: str, first: str, last: str) -> Counted:
    """Households offered a visit, of those where somebody lives: whatever came of it. A visit that was declined names no
    household, and counts as one.
    """
    household, visit = tables["household"], tables["visit"]
    lived_in = household["presence"].is_distinct_from(_AWAY)
    then = visit["date"].between(first, last)
    homes = household.count("hh_id", lived_in)
    offered = visit.count("hh_id", then, household.has("hh_id", visit["hh_id"], lived_in))
    unnamed = visit.count("record_id", then, visit["hh_id"].is_(None))
    return min(homes, offered + unnamed), homes


def _events(tables: Tables, village: str, first: str, last: str) -> Counted:
    """Health education events that took place."""
    event = tables["edu_event"]
    rows = event.read(("village",), event["date"].between(first, last))
    return sum(village in {"", place} for (place,) in rows), None


def _paid(tables: Tables, _village: str, first: str, last: str) -> Counted:
    """Payments due by today that were made in full by their day."""
    payment = tables["payment"]
    wanted = ("due_on", "paid_on", "paid_amt", "standard_amt")
    due = [
        bool(paid) and paid <= by and amount == standard
        for by, paid, amount, standard in payment.read(wanted, payment["due_on"].between(first, last))
    ]
    return sum(due), len(due)


def _met(tables: Tables, _village: str, first: str, last: str) -> Counted:
    """Requests promised for a day up to today that were met by it."""
    request = tables["request"]
    rows = request.read(("promised_by", "done_at"), request["promised_by"].between(first, last))
    due = [bool(done) and done[:10] <= by for by, done in rows]
    return sum(due), len(due)


_SERVICES = {
    "I-01": _Service(_offered, _PERCENT, grows=True),
    "I-11": _Service(_events, _NUMBER, grows=True),
    "I-12": _Service(_paid, _PERCENT, grows=False),
    "I-13": _Service(_met, _PERCENT, grows=False),
}
