"""Who may be registered twice in the township: found while others work, shown with names, decided and taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.fieldwork.same_person import SAME_PERSON, Pair, Said, record_of
from fieldkit.i18n import _
from fieldkit.office.doubles import Finder, Found, OfficeDouble
from fieldkit.office.roles import Act
from fieldkit.office.stages import Stage, Told, untold
from fieldkit.session.desk.told import told
from fieldkit.session.same_persons import SamePersons

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk

_TOLD = ("name", "sex", "birth_year", "rel", "stay")
"""What of a member is shown, by the questions' names; of the household then its address."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A pair as somebody is shown it: each row line by line, what speaks for it, and the decisions there were (record → heads)."""

    double: OfficeDouble
    first: tuple[str, ...]
    second: tuple[str, ...]
    evidence: str
    seen: Mapping[str, tuple[str, ...]]


class OfficeDoubles:
    """The suspected doubles of one archive at one desk.

    `look_through` is to be called first, from another thread perhaps: with a hundred thousand records it takes a while the
    first time. Nothing else here reads more than the records of one pair.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._finder = Finder(desk.office.archive)
        self.is_looked_through = False

    def look_through(self, far: Told = untold, rest: Callable[[], None] = lambda: None) -> None:
        """Look at whoever changed since the last time; at first at everybody. far: how far it is; what it raises stops it.

        Raises FieldkitError.
        """
        self._desk.need(Act.DECIDE)
        with told():
            self._finder.bring_up_to_date(partial(far, Stage.PEOPLE), rest)
        self.is_looked_through = True

    def looked_through(self, far: Told = untold) -> list[OfficeDouble]:
        """As `all`, after `look_through`. Raises FieldkitError."""
        self.look_through(far)
        return self.all()

    def all(self) -> list[OfficeDouble]:
        """The pairs that nobody has decided about: those in two villages first, those left for later last."""
        self._desk.need(Act.DECIDE)
        return self._finder.doubles()

    def count(self) -> int | None:
        """How many there are; None while nobody has looked through the registrations yet."""
        self._desk.need(Act.DECIDE)
        return self._finder.count() if self.is_looked_through else None

    def merged(self) -> list[tuple[Pair, str]]:
        """The pairs that are taken as one person, each in words without names."""
        self._desk.need(Act.DECIDE)
        pairs = self._finder.merged()
        return [((one.row, other.row), f"{self._place(one)} = {self._place(other)}") for one, other in pairs]

    @told()
    def show(self, double: OfficeDouble) -> Shown:
        """A pair side by side, with names as far as whoever sits here may see them; each look is written down.

        Raises FieldkitError.
        """
        self._desk.need(Act.DECIDE)
        records = dict.fromkeys([*self._finder.decisions_of(double.pair), record_of(double.pair)])
        views = {record: self._desk.office.view(record) for record in records}
        evidence = self._desk.words.choices(SAME_PERSON, "evidence", " ".join(double.evidence))
        seen = {record: view.heads for record, view in views.items() if view is not None}
        return Shown(double, self._lines(double.first), self._lines(double.second), evidence, seen)

    def decide(self, shown: Shown, said: Said) -> None:
        """Keep what somebody decided about a pair as it was shown. The registrations stay as they are: where two rows are one
        person, lists name the one that was registered first, and the other goes on leading to it.

        Raises FieldkitError("decision.overtaken") where somebody decided about it meanwhile: then nothing was written; and as
        finishing an interview does, StoreError.
        """
        self._write(shown.double.pair, said, shown.seen, "")

    def take_back(self, pair: Pair) -> None:
        """Take back what was decided about a pair: nobody knows again. Raises as `decide`."""
        self._write(pair, Said.UNSURE, None, _("taken back"))

    # -- inside -------------------------------------------------------------------------------------------

    @told()
    def _write(self, pair: Pair, said: Said, seen: Mapping[str, tuple[str, ...]] | None, reason: str) -> None:
        desk = self._desk
        desk.need(Act.DECIDE)
        with desk.alone():
            self._finder.bring_up_to_date()
            records = self._finder.decisions_of(pair)
            views = [view for each in [*records, record_of(pair)] if (view := desk.office.view(each))]
            for view in views if seen is not None else ():
                if seen is not None and seen.get(view.record) != view.heads:
                    raise FieldkitError("decision.overtaken", record=view.record, **desk.last_to_change(view))
            for view in views:
                desk.session.handing_in.borrow(desk.office.archive.revisions(view.record))
            kept = self._finder.registrations.registered_first(pair)
            self._records.write(pair, said, kept, self._finder.evidence(pair), records=records, reason=reason)
            desk.hand_in()
        self._finder.bring_up_to_date()

    @cached_property
    def _records(self) -> SamePersons:
        session = self._desk.session
        return SamePersons(session.exchange, session.library, session.interviews.trial, session.today)

    def _place(self, found: Found) -> str:
        member = _("member {number}", number=found.number)
        return "  ".join((self._desk.words.place(found.village), found.household, member))

    def _lines(self, found: Found) -> tuple[str, ...]:
        look = self._desk.look(found.record, "double")
        if look is None:
            raise FieldkitError("record.unknown", id=found.record)
        words = self._desk.words
        ends = [f"/members/{found.id}/{name}" for name in _TOLD] + ["/addr_note"]
        paths = [next((path for path in look.view.fields if f"/{path}".endswith(end)), "") for end in ends]
        said = [words.answer(look.view, path, look.view.fields[path]) for path in paths if path]
        date = look.fields.get("date", "")
        registered = _("registered {day}", day=date) if isinstance(date, str) and date else ""
        return tuple(filter(None, [*said, self._place(found), registered, words.laptop(found.device)]))
