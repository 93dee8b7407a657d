"""Which flat tables the office keeps, from its forms: what tiers P and N alone may be seen in (docs/tables.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from fieldkit.library import FormLibrary
from fieldkit.office.names import choice_name, free_name
from fieldkit.privacy.leaving import STAFF, WORKER
from fieldkit.xforms import Form, Question
from fieldkit.xforms.lists.choices import list_name
from sync.database import Database
from sync.derived import Told
from sync.table_spec import RECORD_COLUMNS, REPEAT_COLUMNS, Column, FlatTable
from sync.tables import RESERVED, Refreshed, Source, bring_up_to_date, counts, remembered, scrub

SHOWN = frozenset({"P", "N"})
"""The tiers whose fields have columns; a field without a tier has none."""

_NEVER = frozenset({"C", "R", "X"})
_KINDS = {
    "int": "integer", "integer": "integer", "long": "integer", "decimal": "decimal",
    "date": "date", "dateTime": "datetime",
}  # fmt: skip
_MOST_CHOICES = 100
_WIDEST = 400
"""Columns in one table: a full row of text in more does not fit PostgreSQL's page."""

Repeats = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeptTables:
    """The tables as they are kept: each with the number of its rows, and what was done just now."""

    tables: tuple[tuple[FlatTable, int], ...]
    done: Refreshed


def keep_tables(
    database: Database, library: FormLibrary, source: Source, *, anew: bool = False,
    told: Told = lambda _done, _of: None,
) -> KeptTables:  # fmt: skip
    """Bring the flat tables up to date, from every record where `anew`; no byte of rows that went stays in the file.

    told: how many records of how many are read. Raises SyncError, sqlalchemy.exc.DatabaseError, and what `told` raises; then the
    tables are as they were.
    """
    with database.writing() as connection:
        tables = flat_tables(library, remembered(connection))
        done = bring_up_to_date(connection, tables, source, anew=anew, told=told)
        rows = counts(connection, tables)
    if done.left_over or anew:
        scrub(database.engine, tables)
    return KeptTables(tuple((table, rows[table.name]) for table in tables), done)


def flat_tables(library: FormLibrary, kept: Sequence[FlatTable] = ()) -> list[FlatTable]:
    """The tables of all forms at hand, by name; `kept`: those there are now, whose names stay.

    A column stays when its question is gone from the form, and goes when any version calls it contact or restricted.
    """
    versions: dict[str, list[Form]] = {}
    for form in library.all_versions():
        versions.setdefault(form.id, []).append(form)
    taken = {*RESERVED, *(table.name for table in kept)}
    made: list[FlatTable] = []
    for form_id in sorted({*versions, *(table.form for table in kept)}):
        known = [table for table in kept if table.form == form_id]
        made += _OneForm(form_id, known, taken).tables(versions.get(form_id, []))
    return sorted(made, key=lambda table: table.name)


@dataclass(slots=True)
class _Field:
    """A column on its way. table: its place among the tables of its repeat, None where it has none yet."""

    path: str
    kind: str
    choices: dict[str, str]
    name: str = ""
    table: int | None = None

    def merge(self, kind: str, values: Iterable[str]) -> None:
        """Be a column for another version too: several answers stay several, else two kinds are text."""
        if kind != self.kind:
            self.kind = "several" if "several" in {kind, self.kind} else "text"
        for value in values:
            self.choices.setdefault(value, "")


@dataclass(slots=True)
class _Part:
    """The fields of a form, or of one repeat of it, and the names of their tables: more than one where it is wide."""

    names: list[str] = field(default_factory=list)
    fields: dict[str, _Field] = field(default_factory=dict)


class _OneForm:
    """The tables of one form, of all its versions together. Adds the names it gives to `taken`."""

    def __init__(self, form_id: str, kept: Sequence[FlatTable], taken: set[str]) -> None:
        self._id = form_id
        self._taken = taken
        self._parts: dict[Repeats, _Part] = {}
        self._hashes: dict[str, str] = {}
        for table in kept:
            self._recall(table)

    def tables(self, versions: Sequence[Form]) -> list[FlatTable]:
        """The tables; `versions` from the oldest to the newest."""
        for form in versions:
            self._hashes[form.hash] = form.version
            for repeats, question in _questions(form):
                self._add(form, repeats, question)
        hidden = _Hidden(versions)
        for part in self._parts.values():
            part.fields = {path: each for path, each in part.fields.items() if path not in hidden}
        return [table for repeats, part in self._parts.items() for table in self._made(repeats, part)]

    def _recall(self, table: FlatTable) -> None:
        part = self._parts.setdefault(table.repeats, _Part())
        self._hashes |= dict(table.versions)
        for column in table.columns:
            part.fields[column.path] = _Field(
                column.path, column.kind, dict(column.choices), column.name, len(part.names)
            )
        part.names.append(table.name)

    def _add(self, form: Form, repeats: Repeats, question: Question) -> None:
        path = _below_root(question.path)
        several = question.control == "select"
        kind = "several" if several else _KINDS.get(question.bind.type, "text")
        values = _choices(form, question) if several else []
        known = self._parts.setdefault(repeats, _Part()).fields
        if path in known:
            known[path].merge(kind, values)
        else:
            known[path] = _Field(path, kind, dict.fromkeys(values, ""))

    def _made(self, repeats: Repeats, part: _Part) -> Iterator[FlatTable]:
        if not part.fields:
            return
        _name_fields(part.fields.values())
        widths = [0] * len(part.names)
        for each in part.fields.values():
            if each.table is not None:
                widths[each.table] += 1 + len(each.choices)
        for each in part.fields.values():
            if each.table is None:
                width = 1 + len(each.choices)
                if not widths or widths[-1] + width > _WIDEST:
                    widths.append(0)
                widths[-1] += width
                each.table = len(widths) - 1
        for at in range(len(widths)):
            if at == len(part.names):
                part.names.append(self._name(repeats, at))
            columns = tuple(_column(each) for each in part.fields.values() if each.table == at)
            if columns:
                yield FlatTable(
                    self._id, part.names[at], columns, repeats, tuple(sorted(self._hashes.items()))
                )

    def _name(self, repeats: Repeats, at: int) -> str:
        steps = repeats[-1].split("/") if repeats else []
        number = [str(at + 1)] if at else []
        # The form and the repeat are one step: a repeat is never called by its own name alone.
        last = "_".join([self._id, *steps[-1:], *number])
        name = free_name([*steps[:-1], last], self._taken)
        self._taken.add(name)
        return name


def _questions(form: Form) -> Iterator[tuple[Repeats, Question]]:
    """The questions that may be seen, with the paths of the repeats around them."""
    repeats = form.repeats
    for path, item in form.items.items():
        if (
            not isinstance(item, Question)
            or item.is_note
            or item.bind.tier not in SHOWN
            or item.bind.preload == WORKER
            or item.name in STAFF
            or _is_within_hidden(form, path)
        ):
            continue
        around = (item.steps[:end] for end in range(2, len(item.steps)))
        yield tuple("/".join(steps[1:]) for steps in around if steps in repeats), item


def _is_within_hidden(form: Form, path: str) -> bool:
    """Whether a group around it is of a tier that is never shown."""
    parts = path.split("/")
    around = (form.items.get("/".join(parts[:end])) for end in range(2, len(parts)))
    return any(group is not None and group.bind.tier in _NEVER for group in around)


class _Hidden:
    """The paths that have no column: by any version contact or restricted, or without a shown tier in the last."""

    def __init__(self, versions: Sequence[Form]) -> None:
        self._paths: set[str] = set()
        self._former: set[str] = set()
        last: dict[str, bool] = {}
        for form in versions:
            shown = {question.path for _repeats, question in _questions(form)}
            for path, item in form.items.items():
                last[_below_root(path)] = path in shown
                if item.bind.tier in _NEVER or _is_within_hidden(form, path):
                    self._paths.add(_below_root(path))
                    self._former.update(item.bind.renamed_from.split())
        self._paths |= {path for path, is_shown in last.items() if not is_shown}

    def __contains__(self, path: str) -> bool:
        return path in self._paths or any(f"/{former}/" in f"/{path}/" for former in self._former)


def _choices(form: Form, question: Question) -> list[str]:
    """The values that get a column each: those written in the form, not those of lists from files, nor long ones."""
    if question.itemset is None:
        return [choice.value for choice in question.choices][:_MOST_CHOICES]
    name = list_name(question.itemset)
    instance = form.instances.get(name)
    if instance is None or instance.src:
        return []
    rows = form.lists.rows(name)
    values = [row.get(question.itemset.value, "") for row in rows if not row.get("missing")]
    return list(dict.fromkeys(filter(None, values))) if len(rows) <= _MOST_CHOICES else []


def _name_fields(fields: Iterable[_Field]) -> None:
    """Give a name to each that has none, and to its choices; names that were given stay."""
    fields = list(fields)
    taken = {*RECORD_COLUMNS, *REPEAT_COLUMNS}
    taken |= {name for each in fields for name in (each.name, *each.choices.values())}
    for each in fields:
        if not each.name:
            each.name = free_name(each.path.split("/"), taken)
            taken.add(each.name)
        for value in [value for value, name in each.choices.items() if not name]:
            each.choices[value] = choice_name(each.name, value, taken)
            taken.add(each.choices[value])


def _column(each: _Field) -> Column:
    return Column(each.name, each.path, each.kind, tuple(each.choices.items()))


def _below_root(path: str) -> str:
    return path.split("/", 2)[2] if path.count("/") > 1 else ""
