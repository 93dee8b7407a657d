"""What reports count: the answers that are needed of every record, read in one pass and kept as rows.

    facts = gather(tables, ["visit", "payment"], {"visit": {"date", "outcome"}, "payment": {"due_on", "paid_on"}})
    facts.rows("payment")      one for each payment: its answers, those of its record, "record_id", "village", "made_on"

A table is a form, a repeat of one by the repeat's name, or a list of official figures. Who did not agree to statistics, or took that back, is in none of
them but as a service that was given: day, village and outcome. An answer in conflict is none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from sys import intern
from typing import TypeVar, cast

from fieldkit.library import FormLibrary
from fieldkit.privacy.withdrawal import WHOLE
from fieldkit.records import Record
from fieldkit.report.conditions import WHY, day_of
from fieldkit.report.official import LISTS, official_rows
from fieldkit.report.periods import Period
from fieldkit.report.records import LaptopTables, RecordTables
from fieldkit.xforms import Form, Question
from fieldkit.xforms.answers import Answer

STATS = "stats"
"""The question, and the part of a consent, that allows statistics."""
SERVICE = frozenset({"hh_id", "village", "date", "outcome", "event"})
"""What is counted of somebody who did not agree to statistics: that a service was given, or offered."""
_SCOPE = "withdrawn_scope"
_HEALTH = "health"
"""The separate consent that restricted questions are asked with."""
_PERSON = "pid"
"""What links somebody's records of one screening."""
ROW = "row_id"
"""Asked for like a question: the id of a row of a repeat in its record."""
_RESTRICTED = "R"
IN_CONFLICT = "conflict"
"""Why an answer of a record is none: several stand against each other, and somebody has yet to decide."""

ONLY_SERVICE = "only_service"
"""What a row answers with "yes" where nothing but the service is counted of its record."""
UNCONSENTED = "unconsented"
"""Asked for of a form like a question: how many restricted answers, refusals too, a record holds without the separate consent to
them; "" for none. What they are is not read.
"""
LAPTOPS = "laptops"
"""The table of an office's laptops, each a row without a name: "since", the day it was enrolled, and "heard", the days on which
something of it came, separated by spaces; no rows on a laptop.
"""

Made = TypeVar("Made")
Wanted = Mapping[str, Collection[str]]
"""Table → the names of the questions that are read of it."""


@dataclass(slots=True)
class Facts:
    """The rows that reports count. state: SHA-256 of what they were read from. forms: of every form read, the versions its
    records were made with. conflicts: how many records have an answer that somebody has yet to decide. kept_out_of: of how
    many records of each form nothing but the service is counted. counted: how many records there are of each form. library:
    the forms they were made with, for the words of what was chosen. earliest, latest: the days of the first and the last that is known of.
    """

    tables: dict[str, list[dict[str, str]]]
    state: str = ""
    versions: dict[str, set[str]] = field(default_factory=dict)
    conflicts: int = 0
    kept_out_of: dict[str, int] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)
    library: FormLibrary = field(default_factory=lambda: FormLibrary(None))
    earliest: date | None = None
    latest: date | None = None
    _made: dict[tuple[object, Period], object] = field(default_factory=dict, repr=False, compare=False)

    def until(self, period: Period) -> date:
        """The last day of a period, or, while that is still to come, the last day that anything is known of."""
        return min(period.last, self.latest or period.last)

    @property
    def kept_out(self) -> int:
        """Of how many records nothing but the service is counted."""
        return sum(self.kept_out_of.values())

    def is_after(self, day: date) -> bool:
        """Whether every record is from after a day: there was nothing to count then."""
        return self.earliest is None or day < self.earliest

    def once(self, make: Callable[[Facts, Period], Made], period: Period) -> Made:
        """What `make` makes of them for a period, made once however many indicators ask for it."""
        if (make, period) not in self._made:
            self._made[make, period] = make(self, period)
        return cast("Made", self._made[make, period])

    def rows(self, table: str) -> list[dict[str, str]]:
        """The rows of a table, none of one that was not asked for."""
        return self.tables.get(table, [])


def gather(tables: RecordTables, wanted: Wanted) -> Facts:
    """Read every record once. Raises what the tables raise."""
    empty = {name: official_rows(tables, name) if name in LISTS else [] for name in wanted}
    found = Facts(empty, library=tables.library)
    plans = _plans(tables.library, wanted, found)
    persons: set[str] = set()

    def take(record: Record) -> None:
        found.counted[record.form] = found.counted.get(record.form, 0) + 1
        found.conflicts += bool(record.conflicts)
        found.earliest = min(found.earliest or record.made_on, record.made_on)
        found.latest = max(found.latest or record.made_on, record.made_on)
        plan = plans.get(record.form)
        if plan is not None:
            plan.take(record, persons)

    found.state = tables.read(take)
    if isinstance(tables, LaptopTables):
        heard = tables.heard_of()
        if LAPTOPS in wanted:
            found.tables[LAPTOPS] = [_laptop(*days) for days in heard]
        last = max((day for days in heard for day in days), default="")
        found.latest = max(filter(None, (found.latest, day_of(last))), default=None)
    found.kept_out_of = {form: plan.kept_out for form, plan in plans.items() if plan.kept_out}
    if persons:
        for name, rows in found.tables.items():
            found.tables[name] = [row for row in rows if row.get(_PERSON, "") not in persons]
    return found


def _laptop(since: str, *heard: str) -> dict[str, str]:
    return {"record_id": "", "village": "", "made_on": "", "since": since, "heard": " ".join(heard)}


@dataclass(slots=True)
class _Part:
    """A table of a form. within: "" for the records, else the path of the repeat with a slash behind it. inner: path in
    the repeat → name; outer: path of the record → name.
    """

    rows: list[dict[str, str]]
    within: str
    inner: dict[str, str] = field(default_factory=dict)
    outer: dict[str, str] = field(default_factory=dict)
    blank: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Plan:
    """How records of one form become rows. consent, scope, person, health: paths of what says so. restricted: path of a repeat
    with a slash behind it, "" for the record → paths in it of what is asked with the separate consent alone.
    """

    parts: list[_Part] = field(default_factory=list)
    consent: list[str] = field(default_factory=list)
    scope: list[str] = field(default_factory=list)
    person: list[str] = field(default_factory=list)
    village: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)
    restricted: dict[str, set[str]] = field(default_factory=dict)
    kept_out: int = 0

    def take(self, record: Record, persons: set[str]) -> None:
        """Add the rows of a record. persons: gets whom nothing is counted of."""
        answers = record.answers
        agreed = self._agreed(record)
        if not agreed:
            self.kept_out += bool(self.parts)
            persons.update(filter(None, (_text(answers, self.person),)))
        fixed = {
            "record_id": record.id,
            "village": intern(_text(answers, self.village)),
            "made_on": intern(record.made_on.isoformat()),
        }
        for part in self.parts:
            outer = part.outer if agreed else _services(part.outer)
            row = part.blank | fixed
            if not agreed:
                row[ONLY_SERVICE] = "yes"
            elif UNCONSENTED in row:
                row[UNCONSENTED] = self._unconsented(record)
            _fill(row, answers, outer)
            for path in record.conflicts:
                if path in outer:
                    row[outer[path] + WHY] = IN_CONFLICT
            if not part.within:
                part.rows.append(row)
            elif agreed:
                part.rows += _repeated(row, answers, part)

    def _agreed(self, record: Record) -> bool:
        """Whether statistics may count it; not where no answer was given to that on being asked, nor while two answers to it,
        or to what is taken back, stand against each other.
        """
        answers = record.answers
        refused = any(answers.get(path) not in ("yes", "", None) for path in self.consent)
        if refused or not record.conflicts.isdisjoint((*self.consent, *self.scope)):
            return False
        taken_back = _text(answers, self.scope).split() if self.scope else ()
        return STATS not in taken_back and WHOLE not in taken_back

    def _unconsented(self, record: Record) -> str:
        if not self.health or _text(record.answers, self.health) == "yes":
            return ""
        answers, torn = record.answers, record.conflicts
        count = sum(bool(answers.get(path)) or path in torn for path in self.restricted.get("", ()))
        for within, inner in self.restricted.items():
            if within:
                start = len(within)
                held = [path for path in (*answers, *torn) if path.startswith(within)]
                asked = [path for path in held if path[start:].partition("/")[2] in inner]
                count += sum(bool(answers.get(path)) or path in torn for path in asked)
        return str(count or "")


def _fill(row: dict[str, str], answers: Mapping[str, Answer], paths: Mapping[str, str]) -> None:
    for path, name in paths.items():
        answer = answers.get(path)
        if answer is None:
            continue
        if isinstance(answer, str):
            row[name] = intern(answer)
        else:
            _put(row, name, answer)


def _put(row: dict[str, str], name: str, answer: Answer) -> None:
    if isinstance(answer, str):
        row[name] = intern(answer)
    else:
        row[name + WHY] = answer.get("missing", "")


def _repeated(row: dict[str, str], answers: Mapping[str, Answer], part: _Part) -> Iterable[dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    within, names = part.within, part.inner
    start = len(within)
    for path in [each for each in answers if each.startswith(within)]:
        instance, _, inner = path[start:].partition("/")
        if instance not in found:
            found[instance] = row | {ROW: instance} if ROW in row else row.copy()
        if inner in names:
            _put(found[instance], names[inner], answers[path])
    return found.values()


def _services(paths: Mapping[str, str]) -> dict[str, str]:
    return {path: name for path, name in paths.items() if name in SERVICE}


def _text(answers: Mapping[str, Answer], paths: Iterable[str]) -> str:
    for path in paths:
        answer = answers.get(path)
        if isinstance(answer, str):
            return answer
    return ""


def _plans(library: FormLibrary, wanted: Wanted, facts: Facts) -> dict[str, _Plan]:
    """What is read of each form: of all its versions together, since a question may have moved."""
    plans: dict[str, _Plan] = {}
    for form in library.all_versions():
        plan = plans.setdefault(form.id, _Plan())
        for name, paths in (
            ("stats", plan.consent),
            (_SCOPE, plan.scope),
            (_HEALTH, plan.health),
            (_PERSON, plan.person),
            ("village", plan.village),
        ):
            paths += [path for path in _outer(form, name) if path not in paths]
        link = {_PERSON} if plan.person else set()
        _add_restricted(plan, form)
        for repeat in ("", *form.repeats):
            name = repeat[-1] if repeat else form.id
            if name in wanted:
                within = "/".join(repeat[1:]) + "/" if repeat else ""
                _add(plan, form, within, frozenset(wanted[name]) | link, facts.tables[name])
                facts.versions.setdefault(form.id, set()).add(form.version)
    # Who took back what she agreed to says so in her registration: it is looked at whatever is counted.
    return {form: plan for form, plan in plans.items() if plan.parts or (plan.person and plan.consent)}


def _add(plan: _Plan, form: Form, within: str, names: frozenset[str], rows: list[dict[str, str]]) -> None:
    part = next((each for each in plan.parts if each.within == within), None)
    if part is None:
        part = _Part(rows, within, blank=dict.fromkeys(names, ""))
        plan.parts.append(part)
    for path, item in form.items.items():
        if isinstance(item, Question) and item.name in names:
            key = path.split("/", 2)[2]
            if within and key.startswith(within):
                part.inner[key.removeprefix(within)] = item.name
            elif not _is_repeated(form, path):
                part.outer[key] = item.name


def _add_restricted(plan: _Plan, form: Form) -> None:
    within = ["/".join(repeat[1:]) + "/" for repeat in form.repeats]
    for path, item in form.items.items():
        if isinstance(item, Question) and item.bind.tier == _RESTRICTED and item.bind.calculate is None:
            key = path.split("/", 2)[2]
            repeat = max((each for each in within if key.startswith(each)), key=len, default="")
            plan.restricted.setdefault(repeat, set()).add(key.removeprefix(repeat))


def _outer(form: Form, name: str) -> list[str]:
    found = [path for path, item in form.items.items() if item.name == name and not _is_repeated(form, path)]
    return [path.split("/", 2)[2] for path in sorted(found, key=lambda path: path.count("/"))]


def _is_repeated(form: Form, path: str) -> bool:
    steps = tuple(path.split("/")[1:])
    return any(steps[: len(each)] == each for each in form.repeats)
