"""What is kept here of records: their revisions, and how they stand."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date
from typing import Any

from fieldkit.exchange.stored import as_record, revision_of
from fieldkit.records import Record
from fieldkit.store import Workspace
from sync import Operation, Revision, covers, merge, withdrawn, withdrawn_paths


class KeptRecords:
    """The records of one workspace, read."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def revisions(self, record: str | None = None) -> list[Revision]:
        """The revisions kept here, of one record or all, in the order they were made."""
        documents = self._workspace.revisions
        found = documents.all() if record is None else documents.find("record", record)
        return [revision_of(document) for document in found]

    def records(self, *forms: str) -> list[Record]:
        """Every record kept here, or those of some forms, as they stand; declines waiting for a stick included."""
        kept = self._workspace.revisions
        documents = [each for form in forms for each in kept.find("form", form)] if forms else kept.all()
        documents.sort(
            key=lambda each: each.doc_id
        )  # in the order they were made, whatever forms are asked for
        grouped: dict[str, list[Revision]] = {}
        for document in documents:
            grouped.setdefault(document["record"], []).append(revision_of(document))
        views = (merge(group) for group in grouped.values())
        found = [as_record(view) for view in views if view.state == "live"]
        return [*found, *(each for each in self._waiting_declines() if not forms or each.form in forms)]

    def forms(self) -> set[str]:
        """The ids of the forms that something was recorded with here."""
        tables = (self._workspace.revisions, self._workspace.declines)
        return {form for table in tables for (form,) in table.columns("form")}

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
        known = {each.id: each for each in self.revisions(record)}
        waiting, seen = [each for each in heads if each in known], set[str]()
        while waiting:
            here = waiting.pop()
            if here not in seen:
                seen.add(here)
                waiting += [parent for parent in known[here].envelope.parents if parent in known]
        return as_record(merge(known[each] for each in seen)) if seen else None

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
