"""Lists that records of the office make and phones may have: those of which nothing but tier P is told (events, never people)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from fieldkit.exchange import as_record
from fieldkit.interop.openrosa.lists import Rows, as_csv
from fieldkit.office import Office
from fieldkit.xforms import Form
from fieldkit.xforms.entities import entity_changes, entity_lists, entity_rows, property_names

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

    def forget(self) -> None:
        """Forms were changed."""
        self._came = -1

    def lists(self, form: Form) -> dict[str, Rows]:
        """The lists that a form reads and records make, by name, on top of what is in its own file. Raises SyncError."""
        came = self._office.archive.came()
        if came != self._came:
            self._came, self._made, self._makers = came, {}, self._known_makers()
        found = {}
        for name, instance in form.instances.items():
            makers = self._makers.get(name, [])
            if instance.src and makers and all(_is_open(each, name) for each in makers):
                key = form.hash, name
                if key not in self._made:
                    self._made[key] = self._rows(form, name, makers)
                found[name] = self._made[key]
        return found

    def as_csv(self, form: Form, name: str, rows: Rows) -> bytes:
        """A list as phones read it."""
        columns = dict.fromkeys(_COLUMNS)
        columns |= dict.fromkeys(each for row in form.lists.rows(name) for each in row)
        columns |= dict.fromkeys(each for maker in self._makers[name] for each in property_names(maker, name))
        return as_csv(columns, rows)

    def _known_makers(self) -> dict[str, list[Form]]:
        found: dict[str, list[Form]] = {}
        library = self._office.library
        for form in filter(None, (library.known(file.id) for file in library.files())):
            for name in entity_lists(form):
                found.setdefault(name, []).append(form)
        return found

    def _rows(self, form: Form, name: str, makers: Sequence[Form]) -> Rows:
        changes = []
        for maker in makers:
            views = (view for view in self._office.archive.views(maker.id) if view.state == "live")
            for record in sorted(map(as_record, views), key=lambda each: (each.made_on, each.id)):
                changes += [each for each in entity_changes(maker, record.answers) if each.list == name]
        return entity_rows(changes, form.lists.rows(name))


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
