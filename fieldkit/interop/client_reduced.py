"""Records on their way to another server without their people: what `fieldkit export` writes of each, and nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml import etree

from fieldkit.errors import FieldkitError
from fieldkit.interop.client_records import (
    CONFLICT,
    COUNTS_ONLY,
    NO_STATISTICS,
    NO_TIERS,
    NOTHING,
    Leaving,
    derived_id,
)  # fmt: skip
from fieldkit.privacy.profiles import lock
from fieldkit.records import Record
from fieldkit.report.exports.columns import Row, Table, export_tables, versions_of
from fieldkit.report.exports.openrosa import Submissions
from fieldkit.report.exports.rows import Persons, RowsMaker
from fieldkit.report.exports.tally import COUNTS_ONLY as COUNTED
from fieldkit.report.records import RecordTables
from fieldkit.xforms import Form
from fieldkit.xforms.definition import FIELDKIT

_PURPOSE = f"{{{FIELDKIT}}}purpose"


@dataclass(slots=True)
class _Kind:
    """The records of one form. made: what makes the submissions of each of its versions, by the hash."""

    tables: Sequence[Table]
    rows: RowsMaker
    made: dict[str, Submissions] = field(default_factory=dict)


class Reduced:
    """Takes the people out of records. secret: of the pseudonyms; purpose: what it is sent for.

    All records are read once before: somebody may have said in another one that nothing is to be told of her.
    """

    def __init__(self, tables: RecordTables, secret: bytes, purpose: str) -> None:
        self._tables = tables
        self._secret = secret
        self._purpose = purpose
        self._kinds: dict[str, _Kind | str] = {}
        self._against = set[str]()
        tables.read(Persons(tables.library, secret, self._against).take)

    def leaving(self, form: Form, record: Record) -> Leaving | str:
        """What of a record may leave, or why it stays: CONFLICT, NO_STATISTICS, NO_TIERS, NOTHING, COUNTS_ONLY.

        A declined service is village, month and outcome, and its id only counts such services.
        """
        kind = self._kinds.get(form.id) or self._kind(form)
        if isinstance(kind, str):
            return kind
        if record.conflicts:
            return CONFLICT
        is_declined = kind.rows.is_declined(record)
        if not is_declined and not kind.rows.agrees(record):
            return NO_STATISTICS
        rows: list[list[Row]] = [[] for _table in kind.tables]
        persons = set[str]()

        def put(number: int, row: Row, person: str) -> None:
            persons.add(person)
            if number < len(rows):
                rows[number].append(row)

        kind.rows.take(record, put)
        if persons & self._against:
            return NO_STATISTICS
        if not _says_something(kind.tables, rows):
            return NOTHING
        name = f"{form.id} {rows[0][0][0]}"
        return Leaving(
            name if is_declined else record.id,
            form.id,
            form.version,
            self._xml(kind, form, rows),
            derived_id(name),
        )

    def _kind(self, form: Form) -> _Kind | str:
        made: _Kind | str
        if form.id in COUNTED:
            made = COUNTS_ONLY
        elif not any(item.bind.tier for item in form.items.values()):
            made = NO_TIERS
        else:
            versions = versions_of(self._tables.library, form.id)
            try:
                tables = export_tables(versions, self._tables.places())
                made = _Kind(tables, RowsMaker(versions, tables, self._secret))
            except FieldkitError as error:
                if error.code != "exports.nothing":
                    raise
                made = NOTHING
        self._kinds[form.id] = made
        return made

    def _xml(self, kind: _Kind, form: Form, rows: Sequence[Sequence[Row]]) -> bytes:
        submissions = kind.made.get(form.hash)
        if submissions is None:
            submissions = kind.made[form.hash] = Submissions(form, kind.tables)
        root = submissions.of(rows)
        root.set(_PURPOSE, lock(self._purpose))
        return etree.tostring(root, encoding="utf-8")


def _says_something(tables: Sequence[Table], rows: Sequence[Sequence[Row]]) -> bool:
    return any(
        value is not None
        for table, own in zip(tables, rows, strict=True)
        for row in own
        for value in row[len(table.fixed) :]
    )
