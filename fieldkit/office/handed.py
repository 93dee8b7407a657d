"""What other laptops made about the households on a laptop's worklist: it goes back with the list, so that whoever knocks
next knows who lives there, what was agreed, and who is registered already.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

from fieldkit.exchange import as_record
from fieldkit.fieldwork.households import HOUSEHOLD, VISIT
from fieldkit.fieldwork.same_person import SAME_PERSON
from sync import Archive, Operation, Revision

_FORMS = (HOUSEHOLD, VISIT, SAME_PERSON)
"""Registration, visits, and who is the same person; nothing else of a household leaves the office with a worklist."""


class HandedOn:
    """The records of households in an archive, as they are when first asked for."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def to(self, device: str, households: Collection[str]) -> list[Revision]:
        """The revisions of the live records of these households that another laptop than `device` made at least one of,
        in the order of their clocks; what the office asked about them is not among them, unless something was made after it.
        Raises SyncError.
        """
        found: list[Revision] = []
        for number in households:
            for record in self._records.get(number, ()):
                revisions = _without_last_reviews(self._archive.revisions(record))
                if any(each.envelope.device != device for each in revisions):
                    found += [each for each in revisions if each.envelope.device != device]
        return sorted(found, key=lambda each: (each.envelope.hlc, each.id))

    @cached_property
    def _records(self) -> dict[str, list[str]]:
        records: dict[str, list[str]] = {}
        for form in _FORMS:
            for view in self._archive.views(form):
                number = as_record(view).household if view.state == "live" else ""
                if number:
                    records.setdefault(number, []).append(view.record)
        return records


def _without_last_reviews(revisions: Collection[Revision]) -> list[Revision]:
    """The revisions of a record without the reviews that nothing but reviews follows: a question is for who recorded it."""
    kept = {each.id: each for each in revisions}
    while True:
        followed = {parent for each in kept.values() for parent in each.envelope.parents}
        last = [
            each.id
            for each in kept.values()
            if each.envelope.operation is Operation.REVIEW and each.id not in followed
        ]
        if not last:
            return list(kept.values())
        for each in last:
            del kept[each]
