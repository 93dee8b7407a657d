"""Service points as their last inspections left them: what is to be done on the walls, what is missing, what expires, what was spent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, and_, func, select

from fieldkit.office.flat import Flat, Rows

if TYPE_CHECKING:
    from fieldkit.office.office import Office

FORM = "service_point"
SOON = timedelta(days=90)
"""Stock is said to expire so long before."""
STOCK = ("condoms_box", "folic_acid_bottles", "kits")


@dataclass(frozen=True, slots=True)
class Slogan:
    """A slogan that is to be repainted or removed, and is not yet. row: its id in the record."""

    record: str
    row: str
    where: str
    text: str
    content: str
    action: str


@dataclass(frozen=True, slots=True)
class Asset:
    """A thing of a point, by its tag. condition: as the form has it."""

    record: str
    row: str
    tag: str
    kind: str
    number: str
    condition: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of what was spent. amount: yuan. invoice_sum: what the invoice says, as text, on its first line, "" where that
    was not entered yet; why: the reason where they differ.
    """

    row: str
    invoice: str
    amount: Decimal
    invoice_sum: str
    why: str


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice and its lines. row: its first line. total: what stands on it, None where it was not entered yet."""

    number: str
    row: str
    lines: Decimal
    total: Decimal | None
    why: str

    @property
    def difference(self) -> Decimal | None:
        """The lines less the invoice; None while nobody has entered what stands on it."""
        return None if self.total is None else self.lines - self.total

    @property
    def is_settled(self) -> bool:
        """Whether they are the same to the fen, or somebody has said why not."""
        return self.difference is not None and (self.difference == 0 or bool(self.why))


@dataclass(frozen=True, slots=True)
class Point:
    """A point as its last inspection left it. seen: the day. total: yuan spent in all its inspections."""

    id: str
    village: str
    record: str
    seen: str
    slogans: int
    assets: int
    expiring: tuple[tuple[str, str], ...]
    invoices_open: int
    total: Decimal

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is to be done there."""
        return not (self.slogans or self.assets or self.expiring or self.invoices_open)


def invoices_of(lines: Sequence[Line]) -> list[Invoice]:
    """The invoices of an inspection's lines, in the order of the lines; a line without a number is on none."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        if line.invoice:
            found.setdefault(line.invoice, []).append(line)
    return [
        Invoice(
            number, some[0].row, sum((each.amount for each in some), Decimal(0)), _decimal(some[0].invoice_sum), some[0].why
        )
        for number, some in found.items()
    ]  # fmt: skip


def points(office: Office, today: date) -> list[Point]:
    """Every point, by its village's code. Raises SyncError."""
    with office.archive.database.reading() as connection:
        flat = Flat(connection)
        rows = flat.rows(FORM)
        if rows is None:
            return []
        newest = _newest(connection, rows)
        of_newest = select(rows.record).where(rows.record.in_([each["record_id"] for each in newest]))
        slogans = _counted(connection, flat.rows(FORM, "slogans"), of_newest, _is_to_do)
        assets = _counted(connection, flat.rows(FORM, "assets"), of_newest, _is_amiss)
        lines = _lines(connection, flat.rows(FORM, "expenses"))
        of_point = dict(map(tuple, connection.execute(select(rows.record, rows.of("point_id")))))
    spent: dict[str, Decimal] = {}
    unsettled: dict[str, int] = {}
    for record, some in lines.items():
        point = of_point.get(record, "")
        spent[point] = spent.get(point, Decimal(0)) + sum((each.amount for each in some), Decimal(0))
        unsettled[point] = unsettled.get(point, 0) + sum(not each.is_settled for each in invoices_of(some))
    found = [
        Point(
            each["point_id"], each["village"] or "", each["record_id"], str(each["date"] or ""), slogans.get(each["record_id"], 0),
            assets.get(each["record_id"], 0), _expiring(each, today), unsettled.get(each["point_id"], 0),
            spent.get(each["point_id"], Decimal(0)),
        )
        for each in newest
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.village, each.id))


def slogans_to_do(office: Office, record: str) -> list[Slogan]:
    """The slogans of an inspection that wait for the painter, those that do not respect people first. Raises SyncError."""
    with office.archive.database.reading() as connection:
        rows = Flat(connection).rows(FORM, "slogans")
        if rows is None:
            return []
        names = ("slogan_loc", "slogan_text", "slogan_content", "slogan_action")
        query = _of(rows, record, names).where(_is_to_do(rows))
        found = [Slogan(*(str(each or "") for each in row)) for row in connection.execute(query)]
    return sorted(found, key=lambda each: each.content != "disrespectful")


def assets(office: Office, record: str) -> list[Asset]:
    """The things noted in an inspection, in its order. Raises SyncError."""
    with office.archive.database.reading() as connection:
        rows = Flat(connection).rows(FORM, "assets")
        if rows is None:
            return []
        names = ("asset_tag", "asset_type", "asset_qty", "asset_condition")
        query = _of(rows, record, names)
        return [
            Asset(*("" if each is None else str(each) for each in row)) for row in connection.execute(query)
        ]


def inspections_with_invoices(office: Office, point: str) -> list[tuple[str, str, list[Invoice]]]:
    """The inspections of a point that noted expenses, the newest first: record, day, invoices. Raises SyncError."""
    with office.archive.database.reading() as connection:
        flat = Flat(connection)
        rows = flat.rows(FORM)
        if rows is None:
            return []
        query = select(rows.record, rows.of("date")).where(rows.of("point_id") == point)
        days = {record: str(day or "") for record, day in connection.execute(query)}
        lines = _lines(connection, flat.rows(FORM, "expenses"), list(days))
    found = [(record, days[record], invoices_of(some)) for record, some in lines.items()]
    return sorted(found, key=lambda each: (each[1], each[0]), reverse=True)


# -- how it is asked --------------------------------------------------------------------------------------


def _newest(connection: Connection, rows: Rows) -> list[dict[str, Any]]:
    """The last inspection of each point."""
    place = func.row_number().over(
        partition_by=rows.of("point_id"), order_by=(rows.of("date").desc(), rows.record.desc())
    )
    names = ("point_id", "village", "date", *STOCK, *(f"{each}_expiry" for each in STOCK))
    ranked = select(rows.record, *(rows.of(name) for name in names), place.label("place")).subquery()
    query = select(ranked).where(ranked.c.place == 1, ranked.c.point_id.is_not(None))
    return [dict(row) for row in connection.execute(query).mappings()]


def _of(rows: Rows, record: str, names: Sequence[str]) -> Any:
    columns = [rows.record, rows.fixed("instance_id"), *(rows.of(name) for name in names)]
    return select(*columns).where(rows.record == record).order_by(rows.fixed("position"))


def _is_to_do(rows: Rows) -> Any:
    return and_(rows.of("slogan_action").in_(("repaint", "remove")), rows.of("slogan_done_on").is_(None))


def _is_amiss(rows: Rows) -> Any:
    return rows.of("asset_condition").in_(("repair", "broken", "missing"))


def _counted(connection: Connection, rows: Rows | None, records: Any, which: Any) -> dict[str, int]:
    if rows is None:
        return {}
    query = select(rows.record, func.count()).where(which(rows), rows.record.in_(records))
    return dict(map(tuple, connection.execute(query.group_by(rows.record))))


def _lines(
    connection: Connection, rows: Rows | None, records: Sequence[str] | None = None
) -> dict[str, list[Line]]:
    if rows is None:
        return {}
    names = ("exp_invoice_no", "exp_amount", "exp_invoice_sum", "exp_invoice_why")
    query = select(rows.record, rows.fixed("instance_id"), *(rows.of(name) for name in names))
    if records is not None:
        query = query.where(rows.record.in_(records))
    found: dict[str, list[Line]] = {}
    for record, row, number, amount, total, why in connection.execute(
        query.order_by(rows.record, rows.fixed("position"))
    ):
        line = Line(row, number or "", _decimal(amount) or Decimal(0), str(total or ""), why or "")
        found.setdefault(record, []).append(line)
    return found


def _expiring(point: dict[str, Any], today: date) -> tuple[tuple[str, str], ...]:
    """What of the stock expires soon or has expired, with the day."""
    until = (today + SOON).isoformat()
    days = ((each, str(point[f"{each}_expiry"] or "")) for each in STOCK if point[each])
    return tuple((each, day) for each, day in days if day and day <= until)


def _decimal(text: Any) -> Decimal | None:
    """An amount; None for what is none."""
    try:
        return None if text in {None, ""} else Decimal(str(text))
    except ArithmeticError:
        return None
