"""What people said of being contacted again: once somebody asked to stop, everything for the household is closed, until
somebody there agrees to contact on a later visit.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from fieldkit.fieldwork.rows import rows_of, texts_of
from fieldkit.records import Record

_NO_CONTACT = "none"
_ASKED_STOP = "asked_stop"


@dataclass(frozen=True, slots=True)
class Said:
    """What one record says: on which day contact was closed, and on which it was agreed to, None where it says neither.

    A registration says what it says before every visit: its day is "".
    """

    closed: str | None = None
    opened: str | None = None


def said_by(record: Record, text: Mapping[str, str] | None = None) -> Said | None:
    """What a record says of contact; None for nothing. text: its texts by name, where they are known (`texts_of`).

    A registration or visit closes by the contact answer "none" (a withdrawal writes it, and its day), a visit also by
    `wants_no_more`, a migrant's record by a contact of which came that she asked to stop.
    """
    if record.form not in {"household", "visit", "migrant"}:
        return None
    text = texts_of(record) if text is None else text
    if not text.get("hh_id", ""):
        return None
    if record.form == "migrant":
        days = [
            row.get("log_date", "") or text.get("date", "")
            for _instance, row in rows_of(record.answers, "contact_log")
            if row.get("log_result") == _ASKED_STOP
        ]
        return Said(closed=max(days)) if days else None
    contact = text.get("contact", "")
    day = text.get("date", "") if record.form == "visit" else ""
    if contact == _NO_CONTACT:
        taken_back = "contact" in text.get("withdrawn_scope", "").split()
        return Said(closed=max(day, text.get("withdrawn_on", "")) if taken_back else day)
    if text.get("wants_no_more", "") == "yes":
        return Said(closed=day)
    return Said(opened=day) if contact and record.form == "visit" else None


def is_closed(said: Collection[Said]) -> bool:
    """Whether a household is to be left alone, by all that its records say; on the same day the wish to stop counts."""
    closed = closed_on(said)
    return closed is not None and not any(each.opened is not None and each.opened > closed for each in said)


def closed_on(said: Collection[Said]) -> str | None:
    """The last day on which contact was closed, "" for the registration, None for never."""
    return max((each.closed for each in said if each.closed is not None), default=None)
