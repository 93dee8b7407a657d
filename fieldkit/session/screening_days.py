"""The screening days recorded on one laptop, read once and kept up as records change."""

from __future__ import annotations

from fieldkit.exchange import Exchange
from fieldkit.fieldwork.screening import ScreeningDay, screening_day
from fieldkit.fieldwork.screening_rows import FORMS, Row
from fieldkit.records import Record


class ScreeningDays:
    """What the records of one workspace say of its screening days."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._changed = exchange.changed_records()
        self._records: dict[str, Record] = {}
        self._seen: dict[tuple[str, ...], Row | None] = {}

    def records(self) -> list[Record]:
        """The live records of screening days, without the declines that wait for a stick."""
        anew, changed = self._changed()
        if anew:
            found = self._exchange.records(*FORMS)
            self._records = {each.id: each for each in found if each.state == "live"}
            self._seen.clear()
            return list(self._records.values())
        for record in changed:
            self._records.pop(record, None)
            made = self._exchange.record(record)
            if made is not None and made.form in FORMS and made.state == "live":
                self._records[record] = made
        return list(self._records.values())

    def day(self, event: str) -> ScreeningDay:
        """The day of an event as all records here tell it, and of those who left elsewhere what sticks told."""
        declines = filter(None, map(self._exchange.record, self._exchange.waiting_declines()))
        return screening_day(event, [*self.records(), *declines], self._seen, self._exchange.left_elsewhere)
