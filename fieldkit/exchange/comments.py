"""What the office asks about records of this laptop: kept as it came, open until something here answers it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from fieldkit.exchange.kept import KeptRecords
from fieldkit.store import Workspace
from sync import Comment, ReturnPack, Revision, merge


class CommentedRecords(KeptRecords):
    """The records of one workspace, with the office's comments on them. `now` gives aware datetimes."""

    def __init__(self, workspace: Workspace, now: Callable[[], datetime]) -> None:
        super().__init__(workspace)
        self._now = now
        self._asked: tuple[list[tuple[list[int], int]], list[Comment]] | None = None

    def comments(self, record: str | None = None) -> list[Comment]:
        """The office's comments, of one record or all, newest first."""
        table = self._workspace.comments
        found = table.all() if record is None else table.find("record", record)
        return sorted(map(_comment, found), key=lambda each: (each.time, each.id), reverse=True)

    def questions(self, record: str | None = None) -> list[Comment]:
        """Those that nothing here has answered, the first to be answered first; those without a day come last. Of a record that
        shows nothing any more, as it was deleted, withdrawn or erased, nothing is asked. All of them are looked for again only
        where something was written since.
        """
        if record is not None:
            return self._open(record)
        tables = (self._workspace.comments, self._workspace.revisions)
        written = [(table.changes(), len(table.changes())) for table in tables]
        if self._asked is None or self._asked[0] != written:
            self._asked = written, self._open(None)
        return list(self._asked[1])

    def _open(self, record: str | None) -> list[Comment]:
        comments = self.comments(record)
        kept = {each: self.revisions(each) for each in {each.record for each in comments}}
        answered = {each: _answered(revisions) for each, revisions in kept.items() if _is_live(revisions)}
        found = [each for each in comments if each.id not in answered.get(each.record, {each.id})]
        return sorted(found, key=lambda each: (each.deadline or "~", each.time, each.id))

    def comments_not_looked_at(self) -> int:
        """How many comments are on records that nobody has looked at since."""
        return sum(not looked for (looked,) in self._workspace.comments.columns("looked"))

    def look_at_comments(self, record: str) -> None:
        """Note that somebody sees the comments on a record. Raises StoreError."""
        new = [each.doc_id for each in self._workspace.comments.find("record", record) if not each["looked"]]
        if new:
            moment = self._now().isoformat(timespec="seconds")
            self._workspace.comments.update({"looked": moment}, doc_ids=new)

    def _new_comments(self, pack: ReturnPack, lost: Collection[str]) -> tuple[Comment, ...]:
        """The comments of a pack that are new, on records that are here. lost: records that come back with it."""
        known = {comment for (comment,) in self._workspace.comments.columns("id")}
        here = {record for (record,) in self._workspace.revisions.columns("record")} | {*lost}
        new = {each.id: each for each in pack.comments if each.id not in known and each.record in here}
        return tuple(new.values())

    def _gone_comments(self, pack: ReturnPack) -> list[int]:
        """The documents of the comments that wait for nothing any more: a pack that says what waits does not name them."""
        waiting = {each.id for each in pack.comments}
        rows = self._workspace.comments.numbered("id") if pack.asks else ()
        return [number for number, (comment,) in rows if comment not in waiting]

    def _keep_comments(self, new: Sequence[Comment], gone: Sequence[int]) -> None:
        """Write what came, in the caller's batch."""
        if gone:
            self._workspace.comments.remove(doc_ids=gone)
        self._workspace.comments.insert_multiple({**asdict(each), "looked": ""} for each in new)


def _is_live(revisions: Collection[Revision]) -> bool:
    return bool(revisions) and merge(revisions).state == "live"


def _answered(revisions: Iterable[Revision]) -> set[str]:
    """The ids of the questions that revisions of a record name as answered."""
    found: set[str] = set()
    for revision in revisions:
        note = revision.body.note if revision.body is not None else {}
        for named in (note.get("answers"), note.get("replies")):
            if isinstance(named, list | dict):
                found |= {each for each in named if isinstance(each, str)}
    return found


def _comment(document: dict[str, Any]) -> Comment:
    names = ("id", "record", "path", "text", "author", "time")
    return Comment(**{name: document[name] for name in names}, deadline=document.get("deadline", ""))
