"""What lists call records: read from the flat tables, since opening the packs of a long list would take too long."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, column, literal, quoted_name, select, table

from fieldkit.exchange import as_record
from sync import schema
from sync.table_spec import FlatTable
from sync.tables import remembered

if TYPE_CHECKING:
    from fieldkit.office.office import Office

_NAMES = {"village": "village", "hh_id": "household", "date": "day"}
"""The questions that name a record, and which part of its title each is."""


@dataclass(frozen=True, slots=True)
class Title:
    """What a record is of: its form, village (code), household number and day (ISO 8601), each "" where it has none."""

    form: str
    village: str = ""
    household: str = ""
    day: str = ""


def titles(office: Office, records: Collection[str]) -> dict[str, Title]:
    """The titles of records, by id; one that is not held is left out. Raises SyncError."""
    found: dict[str, Title] = {}
    with office.archive.database.reading() as connection:
        current = schema.current.c
        forms = dict(
            tuple(row)
            for row in schema.select_in(
                connection, (current.record_id, current.form), current.record_id, records
            )
        )
        for spec in remembered(connection):
            if not spec.repeats and spec.form in set(forms.values()):
                found |= dict(
                    _read(connection, spec, [each for each in records if forms.get(each) == spec.form])
                )
    for record in forms.keys() - found.keys():
        view = office.view(record)
        if view is not None:
            read = as_record(view)
            found[record] = Title(view.form, read.text("village"), read.text("hh_id"), read.text("date"))
    return found


def _read(connection: Connection, spec: FlatTable, records: Collection[str]) -> Iterator[tuple[str, Title]]:
    """The titles that the table of a form gives; none where no question of it names a record."""
    named = {}
    for each in sorted(spec.columns, key=lambda each: each.path.count("/"), reverse=True):
        name = each.path.rpartition("/")[2]
        if name in _NAMES:
            named[_NAMES[name]] = each.name
    if not named:
        return
    rows = table(quoted_name(spec.name, quote=True), column("record_id"), *map(column, named.values()))
    wanted = [rows.c.record_id, *(rows.c[name].label(part) for part, name in named.items())]
    for part in schema.in_parts(records):
        for row in connection.execute(
            select(*wanted, literal(1)).where(rows.c.record_id.in_(part))
        ).mappings():
            yield row["record_id"], Title(spec.form, **{name: str(row[name] or "") for name in named})
