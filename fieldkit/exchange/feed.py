"""Which records changed since somebody last looked."""

from __future__ import annotations

from fieldkit.store import JournalTable


class RecordFeed:
    """Tells one reader which of the records behind some revisions are new or changed."""

    def __init__(self, revisions: JournalTable) -> None:
        self._revisions = revisions
        self._feed: list[int] | None = None
        self._read = 0
        self._record_of: dict[int, str] = {}

    def take(self) -> tuple[bool, set[str]]:
        """The ids of the records that changed since the last call, and whether everything is to be looked at anew: then
        those that are not among them are gone.
        """
        feed = self._revisions.changes()
        anew = feed is not self._feed
        columns = dict(self._revisions.numbered("record"))
        changed = columns if anew else dict.fromkeys(feed[self._read :])
        self._feed, self._read = feed, len(feed)
        found = set()
        for number in changed:
            if number in columns:
                (self._record_of[number],) = columns[number]
            found.add(self._record_of[number])
        return anew, found
