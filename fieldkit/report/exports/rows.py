"""Records as rows of an export: answers as they may leave, why others are missing, and keys that tell nobody whose they are.

A row is the record's pseudonym, for a repeat its own number and that of the row around it, and then a value for each column:
text, None where nothing was asked, or a list of one word that says why it is missing (`reasons`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from fieldkit.library import FormLibrary
from fieldkit.privacy.declines import DECLINED, OUTCOME
from fieldkit.privacy.leaving import Leave, leave, pseudonym
from fieldkit.privacy.withdrawal import WHOLE
from fieldkit.records import Record
from fieldkit.report.exports.audit import log_paths, told_of
from fieldkit.report.exports.columns import VILLAGE, Column, Row, Table, Value, below
from fieldkit.report.exports.reasons import CONFLICT, UNREAD
from fieldkit.xforms import Form, Question
from fieldkit.xforms.answers import Answer
from fieldkit.xforms.missing import Missing

Put = Callable[[int, Row, str], None]
"""Takes the number of a table (the one after the last is the log), a row of it, and the pseudonym of the participant it is about, "" for none."""

_DATE = "date"
_SERVICE = frozenset({VILLAGE, _DATE, OUTCOME})
"""What is told of somebody who declined, or who does not want to be in statistics."""
_STATS = "stats"
_SCOPE = "withdrawn_scope"
_PERSON = "pid"
_TEXTS = frozenset({str, type(None)})
_REMEMBERED = 2000
_KNOWN = frozenset(each.value for each in Missing)


@dataclass(slots=True)
class Told:
    """What an export says of itself. kept_out: records of which the service alone is told, as their people did not agree to
    statistics; declined: those of declined services; unread: values that do not fit their question, and stay.
    """

    kept_out: int = 0
    declined: int = 0
    unread: int = 0


class RowsMaker:
    """Makes the rows of one form. `persons` gets the pseudonyms of participants whom nothing is told of: rows about them are
    dropped by whoever reads the rows, since a record that says so may come last.
    """

    def __init__(self, versions: Sequence[Form], tables: Sequence[Table], secret: bytes) -> None:
        self._form = versions[-1].id
        self._secret = secret
        self.told = Told()
        self.persons: set[str] = set()
        self._parts = [_Part(table, secret, self.told) for table in tables]
        self._services = [
            (at, column.path) for at, column in enumerate(tables[0].columns) if column.question in _SERVICE
        ]
        self._paths = {
            name: outermost(versions, name) for name in (OUTCOME, VILLAGE, _STATS, _SCOPE, _PERSON)
        }
        self._alike: Counter[str] = Counter()
        self._logs = log_paths(versions)
        self._shown = {column.path for table in tables for column in table.columns}

    def take(self, record: Record, put: Put) -> None:
        """Give the rows of a record of the form to `put`."""
        answers = record.answers
        if self.is_declined(record):
            self.told.declined += 1
            put(0, self._service(answers), "")
            return
        person = self._pseudonym_of_person(answers)
        if not self.agrees(record):
            self.told.kept_out += 1
            if person:
                self.persons.add(person)
            else:
                put(0, self._service(answers), "")
            return
        key = pseudonym(self._secret, "record", record.id)
        for number, part in enumerate(self._parts):
            for row in part.rows(key, answers, record.conflicts):
                put(number, row, person)
        for row in told_of(_text(answers, self._logs), key, self._shown):
            put(len(self._parts), row, person)

    def is_declined(self, record: Record) -> bool:
        """Whether a record is that of a declined service."""
        return self._text(record.answers, OUTCOME) == DECLINED

    def agrees(self, record: Record) -> bool:
        """Whether a record's answers may be in statistics."""
        return agrees(record, self._paths)

    def _service(self, answers: Mapping[str, Answer]) -> Row:
        """A row of which nobody can tell whose it is: its key counts such rows, so that two exports do not tell which came
        between them.
        """
        part = self._parts[0]
        values: list[Value] = [None] * len(part.table.columns)
        for at, path in self._services:
            values[at] = part.value(at, answers.get(path))
        alike = repr(values)
        self._alike[alike] += 1
        return [pseudonym(self._secret, f"{self._form} {alike}", str(self._alike[alike])), *values]

    def _pseudonym_of_person(self, answers: Mapping[str, Answer]) -> str:
        number = self._text(answers, _PERSON)
        return pseudonym(self._secret, _PERSON, number) if number else ""

    def _text(self, answers: Mapping[str, Answer], name: str) -> str:
        return _text(answers, self._paths[name])


class Persons:
    """Finds who does not agree to statistics, in the records of every other form that numbers participants."""

    def __init__(self, library: FormLibrary, secret: bytes, persons: set[str]) -> None:
        self._secret = secret
        self._persons = persons
        versions: dict[str, list[Form]] = {}
        for form in library.all_versions():
            versions.setdefault(form.id, []).append(form)
        self._paths = {
            name: {each: outermost(forms, each) for each in (_STATS, _SCOPE, _PERSON)}
            for name, forms in versions.items()
        }
        self._paths = {form: paths for form, paths in self._paths.items() if paths[_PERSON]}

    def take(self, record: Record) -> None:
        """Look at a record of any form."""
        paths = self._paths.get(record.form)
        if paths is not None and not agrees(record, paths):
            number = _text(record.answers, paths[_PERSON])
            if number:
                self._persons.add(pseudonym(self._secret, _PERSON, number))


def agrees(record: Record, paths: Mapping[str, Sequence[str]]) -> bool:
    """Whether somebody's answers may be in statistics: it was not refused, nor taken back, and nobody has yet to decide it."""
    asked = (*paths[_STATS], *paths[_SCOPE])
    if not record.conflicts.isdisjoint(asked):
        return False
    said = [record.answers.get(path) for path in paths[_STATS]]
    if not {"", "yes"}.issuperset(map(_said, said)):
        return False
    taken_back = _text(record.answers, paths[_SCOPE]).split()
    return _STATS not in taken_back and WHOLE not in taken_back


class _Leaving(dict[str | None, Value]):
    """Answers as they leave, remembered: the same come again and again."""

    def __init__(self, leaves: Leave) -> None:
        super().__init__({None: None, "": None})
        self._leaves = leaves

    def __missing__(self, answer: str | None) -> Value:
        """See to an answer that is not remembered."""
        assert answer is not None
        kept = self._leaves(answer)
        value: Value = [UNREAD] if kept is None else kept
        if len(self) < _REMEMBERED:
            self[answer] = value
        return value


def _said(answer: Answer | None) -> str:
    """An answer as text; why one is missing is no yes either."""
    return answer if isinstance(answer, str) else "" if answer is None else "missing"


def _reason(answer: Mapping[str, str]) -> Value:
    reason = answer.get("missing", "")
    return [reason if reason in _KNOWN else UNREAD]


@dataclass(slots=True)
class _Part:
    """How the answers of one table leave."""

    table: Table
    secret: bytes
    told: Told
    keys: list[re.Pattern[str]] = field(default_factory=list)
    _paths: list[str] = field(default_factory=list)
    _leaves: list[_Leaving] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Prepare what is the same for every record: of each repeat around a row, what its keys look like."""
        start = len(self.table.repeats[-1]) + 1 if self.table.repeats else 0
        self._paths = [each.path[start:] for each in self.table.columns]
        self._leaves = [_Leaving(_leave(each, self.secret)) for each in self.table.columns]
        pattern, above = "", ""
        for repeat in self.table.repeats:
            pattern += f"{re.escape(repeat[len(above) :])}/([^/]+)"
            above = repeat
            self.keys.append(re.compile(f"{pattern}(?:/(.+))?", re.DOTALL))

    def rows(self, key: str, answers: Mapping[str, Answer], conflicts: AbstractSet[str]) -> Iterator[Row]:
        """The rows of a record."""
        if not self.keys:
            yield [key, *self._values(answers, conflicts)]
            return
        within = self._within({**dict.fromkeys(conflicts, ""), **answers})
        own = _by_instance(self.keys[-1], within)
        places: dict[tuple[str, ...], int] = {}
        if len(self.keys) > 1:
            around = _by_instance(self.keys[-2], within)
            ordered = _ordered(around.keys(), self.table.repeats[:-1], answers)
            places = {ids: number for number, ids in enumerate(ordered, 1)}
        against = _by_instance(self.keys[-1], self._within(dict.fromkeys(conflicts, "")))
        for number, ids in enumerate(_ordered(own.keys(), self.table.repeats, answers), 1):
            lead: Row = [key, str(number), *([str(places[ids[:-1]])] if places else [])]
            yield [*lead, *self._values(own[ids], against.get(ids, {}).keys())]

    def value(self, at: int, answer: Answer | None) -> Value:
        """One value."""
        return self._leaves[at][answer] if answer is None or isinstance(answer, str) else _reason(answer)

    def _values(self, answers: Mapping[str, Answer], conflicts: AbstractSet[str]) -> list[Value]:
        given = list(map(answers.get, self._paths))
        values: list[Value]
        if _TEXTS.issuperset(map(type, given)):
            values = [leaves[answer] for leaves, answer in zip(self._leaves, given, strict=True)]  # type: ignore[index] # all are texts
        else:
            values = [
                leaves[answer] if answer is None or isinstance(answer, str) else _reason(answer)
                for leaves, answer in zip(self._leaves, given, strict=True)
            ]
        if list in map(type, values):
            self.told.unread += values.count([UNREAD])
        if conflicts:
            for at, path in enumerate(self._paths):
                if path in conflicts:
                    values[at] = [CONFLICT]
        return values

    def _within(self, answers: Mapping[str, Answer]) -> dict[str, Answer]:
        start = self.table.repeats[0] + "/"
        return {path: answer for path, answer in answers.items() if path.startswith(start)}


def _by_instance(
    key: re.Pattern[str], answers: Mapping[str, Answer]
) -> dict[tuple[str, ...], dict[str, Answer]]:
    """Answers by the ids of the instances they stand in, then by their path below it."""
    found: dict[tuple[str, ...], dict[str, Answer]] = {}
    for path, answer in answers.items():
        if hit := key.fullmatch(path):
            *ids, inner = hit.groups(default="")
            found.setdefault(tuple(ids), {})[inner] = answer
    return found


def _leave(column: Column, secret: bytes) -> Leave:
    return leave(
        column.way, name=column.question, secret=secret, values=[each.value for each in column.choices]
    )


def _ordered(
    instances: AbstractSet[tuple[str, ...]], repeats: Sequence[str], answers: Mapping[str, Answer]
) -> list[tuple[str, ...]]:
    """Instances in the order in which they stand in the record, rows of the same row around them together."""
    return sorted(instances, key=lambda ids: [*_places(ids, repeats, answers), *ids])


def _places(
    ids: tuple[str, ...], repeats: Sequence[str], answers: Mapping[str, Answer]
) -> Iterator[tuple[float, str]]:
    key, above = "", ""
    for repeat, instance in zip(repeats, ids, strict=True):
        key += f"{repeat[len(above) :]}/{instance}"
        above = repeat
        place = answers.get(key)
        yield float(place) if isinstance(place, str) and place.isdigit() else 0.0, instance


def outermost(versions: Sequence[Form], name: str) -> list[str]:
    """The paths of the questions of that name outside repeats, the outermost first."""
    found: dict[str, None] = {}
    for form in versions:
        for path, item in form.items.items():
            is_repeated = any(item.steps[: len(steps)] == steps for steps in form.repeats)
            if isinstance(item, Question) and item.name == name and not is_repeated:
                found[below(path)] = None
    return sorted(found, key=lambda path: path.count("/"))


def _text(answers: Mapping[str, Answer], paths: Sequence[str]) -> str:
    for path in paths:
        answer = answers.get(path)
        if isinstance(answer, str):
            return answer
    return ""
