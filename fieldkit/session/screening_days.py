"""The screening days recorded on one laptop, read once and kept up as records change."""

from __future__ import annotations

from collections.abc import Collection

from fieldkit.exchange import Exchange
from fieldkit.fieldwork.happenings import SCREENING_EVENT
from fieldkit.fieldwork.screening import ScreeningDay, screening_day
from fieldkit.fieldwork.screening_rows import FORMS, Row
from fieldkit.records import Record


class ScreeningDays:
    """What the records of one workspace say of its screening days."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._changed = exchange.changed_records()
        self._records: dict[str, Record] = {}
        self._events: dict[str, Record] = {}
        self._of: dict[str, dict[str, Record]] = {}
        self._seen: dict[tuple[str, ...], Row | None] = {}

    def events(self) -> list[Record]:
        """The records of the events themselves."""
        self._catch_up()
        return [*self._events.values()]

    def of(self, event: str) -> Collection[Record]:
        """The live records that may say something of an event; the declines that wait for a stick are not among them."""
        self._catch_up()
        if event not in self._of:
            self._of[event] = {each.id: each for each in self._records.values() if _may_be_of(each, event)}
        return self._of[event].values()

    def day(self, event: str) -> ScreeningDay:
        """The day of an event as all records here tell it, and of those who left elsewhere what sticks told."""
        declines = filter(None, map(self._exchange.record, self._exchange.waiting_declines()))
        return screening_day(event, [*self.of(event), *declines], self._seen, self._exchange.left_elsewhere)

    def _catch_up(self) -> None:
        """Bring what is known up to the records: all of them at first, then only what changed."""
        anew, changed = self._changed()
        if anew:
            found = self._exchange.records(*FORMS)
            self._records = {each.id: each for each in found if each.state == "live"}
            self._events = {each.id: each for each in self._records.values() if each.form == SCREENING_EVENT}
            self._of.clear()
            self._seen.clear()
            return
        for record in changed:
            for kept in (self._records, self._events, *self._of.values()):
                kept.pop(record, None)
            made = self._exchange.record(record)
            if made is not None and made.form in FORMS and made.state == "live":
                self._records[record] = made
                if made.form == SCREENING_EVENT:
                    self._events[record] = made
                for event, kept in self._of.items():
                    if _may_be_of(made, event):
                        kept[record] = made


def _may_be_of(record: Record, event: str) -> bool:
    """Whether a record is of an event, of another one that day, or names none, as of those who left."""
    if record.form == SCREENING_EVENT:
        return True
    return record.text("event") in {"", event} or record.text("pid")[:6] == event[:6]
