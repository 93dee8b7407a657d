"""Payments of benefits: what was due in a period and what became of it, and those that somebody has to see to. No list has a name.

Indicator I-12 (domain report §3): paid by the day it was due and in full, of all that were due in the period, for the whole town.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ColumnElement, Connection, and_, case, cast, func, or_, select

from fieldkit.exchange import as_record
from fieldkit.fieldwork.contact import is_closed, said_by
from fieldkit.office.flat import Flat, Rows

if TYPE_CHECKING:
    from fieldkit.office.office import Office

FORM = "benefit"
ON_TIME, LATE, SHORT = "on_time", "late", "short"
"""What became of a payment that was made: by the day and in full; after the day; by the day, and not the standard amount."""
FAILED, RETURNED, HELD, SCHEDULED, UNCLEAR = "failed", "returned", "held", "scheduled", "unclear"
"""The others, as the form calls them; unclear: in conflict until somebody decides."""
KINDS = (ON_TIME, LATE, SHORT, FAILED, RETURNED, HELD, SCHEDULED, UNCLEAR)
FUND_LATE = "fund_late"
MOST = 500
"""So many payments that nobody has to see to are listed at most."""


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment. record: of its case; row: its id there. Amounts in yuan, days ISO 8601, "" where there is none.

    kind: one of `KINDS`. reason: why it failed. again: the day agreed for paying it again. told: when the person was told.
    """

    record: str
    row: str
    case: str
    programme: str
    period: str
    due: str
    kind: str
    reason: str
    amount: str
    paid_on: str
    told: str
    again: str

    @property
    def is_open(self) -> bool:
        """Whether the money is still owed."""
        return self.kind not in {ON_TIME, LATE, SHORT}


@dataclass(frozen=True, slots=True)
class Figures:
    """What was due in a period. due: how many; kinds, reasons: how many of each kind, and of each reason among those that
    failed; owed, paid: yuan.
    """

    due: int
    kinds: Mapping[str, int]
    reasons: Mapping[str, int]
    owed: Decimal
    paid: Decimal

    @property
    def on_time(self) -> int:
        """The numerator of I-12."""
        return self.kinds.get(ON_TIME, 0)

    @property
    def rate(self) -> Decimal | None:
        """I-12 in per cent with one decimal, None where nothing was due."""
        return (Decimal(self.on_time * 100) / self.due).quantize(Decimal("0.1")) if self.due else None


def figures(office: Office, first: date, last: date) -> Figures:
    """Of the payments due from `first` to `last`, both included. Raises SyncError."""
    kinds: dict[str, int] = dict.fromkeys(KINDS, 0)
    reasons: dict[str, int] = {}
    owed = paid = 0
    with office.archive.database.reading() as connection:
        rows = Flat(connection).rows(FORM, "payment")
        for kind, reason, number, standard, given in _sums(connection, rows, first, last) if rows else ():
            kinds[kind] += number
            if kind in {FAILED, RETURNED} and reason:
                reasons[reason] = reasons.get(reason, 0) + number
            owed, paid = owed + int(standard or 0), paid + int(given or 0)
    return Figures(sum(kinds.values()), kinds, reasons, Decimal(owed) / 100, Decimal(paid) / 100)


def to_see_to(
    office: Office, today: date, first: date | None = None, last: date | None = None
) -> list[Payment]:
    """The payments that are owed and were due by today, failed, came back or are on hold, by the day they were due; of a
    period or of all time. Raises SyncError.
    """
    return _listed(office, first, last, lambda rows: _is_open(rows, today))


def settled(office: Office, first: date, last: date, today: date) -> list[Payment]:
    """The other payments due in a period, those that came late first; `MOST` of them. Raises SyncError."""
    return _listed(office, first, last, lambda rows: ~_is_open(rows, today), MOST)


def of_record(office: Office, record: str) -> list[Payment]:
    """The payments of one case, in their order. Raises SyncError."""
    return _listed(office, None, None, lambda rows: rows.record == record)


def last_due(office: Office, today: date) -> date:
    """The last day until today on which a payment was due, today where there was none. Raises SyncError."""
    with office.archive.database.reading() as connection:
        rows = Flat(connection).rows(FORM, "payment")
        due = rows.of("due_on") if rows is not None else None
        found = (
            None if due is None else connection.execute(select(func.max(due)).where(due <= today)).scalar()
        )
    return found or today


def count_to_see_to(office: Office, today: date) -> int:
    """How many there are of `to_see_to`. Raises SyncError."""
    with office.archive.database.reading() as connection:
        rows = Flat(connection).rows(FORM, "payment")
        if rows is None:
            return 0
        query = select(func.count()).select_from(rows.table).where(_is_open(rows, today))
        return int(connection.execute(query).scalar_one())


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a case is about and how they may be told. ways: what was agreed to, as the form's codes, () for none or where
    the household asked to be left alone since. household: the record of its registration, "" where it is not held.
    """

    person: str
    ways: tuple[str, ...]
    household: str = ""


def reach(office: Office, number: str, person: str, agreed: str) -> Reach:
    """How somebody of a household may be told about their case. agreed: the case's own answer. Raises SyncError."""
    ways = tuple(each for each in agreed.split() if each != "none")
    if not (number and ways):
        return Reach(person, () if not number else ways)
    records = _of_household(office, number)
    views = [view for record in records if (view := office.view(record)) is not None and view.state == "live"]
    said = [each for view in views if (each := said_by(as_record(view))) is not None]
    if is_closed(said):
        return Reach(person, ())
    home = next((view.record for view in views if view.form == "household"), "")
    return Reach(person, ways, home)


def _of_household(office: Office, number: str) -> list[str]:
    """The records that may say whether a household wants to be contacted."""
    with office.archive.database.reading() as connection:
        flat = Flat(connection)
        found: list[str] = []
        for form in ("household", "visit", "migrant"):
            rows = flat.rows(form)
            if rows is not None:
                query = select(rows.record).where(rows.of("hh_id") == number)
                found += connection.execute(query).scalars()
    return found


# -- how it is asked --------------------------------------------------------------------------------------


def _kind(rows: Rows) -> ColumnElement[str]:
    status, paid_on, due = rows.of("status"), rows.of("paid_on"), rows.of("due_on")
    return case(
        (status.is_(None), UNCLEAR),
        (status != "paid", status),
        (and_(paid_on <= due, rows.of("paid_amt") == rows.of("standard_amt")), ON_TIME),
        (paid_on > due, LATE),
        else_=SHORT,
    ).label("kind")


def _is_open(rows: Rows, today: date) -> ColumnElement[bool]:
    status = rows.of("status")
    return or_(
        status.is_(None),
        status.in_((FAILED, RETURNED, HELD)),
        and_(status == SCHEDULED, rows.of("due_on") <= today),
    )


def _within(rows: Rows, first: date | None, last: date | None) -> Iterator[ColumnElement[bool]]:
    if first is not None:
        yield rows.of("due_on") >= first
    if last is not None:
        yield rows.of("due_on") <= last


def _sums(connection: Connection, rows: Rows, first: date, last: date) -> Iterable[Any]:
    """By kind and reason: how many, and in whole fen what was owed and what was paid, so that nothing is rounded twice."""
    kind, reason = _kind(rows), rows.of("fail_reason")
    query = select(
        kind, reason, func.count(), _fen(rows.of("standard_amt")), _fen(rows.of("paid_amt"))
    ).where(*_within(rows, first, last))
    return connection.execute(query.group_by(kind, reason))


def _fen(amount: ColumnElement[Any]) -> ColumnElement[int]:
    return func.sum(cast(func.round(amount * 100), BigInteger))


def _listed(
    office: Office, first: date | None, last: date | None, which: Any, most: int | None = None
) -> list[Payment]:
    with office.archive.database.reading() as connection:
        flat = Flat(connection)
        rows, cases = flat.rows(FORM, "payment"), flat.rows(FORM)
        if rows is None or cases is None:
            return []
        names = ("period", "due_on", "fail_reason", "standard_amt", "paid_on", "notified_on", "again_on")
        query = (
            select(
                rows.record, rows.fixed("instance_id"), cases.of("case_id"), cases.of("programme"), _kind(rows),
                *(rows.of(name) for name in names),
            )
            .join_from(rows.table, cases.table, rows.record == cases.record)
            .where(which(rows), *_within(rows, first, last))
            .order_by(_kind(rows) == ON_TIME, rows.of("due_on"), rows.record, rows.fixed("position"))
            .limit(most)
        )  # fmt: skip
        return [_payment(row) for row in connection.execute(query)]


def _payment(row: Any) -> Payment:
    record, instance, number, programme, kind, period, due, reason, amount, paid_on, told, again = row
    text = ["" if each is None else str(each) for each in (number, programme, period, due, reason)]
    number, programme, period, due, reason = text
    yuan = "" if amount is None else f"{Decimal(str(amount)):.2f}"
    days = ["" if each is None else str(each) for each in (paid_on, told, again)]
    return Payment(record, instance, number, programme, period, due, kind, reason, yuan, *days)
