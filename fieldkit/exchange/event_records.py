"""Which of the records here are of a screening event, as laptops carry them to each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from fieldkit.exchange.stored import revision_of
from fieldkit.records import Record, text_at
from fieldkit.store import JournalTable
from sync import Operation, Revision, fields_of

EVENT, PARTICIPANT = "scr_event", "scr_participant"
FAMILY = frozenset({EVENT, PARTICIPANT, "scr_cervix", "scr_breast"})
_LEFT = frozenset({"declined", "left", "postponed"})
_DAY = 6
"""Digits of the day that an event's number and a participant's begin with."""
_RUNNING = slice(7, 10)
"""Where a participant's number has the running one."""


def event_revisions(revisions: JournalTable, event: str) -> list[Revision]:
    """Every revision of the event's own record, its registrations and examinations, in the order they came here.

    A record is of an event if any revision of it ever said so, so that a withdrawal or a correction travels too. Of one
    that was erased nobody can tell any more; its envelopes go with every event. Who left is of none.
    """
    rows = [(document, row) for document, row in revisions.to_read("record", "form") if row[1] in FAMILY]
    kept: dict[str, list[Revision]] = {}
    for document, (record, _form) in rows:
        kept.setdefault(record, []).append(revision_of(document()))
    return [each for made in kept.values() if any(_is_of(each, event) for each in made) for each in made]


def latest_events(events: Iterable[Record]) -> list[str]:
    """The numbers of the events of the last day there is one."""
    days: dict[str, set[str]] = {}
    for each in events:
        days.setdefault(each.text("date"), set()).add(each.text("event_id"))
    return sorted(filter(is_number, days[max(days)])) if days else []


def is_number(event: str) -> bool:
    """Whether that can be the number of an event: it becomes part of a file's name."""
    return event.isascii() and event.isdecimal()


def left_here(registrations: Iterable[Record], since: str) -> tuple[tuple[str, str, int], ...]:
    """How many came and did not register, by village and date, from a day on."""
    found = Counter(
        (each.text("village"), each.text("date"))
        for each in registrations
        if each.text("outcome") in _LEFT and each.text("date") >= since
    )
    return tuple((*place, count) for place, count in sorted(found.items()))


def running_number(revision: Revision) -> int:
    """The running number that a registration gave out, 0 for none."""
    body = revision.body if revision.envelope.form == PARTICIPANT else None
    digits = text_at(fields_of(body), "pid")[_RUNNING] if body is not None else ""
    return int(digits) if digits.isdecimal() else 0


def _is_of(revision: Revision, event: str) -> bool:
    if revision.envelope.operation is Operation.ERASE:
        return True
    body = revision.body
    answers: Mapping[str, Any] = fields_of(body) if body is not None else {}
    named = text_at(answers, "event_id" if revision.envelope.form == EVENT else "event")
    # A tube may be filled before the registration of its number is known here: then the number alone says the day.
    number = text_at(answers, "pid")
    return named == event if named else bool(number) and number[:_DAY] == event[:_DAY]
