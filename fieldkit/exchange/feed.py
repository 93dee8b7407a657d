"""Which records changed since somebody last looked."""

from __future__ import annotations

from contextlib import suppress

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
        if anew:
            self._record_of = {number: record for number, (record,) in self._revisions.numbered("record")}
        changed = [] if anew else feed[self._read :]
        self._feed, self._read = feed, len(feed)
        for number in changed:
            with suppress(KeyError):  # gone meanwhile: of the record it was of
                self._record_of[number] = self._revisions.value(number, "record")
        return anew, {
            self._record_of[each]
            for each in (self._record_of if anew else changed)
            if each in self._record_of
        }
