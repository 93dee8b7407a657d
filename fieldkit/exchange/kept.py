"""What is kept here of records: their revisions, and how they stand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from fieldkit.exchange.feed import RecordFeed
from fieldkit.exchange.stored import LISTED, Unread, as_record, revision_of
from fieldkit.records import Record
from fieldkit.store import Workspace
from sync import Operation, RecordView, Revision, covers, merge, withdrawn, withdrawn_paths

_READ = ("record", "form", "about", "id", "wall")


class KeptRecords:
    """The records of one workspace, read."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        workspace.revisions.keep_columns(*LISTED)

    def revisions(self, record: str | None = None) -> list[Revision]:
        """The revisions kept here, of one record or all, in the order they were made."""
        documents = self._workspace.revisions
        found = documents.all() if record is None else documents.find("record", record)
        return [revision_of(document) for document in found]

    def records(self, *forms: str) -> list[Record]:
        """Every record kept here, or those of some forms, as they stand, in the order they were made; then the declines
        that wait for a stick. The answers of a record that was never changed are decoded when they are looked at.
        """
        grouped: dict[str, list[tuple[Callable[[], Any], tuple[Any, ...]]]] = {}
        for document, row in self._workspace.revisions.to_read(*_READ):
            record, form, *_more = row
            if not forms or form in forms:
                grouped.setdefault(record, []).append((document, row))
        found = []
        for group in grouped.values():
            [(document, row), *more] = group
            if not more and row[_READ.index("about")] is not None:
                found.append(_unread(document, *row))
                continue
            view = merge(revision_of(document()) for document, _row in group)
            if view.state == "live":
                found.append(as_record(view))
        return [*found, *(each for each in self._waiting_declines() if not forms or each.form in forms)]

    def changed_records(self) -> Callable[[], tuple[bool, set[str]]]:
        """What tells one reader, each time it is called, which records changed: see `RecordFeed.take`."""
        return RecordFeed(self._workspace.revisions).take

    def last_made(self, form: str, device: str) -> Record | None:
        """The live record of a form that a laptop wrote last, None where there is none here."""
        rows = self._workspace.revisions.columns("record", "form", "device")
        for record, of, by in reversed(rows):
            found = self.record(record) if (of, by) == (form, device) else None
            if found is not None and found.state == "live":
                return found
        return None

    def forms(self) -> set[str]:
        """The ids of the forms that something was recorded with here."""
        return {*self._workspace.revisions.values("form"), *self._workspace.declines.values("form")}

    def files(self, record: str) -> dict[str, Any]:
        """The files attached to a record, by the name that stands as the answer: `id`, `sha256`, `bytes`.

        Those of answers that a withdrawal took back are not among them.
        """
        found: dict[str, dict[str, Any]] = {}
        revisions = self.revisions(record)
        hidden, parts = withdrawn(revisions), withdrawn_paths(revisions)
        for revision in revisions:
            if revision.body is not None and revision.id not in hidden:
                taken_back = {
                    answer
                    for path, answer in revision.body.answers.items()
                    if isinstance(answer, str) and covers(parts.get(revision.id, ()), path)
                }
                files = revision.body.note.get("files", {})
                found |= {name: file for name, file in files.items() if name not in taken_back}
        return found

    def record(self, record: str) -> Record | None:
        """One record, None if it is not kept here."""
        revisions = self.revisions(record)
        if revisions:
            return as_record(merge(revisions))
        return next((decline for decline in self._waiting_declines() if decline.id == record), None)

    def as_of(self, record: str, heads: Collection[str]) -> Record | None:
        """A record as somebody saw it whose latest revisions were `heads`; None where nothing of that is kept."""
        view = self.view_as_of(record, heads)
        return as_record(view) if view else None

    def view_as_of(self, record: str, heads: Collection[str]) -> RecordView | None:
        """As `as_of`, for deciding about it."""
        known = {each.id: each for each in self.revisions(record)}
        waiting, seen = [each for each in heads if each in known], set[str]()
        while waiting:
            here = waiting.pop()
            if here not in seen:
                seen.add(here)
                waiting += [parent for parent in known[here].envelope.parents if parent in known]
        return merge(known[each] for each in seen) if seen else None

    def withdrawn(self, record: str) -> set[str]:
        """The revisions of a record whose answers a withdrawal took back."""
        return withdrawn(self.revisions(record))

    def withdrawn_paths(self, record: str) -> dict[str, frozenset[str]]:
        """For each revision of a record that a withdrawal of a part took answers from, the patterns of their paths."""
        return withdrawn_paths(self.revisions(record))

    def made_with(self, record: str) -> str:
        """The hash of the form version that the latest answers of a record were given to; "" for none."""
        hashes = [
            (each.envelope.hlc, each.envelope.form_hash)
            for each in self.revisions(record)
            if each.envelope.operation in {Operation.PUT, Operation.RESOLVE}
        ]
        return max(hashes, default=("", ""))[1]

    def state(self) -> str:
        """SHA-256 over the records as they stand."""
        digest = hashlib.sha256()
        for record in sorted(self.records(), key=lambda record: record.id):
            digest.update(
                repr((record.id, sorted(record.answers.items(), key=str), sorted(record.heads))).encode()
            )
        return digest.hexdigest()

    def waiting_declines(self) -> list[str]:
        """The ids of the declines that no stick has carried yet."""
        return [record for (record,) in self._workspace.declines.columns("record")]

    def _waiting_declines(self) -> list[Record]:
        return [
            Record(
                document["record"],
                document["form"],
                document["answers"],
                frozenset(),
                date.fromisoformat(document["wall"][:10]),
                state="declined",
            )
            for document in self._workspace.declines
        ]


def _unread(
    document: Callable[[], Mapping[str, Any]], record: str, form: str, number: str, revision: str, wall: str
) -> Record:
    """A record that has one revision, which wrote answers."""
    made_on = date.fromisoformat(wall[:10])
    return Record(record, form, Unread(document), frozenset(), made_on, (revision,), number=number)
