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
    """A point as its inspections left it. record, seen: the last of them and its day; walls, things: the records of the last
    that noted slogans, and things, "" for none. expiring: of each kind of stock as it was last counted. total: yuan
    spent in all of them.
    """

    id: str
    village: str
    record: str
    seen: str
    walls: str
    things: str
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
        inspections = _inspections(connection, rows)
        slogans = _counted(connection, flat.rows(FORM, "slogans"), _is_to_do)
        assets = _counted(connection, flat.rows(FORM, "assets"), _is_amiss)
        lines = _lines(connection, flat.rows(FORM, "expenses"))
    found = []
    for point, some in inspections.items():
        last = some[-1]
        walls = _last_that_noted(some, "slogans_noted")
        things = _last_that_noted(some, "assets_noted")
        spent = [line for each in some for line in lines.get(each["record_id"], ())]
        invoices = [one for each in some for one in invoices_of(lines.get(each["record_id"], ()))]
        found.append(
            Point(
                point, last["village"] or "", last["record_id"], str(last["date"] or ""), walls, things,
                slogans.get(walls, 0), assets.get(things, 0), _expiring(some, today),
                sum(not each.is_settled for each in invoices), sum((each.amount for each in spent), Decimal(0)),
            )
        )  # fmt: skip
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


def _inspections(connection: Connection, rows: Rows) -> dict[str, list[dict[str, Any]]]:
    """The inspections of each point, from the first to the last."""
    names = (
        "point_id",
        "village",
        "date",
        "slogans_noted",
        "assets_noted",
        *STOCK,
        *(f"{each}_expiry" for each in STOCK),
    )
    query = select(rows.record, *(rows.of(name) for name in names)).where(rows.of("point_id").is_not(None))
    found: dict[str, list[dict[str, Any]]] = {}
    for row in connection.execute(query.order_by(rows.of("date"), rows.record)).mappings():
        found.setdefault(row["point_id"], []).append(dict(row))
    return found


def _last_that_noted(inspections: Sequence[dict[str, Any]], what: str) -> str:
    return next((each["record_id"] for each in reversed(inspections) if each[what] == "yes"), "")


def _of(rows: Rows, record: str, names: Sequence[str]) -> Any:
    columns = [rows.record, rows.fixed("instance_id"), *(rows.of(name) for name in names)]
    return select(*columns).where(rows.record == record).order_by(rows.fixed("position"))


def _is_to_do(rows: Rows) -> Any:
    return and_(rows.of("slogan_action").in_(("repaint", "remove")), rows.of("slogan_done_on").is_(None))


def _is_amiss(rows: Rows) -> Any:
    return rows.of("asset_condition").in_(("repair", "broken", "missing"))


def _counted(connection: Connection, rows: Rows | None, which: Any) -> dict[str, int]:
    """How many rows of each record are so."""
    if rows is None:
        return {}
    query = select(rows.record, func.count()).where(which(rows)).group_by(rows.record)
    return dict(map(tuple, connection.execute(query)))


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


def _expiring(inspections: Sequence[dict[str, Any]], today: date) -> tuple[tuple[str, str], ...]:
    """What of the stock, as it was last counted, expires soon or has expired, with the day."""
    until, found = (today + SOON).isoformat(), []
    for item in STOCK:
        counted = next((each for each in reversed(inspections) if each[item] is not None), None)
        day = str(counted[f"{item}_expiry"] or "") if counted is not None and counted[item] else ""
        if day and day <= until:
            found.append((item, day))
    return tuple(found)


def _decimal(text: Any) -> Decimal | None:
    """An amount; None for what is none."""
    try:
        return None if text in {None, ""} else Decimal(str(text))
    except ArithmeticError:
        return None
