"""Exports as records: the rows of a table of records with those of its repeats, put together by their keys."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from fieldkit.errors import FieldkitError
from fieldkit.interop.imports.columns import (
    KEY,
    KOBO_ID,
    KOBO_INDEX,
    KOBO_PARENT,
    KOBO_RECORD,
    KOBO_TABLE,
    KOBO_VERSION,
    PARENT,
    STATUS,
    VERSION,
    Columns,
    columns_of,
    instance_places,
    repeat_named,
)  # fmt: skip
from fieldkit.interop.imports.coming import Coming, Fault, Place, Recognised
from fieldkit.interop.imports.tables import Export, Table
from fieldkit.interop.imports.written import Written
from fieldkit.xforms import Form

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NUMBERED = re.compile(r"\[\d+\]")
_ID_LENGTH = 10
_SHORTENED = 25
"""So many signs of a sheet's name are its table's; the last of 31 may be dots and a number."""

FormOf = Callable[[str], Form | None]
"""The form of a version, None where that version is not at hand."""


@dataclass(slots=True)
class FromExport:
    """What an export holds. records: in the order of the file; orphans: faults of rows that belong to none of them."""

    recognised: list[Recognised] = field(default_factory=list)
    records: list[Coming] = field(default_factory=list)
    orphans: list[Fault] = field(default_factory=list)


def records_of_export(
    export: Export, form: Form, version_of: FormOf, codes: Mapping[str, str], left_out: Collection[str] = ()
) -> FromExport:
    """The records of an export of one form. codes: text → missing answer, for what the form does not offer itself.

    Raises FieldkitError("import.no-key"), ("import.no-root").
    """
    return _Reading(form, version_of, codes, left_out).read(export)


@dataclass(slots=True)
class _Row:
    """A row that others may lie in: its record, and the key of its instance, "" for the record itself."""

    coming: Coming
    key: str
    counts: dict[str, int] = field(default_factory=dict)


class _Reading:
    def __init__(
        self, form: Form, version_of: FormOf, codes: Mapping[str, str], left_out: Collection[str]
    ) -> None:
        self._form = form
        self._version_of = version_of
        self._codes = codes
        self._left_out = left_out
        self._written: dict[str, Written] = {}
        self._names: list[str] = []
        self._rows: dict[tuple[str, str], _Row] = {}
        self._found = FromExport()

    def read(self, export: Export) -> FromExport:
        self._names = [each.name for each in export.tables]
        root = next((each for each in export.tables if not _is_repeats(each)), None)
        if root is None:
            raise FieldkitError("import.no-root", file=export.tables[0].file)
        self._records(root, export)
        waiting = [each for each in export.tables if each is not root and each.rows]
        for table in sorted(waiting, key=lambda each: len(self._repeat(each) or ())):
            self._instances(table)
        return self._found

    def _records(self, table: Table, export: Export) -> None:
        places = instance_places(table.header)
        if not places:
            raise FieldkitError("import.no-key", file=table.file)
        columns = self._columns(table, ())
        for row, cells in table.rows:
            place = Place(table.file, row)
            ids = [cells[at] for at in places if at < len(cells) and cells[at]]
            instance = _instance(ids[0] if ids else "")
            version = _cell(table, cells, VERSION) or _cell(table, cells, KOBO_VERSION)
            form = (self._version_of(version) if version else None) or self._form
            coming = Coming(form, instance, place)
            if not instance:
                fault = Fault(Place(table.file, row, table.header[places[0]]), "import.no-instance")
                coming.faults.append(fault)
            status = _cell(table, cells, STATUS)
            if status:
                coming.faults.append(
                    Fault(Place(table.file, row, STATUS), "import.encrypted", {"status": status})
                )
            held = _Row(coming, "")
            self._take(held, table, row, cells, columns)
            coming.files = export.media.of(_cell(table, cells, KOBO_ID) or instance, coming.answers)
            self._found.records.append(coming)
            self._rows |= {("", _instance(each)): held for each in ids}
            index = _cell(table, cells, KOBO_INDEX)
            if index:
                self._rows[table.name, index] = held

    def _instances(self, table: Table) -> None:
        repeat = self._repeat(table)
        if repeat is None:
            fault = Fault(Place(table.file), "import.no-repeat", {"form": self._form.id})
            self._found.orphans.append(fault)
            return
        columns = self._columns(table, repeat)
        for row, cells in table.rows:
            above = self._above(table, cells, repeat)
            if above is None:
                column = PARENT if PARENT in table.header else KOBO_PARENT
                self._found.orphans.append(Fault(Place(table.file, row, column), "import.no-parent"))
                continue
            held = self._instance_in(above, repeat, _cell(table, cells, KEY) or f"{table.name} {row}")
            self._take(held, table, row, cells, columns, "/".join(repeat))
            if _cell(table, cells, KEY):
                self._rows["", _cell(table, cells, KEY)] = held
            index = _cell(table, cells, KOBO_INDEX)
            if index:
                self._rows[table.name, index] = held

    def _above(self, table: Table, cells: tuple[str, ...], repeat: tuple[str, ...]) -> _Row | None:
        """The row that a row lies in: by its key, by its number in a table, or of an outermost repeat by the record's uuid. Kobo
        shortens the names of sheets, but not where it says which is meant.
        """
        found = (
            self._rows.get(("", _instance(_cell(table, cells, PARENT)))) if PARENT in table.header else None
        )
        index = _cell(table, cells, KOBO_PARENT)
        if found is None and index:
            found = self._rows.get((self._sheet(_cell(table, cells, KOBO_TABLE)), index))
        is_outermost = not any(
            repeat[: len(steps) - 1] == steps[1:] for steps in self._form.repeats if len(steps) <= len(repeat)
        )
        uuid = _cell(table, cells, KOBO_RECORD)
        if found is None and is_outermost and uuid:
            found = self._rows.get(("", _instance(uuid)))
        return found

    def _sheet(self, name: str) -> str:
        """The name of the table that is meant by a name which may be longer."""
        if name in self._names:
            return name
        short = [
            each
            for each in self._names
            if len(each) > _SHORTENED and name.startswith(each.rstrip(".")[:_SHORTENED])
        ]
        return short[0] if len(short) == 1 else name

    def _instance_in(self, above: _Row, repeat: tuple[str, ...], key: str) -> _Row:
        path = "/".join(repeat)
        outer = max(
            (steps[1:] for steps in self._form.repeats if len(steps) - 1 < len(repeat) and repeat[: len(steps) - 1] == steps[1:]),
            key=len, default=(),
        )  # fmt: skip
        rest = "/".join(repeat[len(outer) :])
        name = f"{above.key}/{rest}" if above.key else rest
        above.counts[path] = above.counts.get(path, 0) + 1
        mark = hashlib.sha256(f"{above.coming.instance}\0{key}".encode()).hexdigest()[:_ID_LENGTH]
        own = f"{name}/{mark}"
        above.coming.answers[own] = str(above.counts[path])
        return _Row(above.coming, own)

    def _take(
        self, held: _Row, table: Table, row: int, cells: tuple[str, ...], columns: Columns, within: str = ""
    ) -> None:
        form = held.coming.form
        written = self._written.setdefault(form.hash, Written(form, self._codes))
        for path, text, at in columns.cells(cells):
            item = form.items.get(f"/{form.root}/{path}")
            place = Place(table.file, row, table.header[at])
            if item is None:
                held.coming.faults.append(Fault(place, "import.other-version", {"version": form.version}))
                continue
            key = f"{held.key}/{path.removeprefix(f'{within}/')}" if within else path
            answer = written.answer(item, text)
            if answer != "":
                held.coming.answers[key] = answer
                held.coming.places[key] = place

    def _columns(self, table: Table, repeat: tuple[str, ...]) -> Columns:
        columns = columns_of(table, self._form, repeat, self._left_out)
        self._found.recognised.append(
            Recognised(
                table.file, table.encoding, self._form.id, "/".join(repeat), len(table.rows), columns.named(table.header),
                tuple(columns.passed), tuple(columns.unknown),
            )
        )  # fmt: skip
        return columns

    def _repeat(self, table: Table) -> tuple[str, ...] | None:
        """The repeat that a table is of: by the keys of its rows, else by its name."""
        for _row, cells in table.rows:
            _record, slash, rest = _cell(table, cells, KEY).partition("/")
            if slash:
                steps = tuple(_NUMBERED.sub("", rest).split("/"))
                if ("/".join(["", self._form.root, *steps])) in self._form.items:
                    return steps
        return repeat_named(self._form, table.name)


def _is_repeats(table: Table) -> bool:
    return PARENT in table.header or KOBO_PARENT in table.header


def _cell(table: Table, cells: tuple[str, ...], name: str) -> str:
    at = table.header.index(name) if name in table.header else len(cells)
    return cells[at] if at < len(cells) else ""


def _instance(text: str) -> str:
    return f"uuid:{text}" if _UUID.fullmatch(text) else text
