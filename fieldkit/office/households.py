"""Households in an archive, found by their number without opening others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from fieldkit.fieldwork.households import HOUSEHOLD
from fieldkit.office.flat import Flat, up_to_date

if TYPE_CHECKING:
    from fieldkit.office.office import Office


def registrations(office: Office, number: str) -> list[str]:
    """The ids of the registrations of a household; none where it was never registered, or not with a number of its own.

    Raises SyncError.
    """
    up_to_date(office)
    with office.archive.database.reading() as connection:
        rows = Flat(connection).rows(HOUSEHOLD)
        if rows is None or not number:
            return []
        return sorted(connection.execute(select(rows.record).where(rows.of("hh_id") == number)).scalars())
