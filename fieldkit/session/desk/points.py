"""Service points: what is to be done at each, the next inspection with what stood there last time, and invoices that add up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from fieldkit.datatypes import money
from fieldkit.datatypes.money import yuan
from fieldkit.errors import FieldkitError
from fieldkit.i18n import N_, _, language
from fieldkit.office import service_points
from fieldkit.office.flat import up_to_date
from fieldkit.office.roles import Act
from fieldkit.office.service_points import FORM, Asset, Invoice, Point, Slogan
from fieldkit.session.desk.editing import row_at
from fieldkit.session.desk.labels import Labels
from fieldkit.session.desk.told import told
from fieldkit.session.reading.standards import read_money
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.interview import Interview
    from fieldkit.xforms import FormEntry
    from sync import Answer

_STOCK = {
    "condoms_box": N_("condoms"),
    "folic_acid_bottles": N_("folic acid"),
    "kits": N_("test and sampling kits"),
}
_SIGNS = re.compile(r"[^0-9a-z]")
WHY = "service point"


@dataclass(slots=True)
class Inspection:
    """An inspection that was begun. interview: keeps it. waiting: the things of last time that nobody has seen yet, each with
    its path; seen: those that were.
    """

    interview: Interview
    waiting: dict[str, Asset]
    seen: dict[str, tuple[Asset, str]] = field(default_factory=dict)

    def find(self, tag: str) -> list[str]:
        """The paths of the things whose tag is what was scanned or typed: the whole tag, else its digits, else its end."""
        known = {**self.waiting, **{path: asset for path, (asset, _state) in self.seen.items()}}
        wanted = _SIGNS.sub("", tag.lower())
        if not wanted:
            return []
        tags = {path: _SIGNS.sub("", asset.tag.lower()) for path, asset in known.items()}
        for matches in (
            lambda own: own == wanted,
            lambda own: wanted.isdigit() and re.sub(r"\D", "", own) == wanted,
            lambda own: own.endswith(wanted),
        ):
            found = [path for path, own in tags.items() if own and matches(own)]
            if found:
                return found
        return []


class Points:
    """The service points of an office, for whoever serves there."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._labels = Labels(desk.session.library, FORM)
        self._known: tuple[tuple[int, date], list[Point]] | None = None

    # -- lists --------------------------------------------------------------------------------------------

    @told()
    def state(self) -> str:
        """At how many something is to be done, in words, for Home. Raises FieldkitError."""
        self._desk.need(Act.SERVE)
        is_current = up_to_date(self._desk.office, quickly=True)
        count = sum(not each.is_quiet for each in self._read(is_current=is_current))
        return _("{count} with something to do", count=count) if count else ""

    @told()
    def all(self) -> list[Point]:
        """Every point as its last inspection left it, in the order of villages. Raises FieldkitError("role.may-not")."""
        self._desk.need(Act.SERVE)
        up_to_date(self._desk.office)
        return self._read(is_current=True)

    def _read(self, *, is_current: bool) -> list[Point]:
        """Every point; read once, until something came. is_current: whether the flat tables are up to date."""
        when = self._desk.office.archive.came(), self._today()
        if self._known is None or self._known[0] != when:
            found = service_points.points(self._desk.office, self._today())
            self._known = (when, found) if is_current else None
            return found
        return self._known[1]

    def point(self, name: str) -> Point:
        """One of them, by its code. Raises FieldkitError("serve.no-point")."""
        found = [each for each in self.all() if each.id == name]
        if not found:
            raise FieldkitError("serve.no-point", point=name)
        return found[0]

    def line(self, each: Point) -> str:
        """A point in one line: its village, when it was last looked at, what is to be done there."""
        self._desk.need(Act.SERVE)
        return "  ".join([each.id, self._desk.words.place(each.village), each.seen, *self._to_do(each)])

    def _to_do(self, each: Point) -> Iterator[str]:
        if each.slogans:
            yield _("slogans to do: {count}", count=each.slogans)
        if each.assets:
            yield _("things to see to: {count}", count=each.assets)
        for item, day in each.expiring:
            what = _("expired") if day < self._today().isoformat() else _("expires")
            yield f"{_(_STOCK[item])} {what} {day}"
        if each.invoices_open:
            yield _("invoices not compared: {count}", count=each.invoices_open)

    @staticmethod
    def total(points: Sequence[Point]) -> str:
        """What was spent at all of them, in figures and in capital figures."""
        spent = sum((each.total for each in points), Decimal(0))
        return f"{yuan(spent)}  {money.capital_figures(spent)}"

    # -- one point ----------------------------------------------------------------------------------------

    @told()
    def slogans(self, point: Point) -> list[Slogan]:
        """What waits for the painter there. Raises FieldkitError."""
        self._desk.need(Act.SERVE)
        return service_points.slogans_to_do(self._desk.office, point.walls)

    @told()
    def assets(self, point: Point) -> list[Asset]:
        """What stood there last time. Raises FieldkitError."""
        self._desk.need(Act.SERVE)
        return service_points.assets(self._desk.office, point.things)

    def slogan_line(self, each: Slogan) -> str:
        """A slogan in one line: what is to be done, why, where, and what it says."""
        what, why = (
            self._labels.of("slogan_action", each.action),
            self._labels.of("slogan_content", each.content),
        )
        return "  ".join([labelled(what, why), each.where, each.text])

    def asset_line(self, each: Asset) -> str:
        """A thing in one line: its tag, what it is, how many where it is not one, its condition."""
        number = f"x{each.number}" if each.number not in {"", "1"} else ""
        kind, state = self._labels.of("asset_type", each.kind), self.condition(each.condition)
        return "  ".join(filter(None, (each.tag or _("no tag"), kind, number, state)))

    def condition(self, code: str) -> str:
        """A condition in words."""
        return self._labels.of("asset_condition", code)

    def conditions(self) -> list[tuple[str, str]]:
        """The conditions, each with its words."""
        return list(self._labels.all("asset_condition").items())

    def slogan_done(self, each: Slogan, photo: str) -> None:
        """It was repainted or removed today. photo: the name of the photo that shows it, without people; "" for none.

        Raises as `Entering.change`.
        """
        self._desk.need(Act.SERVE)
        today = self._today().isoformat()

        def step(entry: FormEntry) -> None:
            entry.set(f"{row_at(entry, 'slogans', each.row)}/slogan_done_on", today)
            if photo.strip():
                names = entry.form.find("photos").path
                entry.set(names, " ".join(filter(None, (entry.value(names), photo.strip()))))
                entry.set(entry.form.find("photo_people").path, "no")

        self._change(each.record, self._labels.of("slogan_action", each.action), step)

    def set_condition(self, each: Asset, condition: str) -> None:
        """A thing is in that condition now. Raises as `Entering.change`."""
        self._desk.need(Act.SERVE)
        self._change(
            each.record,
            self.condition(condition),
            lambda entry: entry.set(f"{row_at(entry, 'assets', each.row)}/asset_condition", condition),
        )

    # -- an inspection ------------------------------------------------------------------------------------

    def unfinished(self, point: Point) -> str:
        """The id of the inspection of a point that was begun at this desk and not finished, "" for none."""
        self._desk.need(Act.SERVE)
        return self._desk.session.interviews.begun(FORM, "point_id", point.id)

    @told()
    def begin(self, point: Point) -> Inspection:
        """Begin an inspection with what stood there last time: every thing waits to be seen, slogans are as they are now.

        It is kept from here on, like every interview. Raises FieldkitError("role.may-not"), StoreError.
        """
        self._desk.need(Act.SERVE)
        things = [each for each in self.assets(point) if each.tag or each.kind]
        slogans = list(_slogans_now(self._desk.entering.open(point.walls, WHY).fields)) if point.walls else []
        answers: dict[str, object] = {"point_id": point.id, "village": point.village}
        if slogans:
            answers |= {"slogans_noted": "yes", "slogans": slogans}
        if things:
            rows = [
                {"asset_type": each.kind, "asset_tag": each.tag, "asset_qty": each.number or "1"}
                for each in things
            ]
            answers |= {"assets_noted": "yes", "assets": rows}
        interview = self._desk.session.interviews.start(FORM, language=language(), answers=answers)
        return _taken_up(interview, things)

    @told()
    def take_up(self, point: Point, draft: str) -> Inspection:
        """Go on with an inspection that was begun: what was marked is seen. Raises as `Interviews.resume`."""
        self._desk.need(Act.SERVE)
        return _taken_up(self._desk.session.interviews.resume(draft), self.assets(point))

    def mark(self, inspection: Inspection, path: str, condition: str = "") -> Asset:
        """A thing was seen. condition: how it is, as last time without one; a thing that was missing is there and good.

        Raises StoreError.
        """
        asset = inspection.waiting.get(path) or inspection.seen[path][0]
        state = condition or ("good" if asset.condition in {"missing", ""} else asset.condition)
        inspection.interview.answer(f"{path}/asset_condition", state)
        inspection.waiting.pop(path, None)
        inspection.seen[path] = asset, state
        return asset

    def rest(self, inspection: Inspection, condition: str) -> None:
        """What nobody has seen is in that condition, "" for as it was last time. Raises StoreError."""
        for path, asset in list(inspection.waiting.items()):
            self.mark(inspection, path, condition or asset.condition)

    @staticmethod
    def go_on(inspection: Inspection) -> None:
        """What is asked next is the first question that is open. Raises StoreError."""
        interview = inspection.interview
        interview.jump(interview.first_open() or interview.index.path)

    # -- invoices -----------------------------------------------------------------------------------------

    @told()
    def invoices(self, point: Point) -> list[tuple[str, str, list[Invoice]]]:
        """The inspections of a point that noted expenses, the newest first: record, day, invoices. Raises FieldkitError."""
        self._desk.need(Act.SERVE)
        up_to_date(self._desk.office)
        return service_points.inspections_with_invoices(self._desk.office, point.id)

    @staticmethod
    def invoice_line(each: Invoice) -> str:
        """An invoice in one line: the sum of its lines, what stands on it, the difference: 0.00, or that it stops here."""
        parts = [each.number, _("lines {amount}", amount=yuan(each.lines))]
        if each.total is None or each.difference is None:
            return "  ".join([*parts, _("type what stands on the invoice")])
        difference = f"{each.difference:.2f}" + ("" if each.is_settled else "  " + _("STOP"))
        parts += [_("invoice {amount}", amount=yuan(each.total)), _("difference {amount}", amount=difference)]
        return "  ".join([*parts, *([each.why] if each.difference and each.why else [])])

    def invoice_total(self, record: str, each: Invoice, typed: str) -> None:
        """What stands on an invoice, in yuan as people type it; "" takes it away. Raises FieldkitError("money.…"), as `Entering.change`."""
        self._desk.need(Act.SERVE)
        amount = read_money(typed) if typed.strip() else ""
        self._on_first(
            record, each, _("invoice compared"), {"exp_invoice_sum": amount, "exp_invoice_why": ""}
        )

    def invoice_why(self, record: str, each: Invoice, why: str) -> None:
        """Why an invoice and its lines differ. Raises FieldkitError("serve.no-why") where nothing is said, as `Entering.change`."""
        self._desk.need(Act.SERVE)
        if not any(letter.isalpha() for letter in why):
            raise FieldkitError("serve.no-why")
        self._on_first(record, each, _("why the invoice differs"), {"exp_invoice_why": " ".join(why.split())})

    @staticmethod
    def close(invoices: Sequence[Invoice]) -> None:
        """See that every invoice is the sum of its lines, or that somebody said why not.

        Raises FieldkitError("serve.invoices-open") naming those that stop.
        """
        open_ = [each.number for each in invoices if not each.is_settled]
        if open_:
            raise FieldkitError("serve.invoices-open", invoices=", ".join(open_))

    def _on_first(self, record: str, each: Invoice, why: str, answers: Mapping[str, str]) -> None:
        def step(entry: FormEntry) -> None:
            row = row_at(entry, "expenses", each.row)
            for name, value in answers.items():
                entry.set(f"{row}/{name}", value or None)

        self._change(record, why, step)

    def _change(self, record: str, why: str, step: Callable[[FormEntry], object]) -> None:
        self._desk.need(Act.SERVE)
        look = self._desk.entering.open(record, WHY)
        self._desk.entering.change(look, why, step)

    def _today(self) -> date:
        return self._desk.session.today()


def _taken_up(interview: Interview, things: Sequence[Asset]) -> Inspection:
    """An inspection by what is answered in it. things: of last time, in the order of its rows."""
    entry, path = interview.entry, interview.form.find("assets").path
    found = Inspection(interview, {})
    for number in range(1, entry.count(path) + 1):
        row = f"{path}[{number}]"
        tag, kind, state = (
            entry.value(f"{row}/{name}") for name in ("asset_tag", "asset_type", "asset_condition")
        )
        known = [each for each in things[number - 1 : number] if (each.tag, each.kind) == (tag, kind)]
        asset = known[0] if known else Asset("", "", tag, kind, entry.value(f"{row}/asset_qty"), "")
        if not (tag or kind):
            continue
        if state:
            found.seen[row] = asset, state
        else:
            found.waiting[row] = asset
    return found


def _slogans_now(fields: Mapping[str, Answer]) -> Iterator[dict[str, object]]:
    """The slogans of an inspection as they are now: those removed are gone, those repainted are good."""
    rows: dict[str, dict[str, object]] = {}
    for key, answer in fields.items():
        parts = key.split("/")
        if parts[0] == "slogans" and len(parts) == 3:
            rows.setdefault(parts[1], {})[parts[2]] = answer
    for row in sorted(rows, key=lambda row: str(fields.get(f"slogans/{row}", "")).zfill(9)):
        slogan = rows[row]
        is_done = bool(slogan.pop("slogan_done_on", ""))
        if is_done and slogan.get("slogan_action") == "remove":
            continue
        if is_done:
            slogan |= {"slogan_condition": "good", "slogan_content": "ok", "slogan_action": "keep"}
        yield slogan
