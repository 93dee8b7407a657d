"""Letters about somebody away to the health service of where they are (domain F3, D4): when one may be written, what may be in it,
and what became of those that were.

A letter rests on the person's separate consent to share with the county of destination, which stands in the same record, and
holds only what she agreed to have given. A wish not to be contacted ends everything on the same day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from functools import partial

from fieldkit.errors import FieldkitError
from fieldkit.fieldwork.rows import rows_of
from fieldkit.records import Record

MIGRANT = "migrant"
RECIPIENT = "dest_county"
"""The recipient that consents to share call the health service of the destination."""
REPLY_WITHIN = timedelta(days=7)
ITEMS: Mapping[str, tuple[str, ...]] = {
    "called": ("alias",),
    "contact_way": ("own_phone", "channel", "ok_days", "ok_via_family"),
    "vacc_record": (),
    "exam_record": (),
    "payment_state": (),
}
"""What can be agreed to, and the questions whose answers it means. What is in no record here is written by hand."""
RESTRICTED_ITEMS = frozenset({"vacc_record", "exam_record", "payment_state"})
"""What only somebody who may see restricted answers writes or reads."""
ASKED_STOP = "asked_stop"
_SHARED = ("recipient", "share_purpose", "share_agreed")


class Stands(StrEnum):
    """How a letter stands: to be written, sent and waiting, answered, or ended since the person asked to stop."""

    READY = "ready"
    DUE = "due"
    ANSWERED = "answered"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of contact with a destination. id: of its instance; number: its place, from 1. county: six digits; unit: its name.

    consent: the instance id of the consent to share it rests on, "" for none that was agreed to; why: for what that was.
    items: what was agreed to be given.
    """

    id: str
    number: int
    county: str
    unit: str
    consent: str
    why: str
    items: tuple[str, ...]
    sent_on: str
    reply_due: str
    replied_on: str
    result: str


def letters_of(record: Record) -> list[Row]:
    """The rows of a record, in its order."""
    shares = rows_of(record.answers, "share")
    found = []
    for number, (instance, row) in enumerate(rows_of(record.answers, "liaison"), 1):
        share, said = _share(shares, row.get("consent_ref", ""))
        items = tuple(each for each in row.get("items_shared", "").split() if each in ITEMS)
        text = partial(_text, row)
        found.append(
            Row(
                id=instance,
                number=number,
                county=text("partner_code"),
                unit=text("partner_name"),
                consent=share,
                why=said,
                items=items,
                sent_on=text("sent_on"),
                reply_due=text("reply_due"),
                replied_on=text("replied_on"),
                result=text("result"),
            )
        )
    return found


def stands(record: Record, row: Row) -> Stands | None:
    """How a letter stands; None for a row that no letter may be written for."""
    if row.replied_on:
        return Stands.ANSWERED
    if has_stopped(record):
        return Stands.STOPPED
    if row.sent_on:
        return Stands.DUE
    return Stands.READY if row.consent and not _taken_back(record) else None


def has_stopped(record: Record) -> bool:
    """Whether the person asked not to be contacted."""
    return any(row.get("log_result") == ASKED_STOP for _id, row in rows_of(record.answers, "contact_log"))


def letter_basis(record: Record, row: Row, county: str) -> Record:
    """The consent that a letter to an office of a county rests on: the record with no other consent to share than this row's.

    Raises FieldkitError("transfer.no-consent"), ("letter.stopped"), ("letter.sent"), ("letter.other-unit"),
    ("letter.nothing-agreed").
    """
    if record.state != "live" or not row.consent or _taken_back(record):
        raise FieldkitError("transfer.no-consent", recipient=row.unit)
    if has_stopped(record):
        raise FieldkitError("letter.stopped")
    if row.sent_on:
        raise FieldkitError("letter.sent", day=row.sent_on)
    if row.county != county:
        raise FieldkitError("letter.other-unit", agreed=row.county, county=county)
    if not row.items:
        raise FieldkitError("letter.nothing-agreed")
    others = {
        key
        for key in record.answers
        if key.rpartition("/")[2] in _SHARED and key.rpartition("/")[0].rpartition("/")[2] != row.consent
    }
    return replace(record, answers={key: said for key, said in record.answers.items() if key not in others})


def _text(row: Mapping[str, str], name: str) -> str:
    return row.get(name, "")


def _share(shares: list[tuple[str, dict[str, str]]], ref: str) -> tuple[str, str]:
    """The consent that a row names by its number, if it was agreed to for the destination, and for what it was."""
    if ref.isdecimal() and 1 <= int(ref) <= len(shares):
        instance, row = shares[int(ref) - 1]
        if row.get("recipient") == RECIPIENT and row.get("share_agreed") == "yes":
            return instance, row.get("share_purpose", "")
    return "", ""


def _taken_back(record: Record) -> bool:
    return bool({"basic", "share"} & set(record.text("withdrawn_scope").split()))
