"""Letters in the archive: the list of those to be written, waiting and answered, and which was sent where.

The list says nothing of where somebody is: the id of the office a letter went to lies sealed in the event that it was sent.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldkit.exchange import as_record
from fieldkit.fieldwork.liaison import MIGRANT, letters_of, stands
from sync.derived import Derivation, Row
from sync.events import note, noted
from sync.sealing import shut, unshut

if TYPE_CHECKING:
    from fieldkit.office.office import Office
    from sync import RecordView, Revision

LETTER = "letter"
"""The kind of the rows, and of the events that say that one was sent."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter that was sent: its id, the record and row it is of, the id of the key it was sealed for, and by whom."""

    id: str
    record: str
    row: str
    to: str
    by: str


def letters_derivation() -> Derivation:
    """The rows of letters: one for each that may be written or was sent. key: of the row in its record. at: the day of the record,
    or when a reply is due.
    """
    return Derivation(LETTER, "1", _made, forms=frozenset({MIGRANT}))


def _made(view: RecordView, _revisions: Sequence[Revision]) -> Iterator[Row]:
    if view.state != "live":
        return
    record = as_record(view)
    for row in letters_of(record):
        how = stands(record, row)
        if how is not None:
            facts = {
                "sent": row.sent_on,
                "replied": row.replied_on,
                "result": row.result,
                "number": row.number,
            }
            at = row.reply_due or row.sent_on or record.text("date")
            yield Row(view.record, row.id, how.value, record.text("village"), at, facts)


def note_sent(office: Office, sent: Sent, device: str) -> None:
    """Write down that a letter goes out. device: whose desk. Raises SyncError."""
    to = base64.b64encode(shut(office.archive.secret, sent.to.encode("ascii"), _about(sent.id))).decode(
        "ascii"
    )
    facts = {"id": sent.id, "record": sent.record, "row": sent.row, "to": to, "by": sent.by}
    note(office.archive, LETTER, device, facts, office.now())


def sent_letter(office: Office, letter: str) -> Sent | None:
    """What was written down of a letter, None for one that was not sent from here. Raises SyncError."""
    for event in noted(office.archive, LETTER):
        facts = event.facts
        if facts["id"] == letter:
            to = unshut(office.archive.secret, base64.b64decode(facts["to"]), _about(letter)).decode("ascii")
            return Sent(letter, facts["record"], facts["row"], to, facts["by"])
    return None


def _about(letter: str) -> bytes:
    return b"fieldkit letter " + letter.encode("ascii")
