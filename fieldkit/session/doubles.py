"""Who may be registered twice here: told at the door, shown side by side, decided with one key, and taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any

from fieldkit.exchange import Exchange
from fieldkit.fieldwork.duplicates import Doubles as Index
from fieldkit.fieldwork.duplicates import Evidence, Registered
from fieldkit.fieldwork.households import HOUSEHOLD, Household
from fieldkit.fieldwork.registry import Registry
from fieldkit.fieldwork.same_person import SAME_PERSON, Pair, Row, Said
from fieldkit.i18n import _
from fieldkit.library import FormLibrary
from fieldkit.session.same_persons import SamePersons
from fieldkit.xforms import FormEntry, Problem


@dataclass(frozen=True, slots=True)
class Double:
    """Two rows that may be one person, as registered, and why. kept: the one that stays if they are: the first registered.
    unsure: somebody looked at it and left it for later.
    """

    first: Registered
    second: Registered
    evidence: tuple[Evidence, ...]
    kept: Row
    unsure: bool

    @property
    def pair(self) -> Pair:
        """Its two rows."""
        return self.first.row, self.second.row


class Doubles:
    """The suspected doubles of one workspace.

    trial: an entry of a form with answers, that nothing keeps. decided: brings a decision's record into the households.
    label: the words of a choice of a shipped form. place: the name of a village.
    """

    def __init__(
        self,
        exchange: Exchange,
        library: FormLibrary,
        *,
        registry: Callable[[], Registry],
        trial: Callable[[str, Mapping[str, Any]], FormEntry],
        decided: Callable[[str], None],
        today: Callable[[], date],
        label: Callable[[str, str, str], str],
        place: Callable[[str], str],
    ) -> None:
        self._exchange = exchange
        self._records = SamePersons(exchange, library, trial, today)
        self._registry = registry
        self._decided = decided
        self._label = label
        self._place = place
        self._index = Index()
        self._seen: dict[str, Household] = {}
        self._state: tuple[Registry, int] | None = None
        self._found: list[Double] = []
        self._lock = Lock()

    def warm(self, rest: Callable[[], None] = lambda: None) -> None:
        """Look at everybody now rather than when somebody waits, from another thread perhaps. rest: called now and then,
        to let others work.
        """
        self._brought_up(rest)

    def all(self) -> list[Double]:
        """Every pair that nobody has decided about, those left for later last; otherwise in the order of households."""
        registry = self._registry()
        if self._state != (registry, registry.changes):
            state = registry, registry.changes
            index = self._brought_up()
            decided = registry.registrations.standing.decided
            open_pairs = (pair for pair in sorted(index.pairs) if pair not in decided)
            found = [self._double(pair, index.pairs[pair], registry) for pair in open_pairs]
            self._found = sorted(found, key=lambda each: each.unsure)
            self._state = state
        return list(self._found)

    def of_record(self, record: str) -> list[Double]:
        """The pairs that nobody has looked at yet with somebody of the household that `record` registers."""
        kept = self._exchange.record(record)
        if kept is None or kept.form != HOUSEHOLD or kept.state != "live":
            return []
        number = kept.text("hh_id")
        return [each for each in self.all() if not each.unsure and number in {row[0] for row in each.pair}]

    def merged(self) -> list[tuple[Pair, str]]:
        """The pairs that are taken as one person, each with who it is, in the order of households."""
        registry = self._registry()
        same = sorted(
            pair for pair, said in registry.registrations.standing.said.items() if said == Said.SAME
        )
        found = []
        for pair in same:
            people = [registry.registrations.person(row) for row in pair]
            names = list(dict.fromkeys(each.name for each in people if each))
            found.append((pair, "  ".join([" = ".join(names), *(row[0] for row in pair)])))
        return found

    # -- deciding -----------------------------------------------------------------------------------------

    def decide(self, double: Double, said: Said) -> None:
        """Keep what somebody decided about a pair. Raises FieldkitError as finishing an interview does, StoreError."""
        self._write(double.pair, said, double.kept, double.evidence, "")

    def take_back(self, pair: Pair) -> None:
        """Take back what was decided about a pair: nobody knows again. Raises as `decide`."""
        registry = self._registry()
        why = self._brought_up().pairs.get(pair, ())
        self._write(pair, Said.UNSURE, registry.registrations.registered_first(pair), why, _("taken back"))

    def _write(self, pair: Pair, said: Said, kept: Row, why: tuple[Evidence, ...], reason: str) -> None:
        known = [each.record for each in self._registry().registrations.decisions if each.pair == pair]
        for record in self._records.write(pair, said, kept, why, records=known, reason=reason):
            self._decided(record)

    # -- at the door --------------------------------------------------------------------------------------

    def doubts(self, entry: FormEntry, within: str | None) -> Iterator[Problem]:
        """A warning at the year of birth of each member of a registration who may be registered already, of all or of the
        one whose question `within` is.
        """
        if entry.form.id != HOUSEHOLD or (within is not None and not within.endswith("/birth_year")):
            return
        members = entry.form.find("members").path
        for number in range(1, entry.count(members) + 1):
            path = f"{members}[{number}]/birth_year"
            if within in {None, path} and entry.is_relevant(path) and entry.value(path):
                found = next(self._like(entry, f"{members}[{number}]"), "")
                if found:
                    yield Problem(path, "warning", found)

    def _like(self, entry: FormEntry, member: str) -> Iterator[str]:
        def said(name: str) -> str:
            return entry.value(entry.form.find(name).path)

        someone = Registered(
            said("hh_id"), entry.tree.element(member).instance_id or "", entry.value(f"{member}/name"),
            entry.value(f"{member}/birth_year"), entry.value(f"{member}/sex"), said("village"), said("group_no"),
            said("phone"),
        )  # fmt: skip
        decided = self._registry().registrations.standing.decided
        index = self._brought_up()
        for other, why in sorted(index.like(someone), key=lambda each: each[0].row):
            pair = min(someone.row, other.row), max(someone.row, other.row)
            if other.household != someone.household and pair not in decided:
                yield _(
                    "Registered already? {who}: {evidence}", who=self.who(other), evidence=self.evidence(why)
                )

    # -- words --------------------------------------------------------------------------------------------

    def who(self, person: Registered) -> str:
        """Somebody registered, in one line: name, year of birth, village, household number."""
        return "  ".join((person.name, person.birth_year, self._place(person.village), person.household))

    def evidence(self, why: tuple[Evidence, ...]) -> str:
        """What speaks for two rows being one person, in words."""
        return _(", ").join(self._label(SAME_PERSON, "evidence", each) for each in why)

    def lines(self, person: Registered) -> list[str]:
        """Somebody registered, line by line, for two to be read side by side."""
        sex = self._label(HOUSEHOLD, "sex", person.sex) if person.sex else ""
        return [
            person.name,
            f"{person.birth_year}  {sex}",
            self._place(person.village),
            person.household,
        ]

    # -- inside -------------------------------------------------------------------------------------------

    def _double(self, pair: Pair, why: tuple[Evidence, ...], registry: Registry) -> Double:
        first, second = (self._person(registry, row) for row in pair)
        unsure = registry.registrations.standing.said.get(pair) == Said.UNSURE
        return Double(first, second, why, registry.registrations.registered_first(pair), unsure)

    @staticmethod
    def _person(registry: Registry, row: Row) -> Registered:
        return next(each for each in registry.registrations.people(row[0]) if each.id == row[1])

    def _brought_up(self, rest: Callable[[], None] = lambda: None) -> Index:
        """Bring what is known of people up to the households as they are; only those that changed cost anything."""
        with self._lock:
            registered = self._registry().registrations.households
            for number in [each for each in self._seen if each not in registered]:
                self._index.take(number, ())
                del self._seen[number]
            for number, household in list(registered.items()):
                if self._seen.get(number) is not household:
                    self._index.take(number, self._registry().registrations.people(number))
                    self._seen[number] = household
                    rest()
        return self._index
