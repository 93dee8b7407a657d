"""What checks find about whole questions over the town, from the flat tables: never by worker, laptop or village.

Often missing, numbers far from all others, long on screen, often answered with Other. Worked out anew for the forms whose
records changed, after the tables were brought up to date.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, TableClause, column, delete, func, quoted_name, select, table

from fieldkit.office.checks.records import ASKED, basis_of
from fieldkit.office.checks.robust import far_off
from fieldkit.office.checks.table import Check, CheckTable, asked_questions, below_root
from fieldkit.privacy.leaks import is_free_text
from fieldkit.xforms import Question
from sync import derived, schema
from sync.derived import Row
from sync.table_spec import Column, FlatTable
from sync.tables import current_with, remembered

if TYPE_CHECKING:
    from fieldkit.library import FormLibrary
    from fieldkit.xforms import Form

QUESTION, OUTLIER = "question", "outlier"
"""The kinds of rows: a whole question, and one number of a record that is far from all others."""
OTHER = "other"
_CODE = "1"
_NUMBERS = ("int", "integer", "long", "decimal")
_MISSED = frozenset({"dk"})
"""The reasons that count as missing. Declined and prefer-not-to-say are answers, as good as any other."""
_ANSWERED = frozenset({"declined", "pns"})
_TENTHS = 10
_LATE = 0.9
"""The share of times that the long tail begins behind."""


def bring_up_to_date(
    connection: Connection, checks: CheckTable, library: FormLibrary, told: derived.Told = lambda _done, _of: None
) -> int:  # fmt: skip
    """Work out what is found about questions, in the caller's transaction; give how many forms were looked at.

    told: how many checks of how many were made; what it raises stops it.
    """
    derived.metadata.create_all(connection)
    current, version = current_with(connection), f"{_CODE} {checks.version}"
    before = derived.state_of(connection, QUESTION)
    if before == (version, current):
        return 0
    specs = remembered(connection)
    held = set(connection.execute(select(schema.current.c.form).distinct()).scalars())
    forms = held.intersection(spec.form for spec in specs)
    if before is not None and before[0] == version and before[1] <= current:
        stale = select(schema.current.c.form).where(schema.current.c.changed > before[1]).distinct()
        forms &= set(connection.execute(stale).scalars())
        gone = [derived.derived.c.state.in_(sorted(forms))]
    else:
        gone = []
    for kind in (QUESTION, OUTLIER):
        connection.execute(delete(derived.derived).where(derived.derived.c.kind == kind, *gone))
    known = {form_id: form for form_id in sorted(forms) if (form := library.known(form_id)) is not None}
    looks = [
        (form_id, check)
        for form_id in known
        for check in checks.of_kinds(*_FINDERS)
        if check.is_about(form_id)
    ]
    towns = {
        form_id: _Town(connection, form, [spec for spec in specs if spec.form == form_id])
        for form_id, form in known.items()
    }
    for done, (form_id, check) in enumerate(looks):
        told(done, len(looks))
        kind, rows = _FINDERS[check.kind](check, towns[form_id])
        derived.keep(connection, kind, rows)
    derived.note_state(connection, QUESTION, version, current)
    return len(forms)


@dataclass(slots=True)
class _Answers:
    """How a question was answered: how often at all, and how often not, with dk or nothing. Each since a day, and before."""

    asked: Counter[bool] = field(default_factory=Counter)
    missed: Counter[bool] = field(default_factory=Counter)


class _Town:
    """The answers to one form, all together."""

    def __init__(self, connection: Connection, form: Form, specs: Sequence[FlatTable]) -> None:
        self.connection = connection
        self.form = form
        self.specs = specs
        self._columns = {each.path: (spec, each) for spec in specs for each in spec.columns}

    def questions(
        self, check: Check, kinds: Iterable[str] = ()
    ) -> Iterator[tuple[Question, FlatTable, Column]]:
        """The questions that a check looks at and that have a column."""
        for question in asked_questions(self.form, kinds):
            known = self._columns.get(below_root(question.path))
            is_named = not check.questions or {question.name, below_root(question.path)} & set(
                check.questions
            )
            if known is not None and is_named and not check.leaves_out(question.name):
                yield (question, *known)

    def last_day(self) -> date | None:
        """The day of the latest record."""
        spec = next((each for each in self.specs if not each.repeats), None)
        rows = _table(spec, "made_on") if spec else None
        last = (
            self.connection.execute(select(func.max(rows.c.made_on))).scalar() if rows is not None else None
        )
        return date.fromisoformat(str(last)) if last else None

    def answers(self, since: date) -> dict[str, _Answers]:
        """How each question was answered in records made since a day (True) and before it (False), by path."""
        found: dict[str, _Answers] = {}
        for spec in self.specs:
            rows = _table(spec, "made_on", "missing", *(each.name for each in spec.columns))
            is_late = (rows.c.made_on >= since).label("late")
            counts = [func.count(rows.c[each.name]) for each in spec.columns]
            for late, *said in self.connection.execute(select(is_late, *counts).group_by(is_late)):
                for each, count in zip(spec.columns, said, strict=True):
                    found.setdefault(each.path, _Answers()).asked[bool(late)] += count
            paths = {each.name: each.path for each in spec.columns}
            why = select(is_late, rows.c.missing, func.count()).where(rows.c.missing.is_not(None))
            for late, missing, count in self.connection.execute(why.group_by(is_late, rows.c.missing)):
                for name, reason in json.loads(missing).items():
                    _missing(found.setdefault(paths[name], _Answers()), reason, bool(late), count)
        for day, facts, count in self._asked_rows():
            for path, empty in facts.get("empty", {}).items():
                answers = found.setdefault(path, _Answers())
                answers.asked[day >= since.isoformat()] += empty * count
                answers.missed[day >= since.isoformat()] += empty * count
        return found

    def times(self) -> dict[str, list[float]]:
        """The seconds that each question was on screen, in order, by path."""
        found: dict[str, list[float]] = {}
        for _day, facts, count in self._asked_rows():
            for path, milliseconds in facts.get("ms", {}).items():
                found.setdefault(path, []).extend([milliseconds / 1000] * count)
        return {path: sorted(seconds) for path, seconds in found.items()}

    def _asked_rows(self) -> Iterator[tuple[str, Mapping[str, Any], int]]:
        rows = derived.derived.c
        query = select(rows.at, rows.facts, func.count()).where(
            rows.kind == ASKED, rows.state == self.form.id
        )
        for day, facts, count in self.connection.execute(query.group_by(rows.at, rows.facts)):
            yield day, json.loads(facts), count

    def row(self, check: Check, path: str, at: str, facts: dict[str, Any], *basis: object) -> Row:
        """What is found of a question; it stays settled while its basis is the same."""
        key = f"{check.id}:{self.form.id}:{path}"
        return Row("", key, self.form.id, "", at, {"form": self.form.id, **facts, "basis": basis_of(*basis)})


def _missing(answers: _Answers, reason: str, late: bool, count: int) -> None:
    if reason in _MISSED:
        answers.missed[late] += count
    if reason in _MISSED | _ANSWERED:
        answers.asked[late] += count


def _often_missing(check: Check, town: _Town) -> tuple[str, Iterator[Row]]:
    """Questions that were lately not known or left empty far more often than before."""

    def rows() -> Iterator[Row]:
        last = town.last_day()
        if last is None:
            return
        answers = town.answers(last - timedelta(days=int(check.number("days")) - 1))
        least = check.number("least")
        for question, _spec, each in town.questions(check):
            said = answers.get(each.path, _Answers())
            if min(said.asked[True], said.asked[False]) < least:
                continue
            share, usual = (said.missed[late] / said.asked[late] for late in (True, False))
            if share >= usual + check.number("above"):
                facts = {
                    "what": "missing", "of": said.asked[True], "count": said.missed[True],
                    "usual": round(usual, 2), "days": int(check.number("days")),
                }  # fmt: skip
                yield town.row(
                    check, below_root(question.path), last.isoformat(), facts, int(share * _TENTHS)
                )

    return QUESTION, rows()


def _far_off(check: Check, town: _Town) -> tuple[str, Iterator[Row]]:
    """Numbers of records that are far from all others of the question."""

    def rows() -> Iterator[Row]:
        for question, spec, each in town.questions(check, _NUMBERS):
            numbers = _table(spec, "record_id", *spec.fixed, each.name)
            value = numbers.c[each.name]
            counted = select(value, func.count()).where(value.is_not(None)).group_by(value).order_by(value)
            counts = [(float(number), count) for number, count in town.connection.execute(counted)]
            bounds = far_off(counts, int(check.number("least")), check.number("score"))
            if bounds is None:
                continue
            away = select(numbers).where((value < bounds[0]) | (value > bounds[1]))
            for found in town.connection.execute(away).mappings():
                row = {str(name): said for name, said in found.items()}
                number = row[each.name]
                facts = {"what": "outlier", "value": number, "form": town.form.id, "basis": basis_of(number)}
                key = f"{check.id}:{_flat(below_root(question.path), spec, row)}"
                yield Row(row["record_id"], key, town.form.id, "", str(row["made_on"] or ""), facts)

    return OUTLIER, rows()


def _slow(check: Check, town: _Town) -> tuple[str, Iterator[Row]]:
    """Questions that are on screen far longer than the others, or sometimes far longer than usual."""

    def rows() -> Iterator[Row]:
        times = {
            path: seconds for path, seconds in town.times().items() if len(seconds) >= check.number("least")
        }
        if not times:
            return
        usual = median(median(seconds) for seconds in times.values())
        last = town.last_day()
        for question in asked_questions(town.form):
            path = below_root(question.path)
            is_named = not check.questions or {question.name, path} & set(check.questions)
            if path not in times or not is_named or check.leaves_out(question.name):
                continue
            middle, late = median(times[path]), times[path][int(len(times[path]) * _LATE)]
            is_slow = usual > 0 and middle >= usual * check.number("slow")
            has_tail = middle > 0 and late >= middle * check.number("tail")
            if is_slow or has_tail:
                facts = {
                    "what": "slow" if is_slow else "tail", "of": len(times[path]), "median": round(middle, 1),
                    "late": round(late, 1), "usual": round(usual, 1),
                }  # fmt: skip
                basis = (facts["what"], round(middle / usual) if usual else 0)
                yield town.row(check, path, last.isoformat() if last else "", facts, *basis)

    return QUESTION, rows()


def _often_other(check: Check, town: _Town) -> tuple[str, Iterator[Row]]:
    """Questions where Other was chosen often."""

    def rows() -> Iterator[Row]:
        last = town.last_day()
        for question, spec, each in town.questions(check):
            if not question.is_select:
                continue
            answers = _table(spec, each.name)
            value = answers.c[each.name]
            counted = select(value, func.count()).where(value.is_not(None)).group_by(value)
            counts = [(str(said).split(), count) for said, count in town.connection.execute(counted)]
            of, other = sum(n for _said, n in counts), sum(n for said, n in counts if OTHER in said)
            if other >= check.number("least") and other / of >= check.number("share"):
                facts = {"what": "other", "of": of, "count": other}
                path = below_root(question.path)
                yield town.row(
                    check, path, last.isoformat() if last else "", facts, int(other / of * _TENTHS)
                )

    return QUESTION, rows()


_FINDERS = {"missing": _often_missing, "outlier": _far_off, "duration": _slow, "other": _often_other}


def texts_of_other(connection: Connection, form: Form, path: str, most: int) -> list[tuple[str, str]]:
    """What was written where Other was chosen: (record, text), the latest first, at most so many. Nobody has masked it."""
    found: list[tuple[str, str]] = []
    for spec in remembered(connection):
        for each in spec.columns if spec.form == form.id else ():
            item = form.items.get(f"/{form.root}/{each.path}")
            if isinstance(item, Question) and is_free_text(item) and _specifies(item, path):
                texts = _table(spec, "record_id", "made_on", each.name)
                query = select(texts.c.record_id, texts.c[each.name]).where(texts.c[each.name].is_not(None))
                query = query.order_by(texts.c.made_on.desc(), texts.c.record_id).limit(most)
                found += [(record, text) for record, text in connection.execute(query)]
    return found[:most]


def records_with(
    connection: Connection, form: str, name: str, values: Collection[str]
) -> dict[str, list[str]]:
    """The records of a form where a question of that name has one of these values, by value."""
    found: dict[str, list[str]] = {}
    for spec in remembered(connection):
        named = [each for each in spec.columns if each.path.rpartition("/")[2] == name]
        for each in named[:1] if spec.form == form and not spec.repeats else ():
            rows = _table(spec, "record_id", each.name)
            for part in schema.in_parts(values):
                wanted = select(rows.c[each.name], rows.c.record_id).where(rows.c[each.name].in_(part))
                for value, record in connection.execute(wanted):
                    found.setdefault(value, []).append(record)
    return found


def _specifies(item: Question, path: str) -> bool:
    """Whether a question asks what Other was."""
    name = path.rpartition("/")[2]
    rule = item.bind.relevant.source if item.bind.relevant else ""
    return item.name == f"{name}_{OTHER}" or (
        f"/{path} " in f"{rule} ".replace(")", " ").replace(",", " ") and f"'{OTHER}'" in rule
    )


def _flat(path: str, spec: FlatTable, row: Mapping[str, Any]) -> str:
    """A template path with the ids of the rows it stands in."""
    ids = [*filter(None, str(row.get("parent_id") or "").split("/")), row.get("instance_id")]
    for repeat, instance in zip(reversed(spec.repeats), reversed(ids), strict=False):
        path = f"{repeat}/{instance}{path[len(repeat) :]}"
    return path


def _table(spec: FlatTable, *names: str) -> TableClause:
    return table(quoted_name(spec.name, quote=True), *(column(name) for name in dict.fromkeys(names)))
