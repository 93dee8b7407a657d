"""How a revision is kept in the workspace, and how a record reads."""

from __future__ import annotations

import base64
from collections.abc import Callable, ItemsView, Iterator, Mapping
from datetime import date
from typing import Any

from fieldkit.records import Record, text_at
from sync import Answer, Operation, RecordView, Revision, fields_of, parse_revision, read_body

LISTED = (
    "record",
    "form",
    "about",
    "id",
    "wall",
    "device",
    "epoch",
    "sequence",
    "handed_on",
    "neighbour",
    "bare",
)
"""What lists read of revisions without decoding them."""


def as_record(view: RecordView) -> Record:
    """A merged record as lists and reports read it."""
    made_on = date.fromisoformat(view.wall[:10])
    return Record(
        view.record, view.form, view.fields, frozenset(view.conflicts), made_on, view.heads, view.state
    )


def stored(revision: Revision) -> dict[str, Any]:
    """A revision as a document: bytes as they are signed, and beside them what lists look for.

    about: the household's number where a first revision writes answers, "" for none; None for any other revision.
    """
    envelope, body = revision.envelope, revision.body
    is_first = body is not None and envelope.operation is Operation.PUT and not envelope.parents
    return {
        "id": revision.id,
        "record": envelope.record,
        "form": envelope.form,
        "about": text_at(fields_of(body), "hh_id") if body is not None and is_first else None,
        "device": envelope.device,
        "epoch": envelope.epoch,
        "sequence": envelope.sequence,
        "wall": envelope.wall,
        "files": [file["id"] for file in body.note.get("files", {}).values()] if body else [],
        "raw": revision.raw.decode("utf-8"),
        "signature": base64.b64encode(revision.signature).decode("ascii"),
        "body": (revision.raw_body or b"").decode("utf-8"),
    }


def revision_of(document: Mapping[str, Any]) -> Revision:
    """The revision in a document. Raises SyncError."""
    body = document["body"].encode("utf-8") or None
    return parse_revision(document["raw"].encode("utf-8"), base64.b64decode(document["signature"]), body)


class Unread(Mapping[str, Answer]):
    """The answers of a record with one revision, which are decoded when somebody first looks at them.

    document: gives the document of that revision. Looking raises SyncError where it is not what a revision is.
    """

    def __init__(self, document: Callable[[], Mapping[str, Any]]) -> None:
        self._document = document
        self._answers: dict[str, Answer] | None = None

    def __getitem__(self, path: str) -> Answer:
        return self._read()[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def get(self, path: str, default: Any = None) -> Any:
        """The answer at a path; without an exception for each question that was not asked."""
        return self._read().get(path, default)

    def items(self) -> ItemsView[str, Answer]:
        """All of them, in one go."""
        return self._read().items()

    def _read(self) -> dict[str, Answer]:
        if self._answers is None:
            self._answers = fields_of(read_body(self._document()["body"].encode("utf-8")))
        return self._answers
