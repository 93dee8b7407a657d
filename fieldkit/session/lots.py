"""The lots of the last screening day, offered for the next one: each must be confirmed, as a box may have been changed since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldkit.fieldwork.happenings import SCREENING_EVENT
from fieldkit.session.last_time import LastTime

if TYPE_CHECKING:
    from fieldkit.records import Record
    from fieldkit.session.interview import Interview
    from fieldkit.xforms import FormEntry

_ROWS, ITEM, _LOT, _EXPIRY = "kits", "kit_item", "kit_lot", "kit_expiry"


@dataclass(frozen=True, slots=True)
class LotsBefore(LastTime):
    """The lots of an earlier event, one for each row of a new one. A lot goes with its item: where the row has another one,
    and where the lot expires before the day of the event, nothing is offered.
    """

    def value(self, entry: FormEntry, path: str) -> str:
        """The lot's answer to a question, "" where none may be offered."""
        said = LastTime.value(self, entry, path)
        row, _, name = path.rpartition("/")
        expires = self.answers.get(entry.key(f"{row}/{_EXPIRY}")) if said else ""
        if not isinstance(expires, str) or expires < entry.value(entry.form.find("date").path):
            return ""
        is_same = name == ITEM or entry.value(f"{row}/{ITEM}") == self.answers.get(entry.key(f"{row}/{ITEM}"))
        return said if is_same else ""


def lots_of(record: Record) -> list[dict[str, str]]:
    """The lots of an event that were written down whole, in their order: item, lot number and expiry."""
    rows = sorted(
        (int(str(place)), key)
        for key, place in record.answers.items()
        if key.startswith(f"{_ROWS}/") and key.count("/") == 1 and str(place).isdecimal()
    )
    said = [
        {name: text for name in (ITEM, _LOT, _EXPIRY) if (text := record.text(f"{key}/{name}"))}
        for _place, key in rows
    ]
    return [each for each in said if len(each) == len((ITEM, _LOT, _EXPIRY))]


def lots_before(record: Record, interview: Interview) -> LotsBefore | None:
    """The lots of an earlier event for the rows that a new one has; None for another form, a correction, or no lots."""
    entry = interview.entry
    if entry.form.id != SCREENING_EVENT or interview.amends is not None:
        return None
    try:
        base = entry.form.find(_ROWS).path
    except LookupError:
        return None
    answers = {
        entry.key(f"{base}[{place}]/{name}"): text
        for place, lot in enumerate(lots_of(record)[: entry.count(base)], 1)
        for name, text in lot.items()
    }
    return LotsBefore(LastTime.of(record).day, answers) if answers else None
