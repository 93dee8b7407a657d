"""The register of reports: which were due to the unit above, sent, received there, returned and corrected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from fieldkit.office.flat import Flat

if TYPE_CHECKING:
    from fieldkit.office.office import Office

FORM = "log"
KIND = "liaison_up"
"""The kind of a line of the log that a report was sent with."""


@dataclass(frozen=True, slots=True)
class Sending:
    """A report in the register; every date is ISO 8601 or "". number: "" where nobody noted one."""

    record: str
    number: str
    topic: str
    to_unit: str
    due: str
    sent_on: str
    is_received: bool
    is_returned: bool
    fixed_on: str

    @property
    def is_settled(self) -> bool:
        """Whether nothing of it waits for anybody here: it was sent, and corrected where it came back."""
        return bool(self.sent_on) and (not self.is_returned or bool(self.fixed_on))


def sendings(office: Office) -> list[Sending]:
    """All of them, the latest due first. Raises SyncError."""
    with office.archive.database.reading() as connection:
        rows = Flat(connection).rows(FORM)
        if rows is None:
            return []
        names = ("report_no", "topic", "to_unit", "due", "sent_on", "receipt", "returned_for_fix", "fixed_on")
        query = select(rows.record, *(rows.of(name) for name in names)).where(rows.of("kind") == KIND)
        found = [tuple(str(each or "") for each in row) for row in connection.execute(query)]
    # Sorted here: databases differ about where an empty day stands.
    found.sort(key=lambda row: (row[4] or row[5], row[1], row[0]), reverse=True)
    return [
        Sending(record, number, topic, unit, due, sent, receipt == "yes", returned == "yes", fixed)
        for record, number, topic, unit, due, sent, receipt, returned, fixed in found
    ]
