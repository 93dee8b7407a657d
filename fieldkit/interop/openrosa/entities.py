"""Lists that records of the office make and phones may have: those of which nothing but tier P is told (events, never people)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from sqlalchemy import select

from fieldkit.exchange import as_record
from fieldkit.interop.openrosa.lists import Rows, as_csv
from fieldkit.interop.openrosa.parallel import clashing
from fieldkit.office import Office
from fieldkit.xforms import Form
from fieldkit.xforms.answers import Answer
from fieldkit.xforms.entities import EntityChange, entity_changes, entity_lists, entity_rows, property_names
from sync import schema

_OPEN = "P"
_COLUMNS = ("name", "label", "__version")
_NAMES = re.compile(r"[^\W\d][\w.-]*")


class Entities:
    """The lists of one office, made anew when something has come."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._came = -1
        self._makers: dict[str, list[Form]] = {}
        self._made: dict[tuple[str, str], Rows] = {}
        self._said: dict[str, list[tuple[tuple[int, int, date, str], EntityChange]]] = {}

    def forget(self) -> None:
        """Forms were changed."""
        self._came = -1

    def lists(self, form: Form) -> dict[str, Rows]:
        """The lists that a form reads and records make, by name, on top of what is in its own file. Raises SyncError."""
        self._look()
        found = {}
        for name, instance in form.instances.items():
            makers = self._makers.get(name, [])
            if instance.src and makers and all(_is_open(each, name) for each in makers):
                key = form.hash, name
                if key not in self._made:
                    self._made[key] = entity_rows(self._changes(name), form.lists.rows(name))
                found[name] = self._made[key]
        return found

    def clashing(self, form: Form, answers: Mapping[str, Answer]) -> tuple[str, ...]:
        """The questions of a new record, by their paths, whose answers clash with what others said of the same entities meanwhile.

        Raises SyncError.
        """
        changes = entity_changes(form, answers)
        if not changes:
            return ()
        self._look()
        found: set[str] = set()
        for change in changes:
            told = sorted(self._told(change.list), key=lambda each: each[0])
            said = [each for _came, each in told if each.id == change.id]
            rows = (
                {row.get("name", ""): row for row in form.lists.rows(change.list)}
                if change.list in form.instances
                else {}
            )
            names = clashing(change, said, rows.get(change.id))
            found |= {
                path.split("/", 2)[2]
                for path, item in form.items.items()
                if item.bind.save_to.rpartition("#")[2] in names
            }
        return tuple(sorted(found))

    def as_csv(self, form: Form, name: str, rows: Rows) -> bytes:
        """A list as phones read it."""
        columns = dict.fromkeys(_COLUMNS)
        columns |= dict.fromkeys(each for row in form.lists.rows(name) for each in row)
        columns |= dict.fromkeys(each for maker in self._makers[name] for each in property_names(maker, name))
        return as_csv(columns, rows)

    def _look(self) -> None:
        """Forget what was made before the last thing that came."""
        came = self._office.archive.came()
        if came != self._came:
            self._came, self._made, self._said, self._makers = came, {}, {}, self._known_makers()

    def _known_makers(self) -> dict[str, list[Form]]:
        found: dict[str, list[Form]] = {}
        library = self._office.library
        for form in filter(None, (library.known(file.id) for file in library.files())):
            for name in entity_lists(form):
                found.setdefault(name, []).append(form)
        return found

    def _changes(self, name: str) -> list[EntityChange]:
        """What records say of the entities of a list, by their day: as laptops read it."""
        return [change for _came, change in sorted(self._told(name), key=lambda each: each[0][1:])]

    def _told(self, name: str) -> list[tuple[tuple[int, int, date, str], EntityChange]]:
        """What records say of the entities of a list, each with the number of the import that the record came or was last changed
        with, then of its form, its day and itself.
        """
        if name not in self._said:
            found = []
            for at, maker in enumerate(self._makers.get(name, ())):
                came = self._arrivals(maker.id)
                for record in map(as_record, self._office.archive.views(maker.id)):
                    if record.state == "live":
                        order = came.get(record.id, 0), at, record.made_on, record.id
                        changes = entity_changes(maker, record.answers)
                        found += [(order, each) for each in changes if each.list == name]
            self._said[name] = found
        return self._said[name]

    def _arrivals(self, form: str) -> dict[str, int]:
        table = schema.current
        with self._office.archive.database.reading() as connection:
            query = select(table.c.record_id, table.c.changed).where(table.c.form == form)
            return dict(connection.execute(query).all())


def _is_open(form: Form, name: str) -> bool:
    """Whether a form tells nothing but tier P of the entities of a list, in their labels neither."""
    properties = set(property_names(form, name))
    saved = [item for item in form.items.values() if item.bind.save_to.rpartition("#")[2] in properties]
    guarded = {item.name for item in form.items.values() if item.bind.tier not in {"", _OPEN}}
    return all(item.bind.tier == _OPEN for item in saved) and not guarded & set(_label_names(form))


def _label_names(form: Form) -> Iterator[str]:
    """Every name in what an entity is called."""
    for path, item in form.items.items():
        if path.endswith("/entity/label") and item.bind.calculate is not None:
            yield from _NAMES.findall(item.bind.calculate.source)
