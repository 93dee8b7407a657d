"""Households and visits as the laptop knows them: derived in memory from records, never stored twice.

A record changes what is registered or decided of people, that the households shown, and those what the index finds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from threading import Lock

from fieldkit.fieldwork.contact import Said, closed_on, is_closed
from fieldkit.fieldwork.happenings import Happenings
from fieldkit.fieldwork.households import GONE, HOUSEHOLD, VISIT, Visit, visit_of
from fieldkit.fieldwork.made import MadeOnce
from fieldkit.fieldwork.registrations import Registrations
from fieldkit.fieldwork.same_person import SAME_PERSON
from fieldkit.fieldwork.search import Findings, How, SearchIndex, found_by
from fieldkit.records import Record

_FEW = 50
"""Households that are brought into the search index in one go."""


class Registry:
    """Households by number, their visits, and the search over both; what they are made from (`registrations`), and what else was
    recorded (`happenings`).

    index: one made for earlier records, of which only what differs is made anew. changes: how many records were taken.
    """

    def __init__(self, records: Iterable[Record], index: SearchIndex | None = None) -> None:
        self.registrations = Registrations()
        self.households = MadeOnce(self.registrations.households, self.registrations.shown)
        self.visits: dict[str, list[Visit]] = {}
        self.happenings = Happenings()
        self._household_of: dict[str, str] = {}
        self._index = index or SearchIndex()
        self._stale = self._index.numbers()
        self.changes = 0
        self._indexing = Lock()
        kept = list(records)
        self._show(self.registrations.decide(record for record in kept if record.form == SAME_PERSON))
        for record in kept:
            if record.form != SAME_PERSON:
                self.take(record)

    def take(self, record: Record) -> None:
        """Bring in a record, or its newer state; one that is no longer live goes."""
        self.changes += 1
        if record.form == HOUSEHOLD:
            self._show(self.registrations.take(record))
        elif record.form == SAME_PERSON:
            self._show(self.registrations.decide([record]))
        elif record.form == VISIT:
            self._take_visit(record)
        else:
            self.happenings.take(record)

    def wants_no_contact(self, number: str) -> bool:
        """Whether a household said, and did not take back on a later visit, that nobody is to contact it."""
        return is_closed(self._said(number))

    def still_stands(self, number: str, day: str) -> bool:
        """Whether what was agreed with a household on a day still stands: a wish since to be left alone has ended it."""
        closed = closed_on(self._said(number))
        return closed is None or day > closed

    def agreed_after(self, number: str, day: str) -> bool:
        """Whether a household agreed to be contacted on a visit after a day."""
        return any(each.opened > day for each in self._said(number) if each.opened)

    def find(self, text: str) -> Findings:
        """Households by a member's name (characters, pinyin, initials, also as local speech confuses them), number, end of
        the telephone number, or address note; what matches exactly before what only sounds alike (`How`).

        Who wants no contact is not found by a telephone number.
        """
        with self._indexing:
            self._refresh()
            found = self._index.find(text)
        found = [
            (how, [each for each in numbers if how is not How.PHONE or not self.wants_no_contact(each)])
            for how, numbers in found
        ]
        known = self.households
        return Findings(found, lambda how, number: found_by(known[number], how, text))

    @property
    def is_searchable(self) -> bool:
        """Whether hardly anything is missing in the search index, so that `find` answers at once."""
        return len(self._stale) <= _FEW

    def warm(self, rest: Callable[[], None] = lambda: None) -> None:
        """Make the search index now rather than at the first search. rest: called now and then, to let others work."""
        while self._stale:
            with self._indexing:
                self._refresh(_FEW)
            rest()

    def _show(self, numbers: Iterable[str]) -> None:
        numbers = set(numbers)
        self.households.anew(numbers)
        self._stale |= numbers

    def _take_visit(self, record: Record) -> None:
        visit = visit_of(record)
        before = self._household_of.pop(record.id, visit.household)
        others = [each for each in self.visits.pop(before, []) if each.record != record.id]
        if record.state in GONE:
            if others:
                self.visits[before] = others
            return
        self._household_of[record.id] = visit.household
        if before != visit.household:
            if others:
                self.visits[before] = others
            others = self.visits.get(visit.household, [])
        self.visits[visit.household] = sorted([*others, visit], key=lambda each: (each.on, each.record))

    def _said(self, number: str) -> list[Said]:
        """What is said of a household being contacted: in its registrations, on visits, and in what else names it."""
        told = [each.said for each in self.registrations.all(number)]
        told += [each.said for each in self.visits.get(number, ())]
        return [*filter(None, told), *self.happenings.said(number)]

    def _refresh(self, most: int | None = None) -> None:
        """Bring the index up to the households: all of them, or `most`."""
        for number in list(islice(self._stale, most)):
            self._stale.discard(number)  # first: what is taken meanwhile is to be looked at again
            if number in self.households:
                self._index.put(self.households[number])
            else:
                self._index.drop(number)
