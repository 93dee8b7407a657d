"""Giving households out to laptops at a desk: who has what, a proposal, giving, taking back, and what to know before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from fieldkit.errors import FieldkitError
from fieldkit.exchange import Operation
from fieldkit.fieldwork.assigning import (
    ASSIGNMENT,
    Holding,
    Laptop,
    Share,
    Unit,
    by_household,
    ending,
    has_not_come,
    order,
    propose,
    record_of,
    to_give_out,
)
from fieldkit.fieldwork.targets import Progress
from fieldkit.office.assigned import holdings
from fieldkit.office.roles import Act
from fieldkit.session.desk.told import told
from fieldkit.session.interview import refuse

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk
    from sync import Answer, Device, RecordView

SOON = 7
"""How many days before it ends that is told."""
_GONE = frozenset({"erased", "withdrawn"})
_META = "meta/"
_WHOSE = ("laptop", "laptop_name")


def default_days(today: date, due: date | None = None) -> tuple[date, date]:
    """From when and until when something is given out where nobody says otherwise: from in a week (or `due`) to the end of
    that month.
    """
    first = due or today + timedelta(days=7)
    next_month = first.replace(day=28) + timedelta(days=4)
    return first, next_month.replace(day=1) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Group:
    """A villagers' group: its households that may be visited, which of them nobody has, and who has any.

    In a village as a whole the same, with `unit` of no group.
    """

    unit: Unit
    households: tuple[str, ...]
    nobodys: tuple[str, ...]
    held: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be given to a laptop, as it was looked at. units: each with its households; before: the records as they stood.

    held: what other laptops have of it. late: of these, who has not been heard of since, or of whom something is missing:
    they may have made visits that are not here. due, until: ISO 8601.
    """

    laptop: Laptop
    units: Mapping[Unit, tuple[str, ...]]
    due: str
    until: str
    purpose: str
    before: Mapping[Unit, RecordView | None]
    held: tuple[Holding, ...]
    late: tuple[Holding, ...]

    @property
    def count(self) -> int:
        """How many households."""
        return sum(map(len, self.units.values()))


@dataclass(frozen=True, slots=True)
class _Written:
    """What is to be written of one record: as it stood before, all its answers from now on, which paths are decided."""

    record: str
    before: RecordView | None
    answers: Mapping[str, Answer]
    changed: tuple[str, ...]
    note: Mapping[str, Any]


class Worklists:
    """What can be done about worklists at one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._office = desk.office
        self._units: tuple[tuple[int, date], Mapping[Unit, tuple[str, ...]]] | None = None
        self._done: list[list[tuple[str, str]]] = []

    @property
    def today(self) -> date:
        """The day it is here."""
        return self._office.now().date()

    # -- looking ------------------------------------------------------------------------------------------

    @told()
    def villages(self) -> list[Group]:
        """Every village with registered households, in the order of the codes. Raises FieldkitError."""
        parts: dict[str, list[Group]] = {}
        for each in self._groups():
            parts.setdefault(each.unit[0], []).append(each)
        return [
            Group(
                (village, ""),
                tuple(number for each in groups for number in each.households),
                tuple(number for each in groups for number in each.nobodys),
                tuple(dict.fromkeys(holding for each in groups for holding in each.held)),
            )
            for village, groups in parts.items()
        ]

    @told()
    def groups(self, village: str) -> list[Group]:
        """The groups of a village in order, () where it has no households to visit. Raises FieldkitError."""
        return [each for each in self._groups() if each.unit[0] == village]

    @told()
    def laptops(self) -> list[Laptop]:
        """The laptops that may be given something, by name; villages: where each has something now. Raises FieldkitError."""
        self._desk.need(Act.ASSIGN)
        serves: dict[str, set[str]] = {}
        for each in holdings(self._office):
            serves.setdefault(each.laptop, set()).add(each.unit[0])
        return [self._laptop(each, serves.get(each.id, ())) for each in self._devices() if not each.revoked]

    @told()
    def ending(self, within: int = SOON) -> list[Holding]:
        """What ends within so many days or has ended and still stands with a laptop, by day. Raises FieldkitError."""
        self._desk.need(Act.ASSIGN)
        return ending(holdings(self._office), self.today, within)

    @told()
    def disputed(self) -> list[Holding]:
        """What two laptops were given at the same time, and nobody has decided. Raises FieldkitError."""
        self._desk.need(Act.ASSIGN)
        return [each for each in holdings(self._office) if each.is_both]

    @told()
    def services(self) -> list[Progress]:
        """Which services are planned, and what is done of them: every record is read for it. Raises FieldkitError."""
        from fieldkit.office.services import progress_today

        self._desk.need(Act.ASSIGN)
        return progress_today(self._office, self.today)

    @told()
    def proposal(self, serves: Mapping[str, Iterable[str]] | None = None) -> list[Share]:
        """One way to give out what nobody has. serves: the villages of a laptop, by its name or the beginning of its id; of
        the others, where each has something. Raises FieldkitError("office.which-device").
        """
        said = {self._office.device(name).id: frozenset(codes) for name, codes in (serves or {}).items()}
        laptops = [Laptop(each.id, each.name, said.get(each.id, each.villages)) for each in self.laptops()]
        standing = [each for each in holdings(self._office) if each.lasts(self.today)]
        has = {each.id: sum(len(h.households) for h in standing if h.laptop == each.id) for each in laptops}
        return propose({each.unit: each.nobodys for each in self._groups() if each.nobodys}, laptops, has)

    @told()
    def plan(
        self, units: Iterable[Unit], laptop: str, due: date, until: date, purpose: str = "visit"
    ) -> Plan:
        """What giving units to a laptop (by its id) would be. Households that rest are not in it.

        Raises FieldkitError("assign.days"), ("assign.nobody"), ("assign.revoked"), ("office.which-device").
        """
        wanted = set(units)
        self._desk.need(Act.ASSIGN)
        device = self._office.device(laptop)
        if device.revoked:
            raise FieldkitError("assign.revoked", laptop=device.name)
        if until < due or until < self.today:
            raise FieldkitError("assign.days", due=due.isoformat(), until=until.isoformat())
        found = [each for each in self._groups() if each.unit in wanted]
        if not found:
            raise FieldkitError("assign.nobody")
        before = {each.unit: self._before(each.unit)[1] for each in found}
        known = holdings(self._office)
        held = tuple(each for each in known if each.unit in before and each.laptop != device.id)
        late = tuple(each for each in held if self._is_late(each))
        return Plan(
            self._laptop(device, ()), {each.unit: each.households for each in found}, due.isoformat(), until.isoformat(),
            purpose, before, held, late,
        )  # fmt: skip

    # -- deciding -----------------------------------------------------------------------------------------

    @told()
    def give(self, plan: Plan, reason: str = "") -> int:
        """Give out what was planned, all of it or nothing; give how many households.

        Raises FieldkitError("assign.late") where somebody has not been heard of and no reason is given, ("decision.overtaken")
        where somebody else gave a unit out meanwhile, and as `Desk.decide`.
        """
        self._desk.need(Act.ASSIGN)
        reason = " ".join(reason.split())
        if plan.late and not reason:
            names = ", ".join(dict.fromkeys(self._desk.words.laptop(each.laptop) for each in plan.late))
            raise FieldkitError("assign.late", laptops=names)
        written = [self._written(plan, unit, households, reason) for unit, households in plan.units.items()]
        self._put(written)
        return plan.count

    @told()
    def take_back(self, units: Iterable[Unit], reason: str = "") -> int:
        """Take units from whoever has them; give how many units. What a laptop has on its list goes with its next return
        stick. Raises FieldkitError("assign.nothing"), and as `Desk.decide`.
        """
        self._desk.need(Act.ASSIGN)
        wanted = set(units)
        records = {each.record for each in holdings(self._office) if each.unit in wanted}
        if not records:
            raise FieldkitError("assign.nothing")
        self._put([self._ended(record, reason) for record in sorted(records)])
        return len(records)

    @told()
    def undo(self) -> bool:
        """Take back what was done here last; false where there is nothing. Raises as `Desk.decide`."""
        self._desk.need(Act.ASSIGN)
        if not self._done:
            return False
        written = []
        for record, revision in self._done[-1]:
            view = self._office.view(record) if revision else None
            undoes = self._note("") | {"undoes": [revision]}
            written.append(
                _Written(record, view, view.fields, (), undoes) if view else self._ended(record, "")
            )
        self._put(written)
        del self._done[-2:]
        return True

    # -- inside -------------------------------------------------------------------------------------------

    def _groups(self) -> list[Group]:
        """Every unit with households that may be visited, in order."""
        self._desk.need(Act.ASSIGN)
        self._office.lists.up_to_date()
        units = self._to_give_out()
        known = holdings(self._office)
        given = by_household(known, self.today)
        ended = [each for each in known if not each.lasts(self.today)]
        return [
            Group(
                unit,
                numbers,
                tuple(number for number in numbers if number not in given),
                tuple(
                    dict.fromkeys(
                        [
                            *(each for number in numbers for each in given.get(number, ())),
                            *(each for each in ended if each.unit == unit),
                        ]
                    )
                ),
            )
            for unit, numbers in sorted(units.items(), key=lambda item: order(item[0]))
        ]

    def _to_give_out(self) -> Mapping[Unit, tuple[str, ...]]:
        from fieldkit.office.register import changed, register

        state = changed(self._office), self.today
        if self._units is None or self._units[0] != state:
            self._units = state, to_give_out(register(self._office, self.today), self.today)
        return self._units[1]

    def _devices(self) -> list[Device]:
        return sorted(self._office.devices(), key=lambda each: (each.name, each.id))

    def _laptop(self, device: Device, villages: Iterable[str]) -> Laptop:
        return Laptop(device.id, device.name, frozenset(villages))

    def _is_late(self, holding: Holding) -> bool:
        device = self._office.device(holding.laptop)
        receipt = self._office.archive.receipt(device.id, 1)
        return has_not_come(holding, device.seen) or any(each.beyond for each in receipt.held)

    def _before(self, unit: Unit) -> tuple[str, RecordView | None]:
        """The record of a unit, and how it stands: another one where it was erased."""
        again = 0
        while (view := self._office.view(record_of(unit, again))) is not None and view.state in _GONE:
            again += 1
        return record_of(unit, again), view

    def _written(self, plan: Plan, unit: Unit, households: tuple[str, ...], reason: str) -> _Written:
        """What is to be written of one unit. Raises FieldkitError as finishing an interview does."""
        answers = {
            "village": unit[0], "group_no": unit[1], "households": " ".join(households), "laptop": plan.laptop.id,
            "laptop_name": plan.laptop.name, "purpose": plan.purpose, "due": plan.due, "until": plan.until,
            "date": self.today.isoformat(),
        }  # fmt: skip
        given = {name: said for name, said in answers.items() if said}
        entry = self._desk.session.interviews.trial(ASSIGNMENT, given)
        blocking = [problem for problem in entry.problems() if problem.kind != "warning"]
        if blocking:
            raise refuse(blocking)
        entry.finish()
        sealed = entry.answers(relevant_only=True)
        note = self._note(reason) | {"own": sorted(path for path in sealed if path.startswith(_META))}
        before = plan.before[unit]
        record = before.record if before is not None else self._before(unit)[0]
        return _Written(record, before, sealed, tuple(answers), note)

    def _ended(self, record: str, reason: str) -> _Written:
        """A unit taken from whoever has it; what two disagree in is settled with it."""
        view = self._office.view(record)
        if view is None:
            raise FieldkitError("record.unknown", id=record)
        settled = {path: versions[0].answer for path, versions in view.conflicts.items()}
        answers = {**view.fields, **settled}
        for path in _WHOSE:
            answers.pop(path, None)
        return _Written(record, view, answers, (*settled, *_WHOSE), self._note(" ".join(reason.split())))

    def _put(self, written: list[_Written]) -> None:
        """Write all of it or nothing, and remember it for undoing: each record, with the revision where it was there before."""
        exchange, library = self._desk.session.exchange, self._desk.session.library
        done: list[tuple[str, str]] = []

        def write() -> None:
            if any(each.before is None and self._office.view(each.record) is not None for each in written):
                raise FieldkitError("assign.overtaken")
            form = library.get(ASSIGNMENT)
            library.keep(form)
            for each in written:
                if each.before is None:
                    exchange.put(form, each.record, each.answers, note=each.note)
                    done.append((each.record, ""))
                else:
                    revision = exchange.decide(
                        each.before, Operation.RESOLVE, each.answers, changed=each.changed, note=each.note
                    )
                    done.append((each.record, revision))

        self._desk.together([each.before for each in written if each.before is not None], write)
        self._desk.hand_in()
        self._done.append(done)

    def _note(self, reason: str) -> dict[str, Any]:
        return {"by": self._desk.name} | ({"reason": reason} if reason else {})
