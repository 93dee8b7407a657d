"""Lists of entities that the records here create and update, kept up as records change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from fieldkit.records import Record
from fieldkit.xforms import Form
from fieldkit.xforms.entities import EntityChange, entity_changes, entity_lists, entity_rows, property_names
from fieldkit.xforms.grouped import GroupedTable
from fieldkit.xforms.lists import Table

_COLUMNS = ("name", "label", "__version")


class EntityLists:
    """The entities of one workspace.

    forms and form_of: the ids of the forms that something was recorded with here, and those forms. records and record: what
    was recorded with some forms, and a record as it stands. changed: whether all records are to be read anew, and the ids of
    those that changed, since the last call.
    """

    def __init__(
        self,
        forms: Callable[[], Iterable[str]],
        form_of: Callable[[str], Form | None],
        records: Callable[..., Iterable[Record]],
        record: Callable[[str], Record | None],
        changed: Callable[[], tuple[bool, Iterable[str]]],
    ) -> None:
        self._forms = forms
        self._form_of = form_of
        self._records = records
        self._record = record
        self._changed = changed
        self._makers: dict[str, Form] = {}
        self._said: dict[str, _Said] = {}
        self._tables: dict[tuple[str, str], GroupedTable] = {}

    def of(self, form: Form, names: Iterable[str]) -> dict[str, Table]:
        """Those lists among `names` that records here speak of, on top of what `form` has in its files."""
        known = {each: self._form_of(each) for each in self._forms()}
        makers = {each: maker for each, maker in known.items() if maker is not None and entity_lists(maker)}
        written = {name for name in names if any(name in entity_lists(maker) for maker in makers.values())}
        if not written:
            return {}
        self._catch_up(makers)
        return {name: self._table(form, name) for name in written if self._said.get(name)}

    def _catch_up(self, makers: dict[str, Form]) -> None:
        anew, changed = self._changed()
        if anew or _hashes(makers) != _hashes(self._makers):
            self._makers, self._said, self._tables = makers, {}, {}
            for record in self._records(*makers) if makers else ():
                self._take(record)
            return
        for each in changed:
            self._forget(each)
            found = self._record(each)
            if found is not None and found.state == "live" and found.form in makers:
                self._take(found)

    def _take(self, record: Record) -> None:
        for change in entity_changes(self._makers[record.form], record.answers):
            self._said.setdefault(change.list, _Said()).take(record, change)
            self._drop_tables(change.list)

    def _forget(self, record: str) -> None:
        for name, said in self._said.items():
            if said.forget(record):
                self._drop_tables(name)

    def _drop_tables(self, name: str) -> None:
        for key in [key for key in self._tables if key[1] == name]:
            del self._tables[key]

    def _table(self, form: Form, name: str) -> Table:
        key = form.hash, name
        if key not in self._tables:
            rows = {row.get("name", ""): row for row in form.lists.rows(name)}
            columns = dict.fromkeys([*_COLUMNS, *(each for row in rows.values() for each in row)])
            columns |= dict.fromkeys(
                each for maker in self._makers.values() for each in property_names(maker, name)
            )
            self._tables[key] = self._said[name].table([*columns], rows)
        return self._tables[key]


class _Said:
    """What records say of the entities of one list: by entity, then by record."""

    def __init__(self) -> None:
        self._of: dict[str, dict[str, tuple[date, list[EntityChange]]]] = {}
        self._by: dict[str, set[str]] = {}

    def __bool__(self) -> bool:
        return bool(self._of)

    def take(self, record: Record, change: EntityChange) -> None:
        changes = self._of.setdefault(change.id, {}).setdefault(record.id, (record.made_on, []))
        changes[1].append(change)
        self._by.setdefault(record.id, set()).add(change.id)

    def forget(self, record: str) -> bool:
        """Whether it had said something."""
        entities = self._by.pop(record, set())
        for entity in entities:
            del self._of[entity][record]
            if not self._of[entity]:
                del self._of[entity]
        return bool(entities)

    def table(self, columns: list[str], rows: Mapping[str, Mapping[str, str]]) -> GroupedTable:
        """The list, on top of the rows of its file."""

        def made(entity: str) -> list[dict[str, str]]:
            said = sorted(self._of.get(entity, {}).items(), key=lambda each: (each[1][0], each[0]))
            changes = [change for _record, (_day, found) in said for change in found]
            return entity_rows(changes, [rows[entity]] if entity in rows else ())

        return GroupedTable(
            columns, dict.fromkeys([*rows, *self._of]), made, {"name": lambda entity: [entity]}
        )


def _hashes(forms: Mapping[str, Form]) -> dict[str, str]:
    return {name: form.hash for name, form in forms.items()}
