"""Drafts in the store: one document for each unfinished interview."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fieldkit.store import JournalTable

if TYPE_CHECKING:
    from fieldkit.xforms import Form


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An interview that is not finished: what it is about, when it was last touched, whether it corrects a record."""

    id: str
    form: str
    title: str
    household: str
    updated: datetime
    amends: bool


_LISTED = ("id", "form", "title", "household", "updated", "amends")


class StoredDraft:
    """A draft as one document of the store."""

    def __init__(
        self, table: JournalTable, document: int, draft_id: str, now: Callable[[], datetime]
    ) -> None:
        self.id = draft_id
        self._table = table
        self._document = document
        self._now = now

    def patch(self, changes: Mapping[str, Any]) -> None:
        """Write a merge patch and the time."""
        self._table.patch({**changes, "updated": self._now().isoformat()}, self._document)


def unfinished(drafts: JournalTable) -> list[Unfinished]:
    """Every interview in progress, the one touched last first."""
    found = [
        Unfinished(draft, form, title, household or "", datetime.fromisoformat(updated), amends is not None)
        for draft, form, title, household, updated, amends in drafts.columns(*_LISTED)
    ]
    return sorted(found, key=lambda draft: draft.updated, reverse=True)


def empty_draft(
    draft_id: str, source: str, form: Form, household: str, language: str, moment: datetime
) -> dict[str, Any]:
    """A draft that nothing was answered in; `source` is what its form was asked for by."""
    return {
        "id": draft_id,
        "form": form.id,
        "source": source,
        "hash": form.hash,
        "version": form.version,
        "title": form.title,
        "household": household,
        "language": language,
        "started": moment.isoformat(),
        "updated": moment.isoformat(),
        "cursor": {},
        "answers": {},
        "notes": {},
        "overruled": {},
    }
