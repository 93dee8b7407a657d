"""What checks find in each record by itself, and what each record gives to those that look at several."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from fieldkit.datatypes.checks import CHECKS, Circumstances
from fieldkit.office.checks.reader import Reader, value_of
from fieldkit.office.checks.table import Check, CheckTable, below_root, is_shown, question_in
from fieldkit.office.sent import PARALLEL, UNFIT
from sync import Operation, undone
from sync.derived import Derivation, Row

if TYPE_CHECKING:
    from fieldkit.library import FormLibrary
    from fieldkit.xforms import Form
    from sync import RecordView, Revision

FINDING, ASKED, TIE, SETTLED = "finding", "asked", "tie", "settled"
"""The kinds of rows that records give."""
OPEN = "open"
_CODE = "4"
"""Another one where what is found changes without another table or form."""
_ON_PAPER = frozenset({"written", "thumb"})
_WORDS = re.compile(r"[^\W\d]\w*")
_TOLD = {"sent": UNFIT, "parallel": PARALLEL}
"""The kinds of checks that were made when a record came, and what notes call what they found."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What somebody at the office decided of a finding, and why. basis: of the facts it was decided about. revision: its id."""

    key: str
    basis: str
    revision: str
    why: str


def settlements(revisions: Sequence[Revision]) -> dict[str, Settlement]:
    """The decisions that stand about findings of one record, by their keys: the last one of each that nobody undid."""
    gone = undone(revisions)
    found: dict[str, Settlement] = {}
    for each in sorted(revisions, key=lambda each: (each.envelope.hlc, each.id)):
        if each.envelope.operation is not Operation.REVIEW or each.id in gone or each.body is None:
            continue
        said = each.body.note.get("settled")
        for key, what in said.items() if isinstance(said, Mapping) else ():
            if isinstance(what, Mapping):
                found[key] = Settlement(key, str(what.get("basis", "")), each.id, str(what.get("why", "")))
    return found


def derivations(table: CheckTable, library: FormLibrary) -> list[Derivation]:
    """How the rows of checks are made of records."""
    records = _Records(table, library)
    version = f"{_CODE} {table.version}"
    return [
        Derivation(FINDING, version, records.findings),
        Derivation(ASKED, version, records.asked),
        Derivation(TIE, version, records.ties),
        Derivation(SETTLED, _CODE, _settled, operation=Operation.REVIEW),
    ]


class _Records:
    """Looks at one record after another."""

    def __init__(self, table: CheckTable, library: FormLibrary) -> None:
        self._library = library
        self._alone = table.of_kinds("shape", "rule", "consent", "consented")
        self._sent = table.of_kinds(*_TOLD)
        self._tied = table.of_kinds("same", "known", "count")
        self._readers: dict[tuple[str, str], Reader | None] = {}
        self._paths: dict[tuple[str, str, str], str] = {}
        self._read: RecordView | None = None
        """The record that its reader has taken up last."""

    def findings(self, view: RecordView, revisions: Sequence[Revision]) -> Iterator[Row]:
        """What is odd about one record. What is in conflict is decided first, and a decline is as good as any answer."""
        checks = [each for each in self._alone if each.is_about(view.form)]
        told = {kind: list(noted(view, revisions, said)) for kind, said in _TOLD.items()}
        sent = [each for each in self._sent if told[each.kind] and each.is_about(view.form)]
        reader = self._taken_up(view) if (checks or sent) and not view.conflicts else None
        if reader is None:
            return
        decided = settlements(revisions) if len(revisions) > 1 else {}
        looks = [(each, _LOOKS[each.kind](each, view, reader)) for each in checks]
        for check, found in [*looks, *((each, told[each.kind]) for each in sent)]:
            for path, facts in found:
                key = f"{check.id}:{path}"
                said = decided.get(key)
                is_settled = said is not None and said.basis == facts["basis"]
                state = SETTLED if is_settled else OPEN
                yield Row(view.record, key, state, "", view.wall, {**facts, "form": view.form})

    def asked(self, view: RecordView, _revisions: Sequence[Revision]) -> Iterator[Row]:
        """Which questions were left empty, and how long each was on screen: for what is said of questions over the town."""
        reader = self._taken_up(view) if not view.conflicts else None
        if reader is not None:
            facts = {"empty": reader.left_empty(), "ms": dict(timings(view, reader))}
            if any(facts.values()):
                yield Row(
                    view.record, "", view.form, "", view.wall[:10], {k: v for k, v in facts.items() if v}
                )

    def ties(self, view: RecordView, _revisions: Sequence[Revision]) -> Iterator[Row]:
        """The values by which a record hangs together with others."""
        if view.state != "live":
            return
        for check in self._tied:
            if view.form in check.forms:
                role = {"same": "has", "known": "needs", "count": "says"}[check.kind]
                names = check.questions[:1] if check.kind == "count" else check.questions
                more = {"n": self._value(view, check.questions[1])} if check.kind == "count" else {}
                asked = "" if check.kind == "count" else check.when
                yield from self._tie(check, view, role, names, asked, more)
            elif view.form in {form for form, _name in check.of}:
                names = tuple(name for form, name in check.of if form == view.form)
                role, asked = ("gives", "") if check.kind == "known" else ("counted", check.when)
                yield from self._tie(check, view, role, names, asked, {})

    def _tie(
        self,
        check: Check,
        view: RecordView,
        role: str,
        names: Sequence[str],
        when: str,
        more: Mapping[str, str],
    ) -> Iterator[Row]:
        values = [self._value(view, name) for name in names]
        if not all(values):
            return
        if when:
            reader = self._taken_up(view)
            if reader is None or not reader.says(when):
                return
        state = f"{check.id}:{' '.join(values)}"
        yield Row(
            view.record, f"{check.id}:{role}", state, "", view.wall, {"role": role, "form": view.form, **more}
        )

    def _taken_up(self, view: RecordView) -> Reader | None:
        """A reader on a record; None for one that is not live, was declined, or whose form nobody has here."""
        if view.state != "live":
            return None
        key = (view.form, view.form_hash)
        if key not in self._readers:
            form = self._library.version(*key) or self._library.known(view.form)
            self._readers[key] = Reader(form) if form is not None else None
        reader = self._readers[key]
        if reader is None:
            return None
        if self._read is not view:
            reader.read(view)
            self._read = view
        return None if reader.is_declined else reader

    def _value(self, view: RecordView, name: str) -> str:
        """What is answered to a question that names something."""
        key = (view.form, view.form_hash, name)
        if key not in self._paths:
            form = self._library.version(view.form, view.form_hash) or self._library.known(view.form)
            self._paths[key] = _path(form, name) if form is not None else ""
        return value_of(view.fields.get(self._paths[key]))


def timings(view: RecordView, reader: Reader) -> Iterator[tuple[str, int]]:
    """How many milliseconds each question of tier P or N was on screen, where the form keeps a log: of the question, and of
    nobody. The log's names of users are never read.
    """
    log = value_of(view.fields.get(below_root(reader.log.node))) if reader.log is not None else ""
    found: dict[str, int] = {}
    for row in csv.DictReader(io.StringIO(log)) if log else ():
        start, end = row.get("start") or "", row.get("end") or ""
        node = re.sub(r"\[\d+\]", "", row.get("node") or "")
        if (
            row.get("event") == "question"
            and start.isdigit()
            and end.isdigit()
            and is_shown(reader.form, node)
        ):
            found[below_root(node)] = found.get(below_root(node), 0) + int(end) - int(start)
    yield from sorted(found.items())


def noted(view: RecordView, revisions: Sequence[Revision], said: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Where a record was odd when a phone sent it, by what its note `said` of it, until somebody corrects it (`fieldkit.office.sent`)."""
    heads = [each for each in revisions if each.id in view.heads and each.body is not None]
    for path in sorted({str(path) for each in heads if each.body for path in each.body.note.get(said, ())}):
        yield path, {"what": "rule", "basis": basis_of(path, sorted(view.heads))}


def basis_of(*parts: object) -> str:
    """What a decision about a finding holds for: another one for other facts, and nobody can read them in it."""
    return hashlib.sha256(repr(parts).encode("utf-8")).hexdigest()[:16]


def _settled(view: RecordView, revisions: Sequence[Revision]) -> Iterator[Row]:
    for key, said in settlements(revisions).items():
        yield Row(view.record, key, SETTLED, "", view.wall, {"basis": said.basis, "revision": said.revision})


def _path(form: Form, name: str) -> str:
    """Where the answer to a question stands; "" where the form does not ask it once."""
    try:
        question = question_in(form, name)
    except LookupError:
        return ""
    within = any(question.steps[: len(steps)] == steps for steps in form.repeats)
    return "" if within or not is_shown(form, question.path) else below_root(question.path)


def _shape(check: Check, view: RecordView, reader: Reader) -> Iterator[tuple[str, dict[str, Any]]]:
    """A number that is missing, or not what its standard says."""
    for path in filter(None, (_path(reader.form, name) for name in check.questions)):
        answer = view.fields.get(path)
        if answer is None:
            is_told = check.parameters["missing"] == "yes" and reader.is_asked(f"/{reader.form.root}/{path}")
            what = "missing" if is_told else ""
        else:
            where = Circumstances(date.fromisoformat(view.wall[:10]), demo=True)
            text = value_of(answer)
            is_right = not text or CHECKS[check.parameters["check"]].refuse(text, where) is None
            what = "" if is_right else "malformed"
        if what:
            yield path, {"what": what, "basis": basis_of(what, answer)}


def _rule(check: Check, view: RecordView, reader: Reader) -> Iterator[tuple[str, dict[str, Any]]]:
    """A rule of the table that a record breaks."""
    path = _path(reader.form, check.questions[0])
    if path and reader.says(check.when):
        named = {path.rpartition("/")[2], *_WORDS.findall(check.when)}
        read = [
            (key, answer)
            for key, answer in sorted(view.fields.items())
            if reader.is_shown(key) and reader.template(key).rpartition("/")[2] in named
        ]
        yield path, {"what": "rule", "basis": basis_of(read)}


def _consent(_check: Check, view: RecordView, reader: Reader) -> Iterator[tuple[str, dict[str, Any]]]:
    """Consent that is not told whole: which notice, the answer, the paper's number where it is on paper (I-21)."""
    asking = next((each for each in reader.form.items.values() if each.bind.consent == "basic"), None)
    if asking is None or not reader.is_asked(asking.path):
        return
    around = below_root(asking.path).rpartition("/")[0]
    own = [f"{around}/{name}" if around else name for name in ("notice_ver", "paper_ref", "mode")]
    needed = [own[0], below_root(asking.path)]
    if value_of(view.fields.get(own[2])) in _ON_PAPER:
        needed.append(own[1])
    for path in needed:
        if f"/{reader.form.root}/{path}" in reader.form.items and path not in view.fields:
            yield path, {"what": "missing", "basis": basis_of("missing")}


def _consented(_check: Check, view: RecordView, reader: Reader) -> Iterator[tuple[str, dict[str, Any]]]:
    """Answers about health without a separate consent: how many, and nothing else of them."""
    form = reader.form
    asking = [
        each for each in form.items.values() if each.bind.consent and each.bind.consent not in _NOT_HEALTH
    ]
    if not any(each.bind.consent == "health" for each in asking):
        return
    if any(value_of(view.fields.get(below_root(each.path))) == "yes" for each in asking):
        return
    count = sum(isinstance(answer, str) for path, answer in view.fields.items() if reader.is_restricted(path))
    if count:
        path = next(below_root(each.path) for each in asking if each.bind.consent == "health")
        yield path, {"what": "health", "count": count, "basis": basis_of(count)}


_NOT_HEALTH = frozenset({"basic", "contact", "share", "stats"})
"""Consents that let nobody ask about health; every other one lets that be asked which it names."""
_LOOKS = {"shape": _shape, "rule": _rule, "consent": _consent, "consented": _consented}
