"""Where somebody is registered: a household's record by its number, found in the flat tables without opening packs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import column, quoted_name, select, table

from sync.tables import remembered

if TYPE_CHECKING:
    from fieldkit.office.office import Office

_HOUSEHOLD = "household"
_NUMBER = "hh_id"


def record_of_household(office: Office, number: str) -> str:
    """The id of the live record that registers a household, "" where there is none. The tables are brought up to date where they do
    not know it yet. Raises SyncError.
    """
    if not number:
        return ""
    found = _found(office, number)
    if not found:
        office.keep_tables()
        found = _found(office, number)
    return found


def _found(office: Office, number: str) -> str:
    with office.archive.database.reading() as connection:
        for spec in remembered(connection):
            names = [each.name for each in spec.columns if each.path.rpartition("/")[2] == _NUMBER]
            if spec.form == _HOUSEHOLD and not spec.repeats and names:
                rows = table(
                    quoted_name(spec.name, quote=True), column("record_id"), column("state"), column(names[0])
                )
                query = select(rows.c.record_id).where(rows.c[names[0]] == number, rows.c.state == "live")
                found = connection.execute(query.order_by(rows.c.record_id).limit(1)).scalar()
                if found:
                    return str(found)
    return ""
