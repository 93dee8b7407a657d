"""The screening days recorded on one laptop, read once and kept up as records change."""

from __future__ import annotations

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
        self._of: dict[str, dict[str, Record]] = {}
        self._seen: dict[tuple[str, ...], Row | None] = {}

    def events(self) -> list[Record]:
        """The events themselves."""
        return self.records(SCREENING_EVENT)

    def records(self, *forms: str) -> list[Record]:
        """The live records of some forms of a screening day: read once, however often they are looked at."""
        self._catch_up()
        return [each for each in self._records.values() if each.form in forms]

    def of(self, event: str) -> list[Record]:
        """The live records that may say something of an event: all events, whatever names it, whatever is of a number that was
        given on its day, and who left without one; without the declines that wait for a stick.
        """
        self._catch_up()
        if event not in self._of:
            self._of[event] = {each.id: each for each in self._records.values() if _is_near(each, event)}
        return list(self._of[event].values())

    def day(self, event: str) -> ScreeningDay:
        """The day of an event as all records here tell it, and of those who left elsewhere what sticks told."""
        declines = filter(None, map(self._exchange.record, self._exchange.waiting_declines()))
        return screening_day(event, [*self.of(event), *declines], self._seen, self._exchange.left_elsewhere)

    def _catch_up(self) -> None:
        """Read what changed since the last look."""
        anew, changed = self._changed()
        if anew:
            found = self._exchange.records(*FORMS)
            self._records = {each.id: each for each in found if each.state == "live"}
            self._of.clear()
            self._seen.clear()
        for record in () if anew else changed:
            made = self._exchange.record(record)
            is_there = made is not None and made.form in FORMS and made.state == "live"
            for event, known in [*self._of.items(), (None, self._records)]:
                known.pop(record, None)
                if made is not None and is_there and (event is None or _is_near(made, event)):
                    known[record] = made


def _is_near(record: Record, event: str) -> bool:
    """Whether a record may say something of an event: names it or a number of its day, or no event, as those who left."""
    return (
        record.form == SCREENING_EVENT
        or record.text("event") in {"", event}
        or record.text("pid")[:6] == event[:6]
    )
