"""Reading the flat tables for lists: columns by the names of questions, and the tables brought up to date before they are read.

Nothing here opens a record: a list of an archive of 100,000 records is read in one query.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    Double,
    Text,
    column,
    inspect,
    null,
    quoted_name,
    select,
    table,
    type_coerce,
)
from sqlalchemy.exc import DatabaseError
from sqlalchemy.types import TypeEngine

from sync import SyncError
from sync.table_spec import RECORD_COLUMNS, REPEAT_COLUMNS, FlatTable
from sync.tables import Source, bring_up_to_date, remembered, scrub, table_state

if TYPE_CHECKING:
    from fieldkit.office.office import Office

_FEW = 500
"""So many records are written anew in a moment."""
_TYPES: Mapping[str, TypeEngine[Any]] = {"integer": BigInteger(), "decimal": Double(), "date": Date()}
_FIXED: Mapping[str, TypeEngine[Any]] = {
    "position": BigInteger(), "conflicts": BigInteger(), "incomplete": BigInteger(), "made_on": Date(),
}  # fmt: skip


class Flat:
    """The flat tables as one connection sees them."""

    def __init__(self, connection: Connection) -> None:
        self._specs = remembered(connection)

    def rows(self, form: str, repeat: str = "") -> Rows | None:
        """The table of a form, or of a repeat of it by the repeat's name; None where no such record has ever come."""
        for spec in self._specs:
            name = spec.repeats[-1].rpartition("/")[2] if spec.repeats else ""
            if spec.form == form and name == repeat:
                return Rows(spec)
        return None


class Rows:
    """One flat table. `of` gives columns by the names of questions, `fixed` those that every table has."""

    def __init__(self, spec: FlatTable) -> None:
        self._columns = {
            each.path.rpartition("/")[2]: (each.name, _TYPES.get(each.kind, Text()))
            for each in sorted(spec.columns, key=lambda each: each.path.count("/"), reverse=True)
        }
        fixed = (*RECORD_COLUMNS, *(REPEAT_COLUMNS if spec.repeats else ()))
        names = [*((name, _FIXED.get(name, Text())) for name in fixed), *self._columns.values()]
        self.table = table(quoted_name(spec.name, quote=True), *(column(name, kind) for name, kind in names))

    def of(self, name: str) -> ColumnElement[Any]:
        """The column of a question, NULL where the form has no such question."""
        if name not in self._columns:
            return type_coerce(null(), Text()).label(name)
        return self.table.c[self._columns[name][0]].label(name)

    def fixed(self, name: str) -> ColumnElement[Any]:
        """A column that every table has, or every one of a repeat."""
        return self.table.c[name]

    @property
    def record(self) -> ColumnElement[Any]:
        """The id of the record."""
        return self.table.c.record_id


def up_to_date(office: Office, *, quickly: bool = False) -> bool:
    """Bring the flat tables up to date with what was entered or decided since; whether they are so now.

    Where nothing came nobody waits, and a few records cost as much as those alone. quickly: what would take longer (many
    records, a form that the tables do not know yet) is left for later. Raises SyncError.
    """
    source = office.archive.table_source()
    try:
        with office.archive.database.reading() as connection:
            since, latest = _written_until(connection), source.latest(connection)
            if since == latest and since:
                return True
            specs = remembered(connection) if since else []
            stale = list(source.stale_records(connection, since))
            is_quick = since < latest and len(stale) <= _FEW and _are_known(connection, source, stale, specs)
        if is_quick:
            with office.archive.database.writing() as connection:
                done = bring_up_to_date(connection, specs, source)
            if done.left_over:
                scrub(office.archive.database.engine, specs)
        elif not quickly:
            office.keep_tables()
    except DatabaseError as error:
        raise SyncError("medium.failing", path=str(office.folder), reason=str(error.orig)) from error
    return is_quick or not quickly


def _are_known(
    connection: Connection, source: Source, records: Iterable[str], specs: Iterable[FlatTable]
) -> bool:
    """Whether the tables know the versions of the forms that all of these records were made with."""
    known = {(each.form, version) for each in specs for version, _name in each.versions}
    return all((view.form, view.form_hash) in known for view in source.views(connection, records))


def _written_until(connection: Connection) -> int:
    """The number of the import that all flat tables are current with, 0 where there are none."""
    if not inspect(connection).has_table(table_state.name):
        return 0
    return min(connection.execute(select(table_state.c.current)).scalars(), default=0)
