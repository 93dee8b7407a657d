"""How a revision is kept in the workspace, and how a record reads."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import date
from typing import Any

from fieldkit.records import Record
from sync import RecordView, Revision, parse_revision


def as_record(view: RecordView) -> Record:
    """A merged record as lists and reports read it."""
    made_on = date.fromisoformat(view.wall[:10])
    return Record(
        view.record, view.form, view.fields, frozenset(view.conflicts), made_on, view.heads, view.state
    )


def stored(revision: Revision) -> dict[str, Any]:
    """A revision as a document: bytes as they are signed, and beside them what lists look for."""
    return {
        "id": revision.id,
        "record": revision.envelope.record,
        "form": revision.envelope.form,
        "device": revision.envelope.device,
        "epoch": revision.envelope.epoch,
        "sequence": revision.envelope.sequence,
        "wall": revision.envelope.wall,
        "files": [file["id"] for file in revision.body.note.get("files", {}).values()]
        if revision.body
        else [],
        "raw": revision.raw.decode("utf-8"),
        "signature": base64.b64encode(revision.signature).decode("ascii"),
        "body": (revision.raw_body or b"").decode("utf-8"),
    }


def revision_of(document: Mapping[str, Any]) -> Revision:
    """The revision in a document. Raises SyncError."""
    body = document["body"].encode("utf-8") or None
    return parse_revision(document["raw"].encode("utf-8"), base64.b64decode(document["signature"]), body)
