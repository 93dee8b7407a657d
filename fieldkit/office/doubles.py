"""Who may be registered twice in the whole township: what no laptop can see alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import select

from fieldkit.exchange import as_record
from fieldkit.fieldwork.duplicates import Doubles, Evidence
from fieldkit.fieldwork.households import HOUSEHOLD
from fieldkit.fieldwork.registrations import Registrations
from fieldkit.fieldwork.same_person import SAME_PERSON, Pair, Row, Said
from sync import merge, schema

if TYPE_CHECKING:
    from fieldkit.records import Record
    from sync import Archive

_AT_ONCE = 2000
"""Records that are read in one go: many, as each time the packs they lie in are opened; the archive can be written between."""
_TOLD_EVERY = 100


@dataclass(frozen=True, slots=True)
class Found:
    """A row of a registration: without name or telephone, which no list at the office shows.

    number: of the member in the household. record: the registration. device: the id of the laptop that made it.
    """

    household: str
    id: str
    number: str
    birth_year: str
    sex: str
    village: str
    record: str
    device: str

    @property
    def row(self) -> Row:
        """Where it stands."""
        return self.household, self.id


@dataclass(frozen=True, slots=True)
class OfficeDouble:
    """Two rows that may be one person, and why. unsure: somebody looked at it and left it for later."""

    first: Found
    second: Found
    evidence: tuple[Evidence, ...]
    unsure: bool

    @property
    def pair(self) -> Pair:
        """Its two rows."""
        return self.first.row, self.second.row

    @property
    def is_across_villages(self) -> bool:
        """Whether they were registered in two villages, so that no laptop can see it alone."""
        return self.first.village != self.second.village


class Finder:
    """Looks at everybody registered, once; afterwards at those alone whose records changed. What it knows is in memory."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._index = Doubles()
        self._lock = Lock()
        self._since = 0
        self._made_by: dict[str, str] = {}
        self.registrations = Registrations()

    def bring_up_to_date(
        self, told: Callable[[int, int], None] = lambda _done, _of: None, rest: Callable[[], None] = lambda: None
    ) -> None:  # fmt: skip
        """Look at what changed since the last time.

        told: how many records of how many are looked at; what it raises stops it.
        rest: called now and then, to let others work. Raises SyncError.
        """
        with self._lock:
            latest, records = self._changed()
            for start in range(0, len(records), _AT_ONCE):
                for done, record in enumerate(self._read(records[start : start + _AT_ONCE]), start):
                    self._take(record)
                    if done % _TOLD_EVERY == 0:
                        told(done, len(records))
                    rest()
            self._since = latest
            told(len(records), len(records))

    def doubles(self) -> list[OfficeDouble]:
        """The pairs that nobody has decided about: those in two villages first, those left for later last, otherwise in the
        order of their households.
        """
        with self._lock:
            standing = self.registrations.standing
            pairs = [pair for pair in sorted(self._index.pairs) if pair not in standing.decided]
            found = [
                OfficeDouble(self._found(pair[0]), self._found(pair[1]), self._index.pairs[pair], standing.said.get(pair) == Said.UNSURE)
                for pair in pairs
            ]  # fmt: skip
        return sorted(found, key=lambda each: (each.unsure, not each.is_across_villages))

    def count(self) -> int:
        """How many pairs nobody has decided about."""
        with self._lock:
            return len(self._index.pairs.keys() - self.registrations.standing.decided)

    def merged(self) -> list[tuple[Found, Found]]:
        """The rows that are taken as one person, in the order of their households."""
        with self._lock:
            said = self.registrations.standing.said
            same = sorted(pair for pair, what in said.items() if what == Said.SAME)
            return [
                (self._found(one), self._found(other))
                for one, other in same
                if self.registrations.person(one) and self.registrations.person(other)
            ]

    def evidence(self, pair: Pair) -> tuple[Evidence, ...]:
        """What speaks for two rows being one person, () for nothing."""
        return self._index.pairs.get(pair, ())

    def decisions_of(self, pair: Pair) -> list[str]:
        """The ids of the records that say something of a pair."""
        return [each.record for each in self.registrations.decisions if each.pair == pair]

    def _changed(self) -> tuple[int, list[str]]:
        """The number of the last bundle, and the records that came or changed since, decisions first."""
        current = schema.current.c
        with self._archive.database.reading() as connection:
            found = connection.execute(
                select(current.record_id, current.form)
                .where(current.changed > self._since, current.form.in_([HOUSEHOLD, SAME_PERSON]))
                .order_by(current.form.desc(), current.record_id)
            ).all()
            return schema.last_number(connection), [row.record_id for row in found]

    def _read(self, names: list[str]) -> list[Record]:
        """Some records as they stand: decisions together, since what they come to is worked out from all of them."""
        with self._archive.database.reading() as connection:
            found = list(self._archive.table_source().revisions(connection, names))
        for name, revisions in found:
            first = min(revisions, key=lambda each: (each.envelope.hlc, each.id))
            self._made_by[name] = first.envelope.device
        known = [as_record(merge(revisions)) for _name, revisions in found]
        decided = [each for each in known if each.form == SAME_PERSON]
        if decided:
            self.registrations.decide(decided)
        return [each for each in known if each.form == HOUSEHOLD]

    def _take(self, record: Record) -> None:
        for number in sorted(self.registrations.take(record)):
            people = self.registrations.people(number) if number in self.registrations.households else ()
            self._index.take(number, people)

    def _found(self, row: Row) -> Found:
        household, person = self.registrations.households[row[0]], self.registrations.person(row)
        assert person is not None
        return Found(
            *row, person.number, person.birth_year, person.sex, household.village, household.record, self._made_by[household.record],
        )  # fmt: skip


def doubles(archive: Archive) -> list[OfficeDouble]:
    """The pairs that nobody has decided about, as `Finder.doubles`. Raises SyncError."""
    finder = Finder(archive)
    finder.bring_up_to_date()
    return finder.doubles()
