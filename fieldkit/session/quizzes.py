"""Quiz sheets from paper: a line is a sheet, and is on disk when Enter is. What they come to, in counts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fieldkit.errors import FieldkitError
from fieldkit.fieldwork.happenings import EDUCATION_EVENT
from fieldkit.fieldwork.quizzes import QUESTIONS, QUIZ, Results, Sheet, results, sheets_of
from fieldkit.i18n import _, language
from fieldkit.session.amending import identity, own_paths, refuse_unless_open
from fieldkit.session.interview import refuse
from fieldkit.xforms import Missing

if TYPE_CHECKING:
    from fieldkit.session.session import Session
    from fieldkit.xforms.answers import Answer

DIGITS: Mapping[str, str] = {"1": "true", "2": "false", "3": "dk", "0": ""}
"""What a digit of a line stands for; 0 is a statement left empty on the paper."""
_LINE = re.compile(r"([a-z]{2}[0-9]{2})?([0-9]*)")
_SPACES = str.maketrans("", "", " -_.,\u3001\u3002")


@dataclass(frozen=True, slots=True)
class Line:
    """A sheet as it was typed. code: "" for none on the paper."""

    code: str
    answers: Mapping[str, str]


def read_line(text: str) -> Line:
    """A line typed from a sheet: code and ten digits, or ten digits alone; letters may be of any case and width.

    Raises FieldkitError("quiz.code"), ("quiz.digits").
    """
    folded = unicodedata.normalize("NFKC", text).lower().translate(_SPACES)
    matched = _LINE.fullmatch(folded)
    if matched is None:
        raise FieldkitError("quiz.code", text=folded)
    code, digits = matched[1] or "", matched[2]
    if len(digits) != len(QUESTIONS) or not set(digits) <= set(DIGITS):
        raise FieldkitError("quiz.digits", count=len(digits), needed=len(QUESTIONS))
    return Line(code, dict(zip(QUESTIONS, (DIGITS[digit] for digit in digits), strict=True)))


def line_of(sheet: Sheet) -> str:
    """A sheet as it would be typed."""
    digits = {answer: digit for digit, answer in DIGITS.items()}
    return sheet.code + "".join(digits.get(sheet.answers[name], "0") for name in QUESTIONS)


@dataclass(frozen=True, slots=True)
class QuizEvent:
    """An event that sheets may belong to: its number, and what it is called."""

    number: str
    title: str


def quiz_events(session: Session) -> list[QuizEvent]:
    """The events recorded here, the last one first."""
    found, words = {}, dict[str, str]()
    for record in session.exchange.records(EDUCATION_EVENT):
        number, code = record.text("event_id"), record.text("kind")
        if number:
            kind = words[code] = words.get(code) or session.choice_label(EDUCATION_EVENT, "kind", code)
            day, seq = record.text("date"), record.text("seq")
            title = "  ".join(
                (day, session.place_name(record.text("village")), kind, seq if seq != "1" else "")
            )
            found[number] = ((day, record.text("start"), number), QuizEvent(number, title.rstrip()))
    return [event for _when, event in sorted(found.values(), key=lambda each: each[0], reverse=True)]


def quiz_key(session: Session) -> dict[str, str]:
    """What is right, by question, as the programme says now."""
    rows = session.library.get(QUIZ).lists.rows("quiz_key")
    return {row["name"]: row["key"] for row in rows if row["name"] in QUESTIONS}


def quiz_results(session: Session, event: str) -> Results:
    """What the sheets of an event come to."""
    return results(event, sheets_of(session.exchange.records(QUIZ), event), quiz_key(session))


def statements(session: Session) -> dict[str, str]:
    """The ten statements in the language in use."""
    entry = session.interviews.trial(QUIZ, {}, language())
    return {name: entry.label(entry.form.find(name).path) for name in QUESTIONS}


class Batch:
    """The sheets of one event, as they are typed: each one durable before the next, and held by its code alone."""

    def __init__(self, session: Session, event: str) -> None:
        self.event = event
        self._exchange = session.exchange
        self._library = session.library
        self._entry = session.interviews.trial(QUIZ, {})
        self.sheets = sheets_of(self._exchange.records(QUIZ), event)

    def of(self, phase: str) -> list[Sheet]:
        """The sheets of a phase."""
        return [sheet for sheet in self.sheets if sheet.phase == phase]

    def knows(self, phase: str, code: str) -> bool:
        """Whether a code stands on a sheet of a phase already."""
        return bool(code) and any(sheet.code == code for sheet in self.of(phase))

    def store(self, phase: str, line: Line) -> Sheet:
        """Keep a sheet; it is on disk when this returns. Raises FieldkitError("interview.unfinished"), StoreError."""
        form = self._entry.form
        answers = self._answers(phase, line)
        self._library.keep(form)
        record = self._exchange.new_record_id()
        self._exchange.put(form, record, answers)
        self.sheets.append(sheet := Sheet(record, self.event, phase, line.code, line.answers))
        return sheet

    def correct(self, sheet: Sheet, line: Line, reason: str) -> Sheet:
        """Say what a sheet says instead; give it as it is then. Raises as `store`, and what `refuse_unless_open` raises."""
        form = self._entry.form
        before = refuse_unless_open(self._exchange.record(sheet.record), sheet.record)
        answers = self._answers(sheet.phase, line) | identity(form, before.answers)
        note: dict[str, Any] = {"reason": reason, "own": own_paths(form, answers)}
        self._library.keep(form)
        self._exchange.amend(form, before, answers, note=note, remove_draft="")
        corrected = Sheet(sheet.record, sheet.event, sheet.phase, line.code, line.answers)
        self.sheets[self.sheets.index(sheet)] = corrected
        return corrected

    def take_out(self, sheet: Sheet) -> None:
        """Erase a sheet that should not have been typed. Raises StoreError."""
        self._exchange.erase(sheet.record, _("typed by mistake"))
        self.sheets.remove(sheet)

    def _answers(self, phase: str, line: Line) -> dict[str, Answer]:
        """What the form makes of a sheet, with an id of its own."""
        entry = self._entry
        said = {"phase": phase, "event": self.event, "pair_code": line.code, **line.answers}
        for name, answer in said.items():
            path = entry.form.find(name).path
            entry.set(path, Missing(answer) if answer in _MISSING else answer)
        blocking = [problem for problem in entry.problems() if problem.kind != "warning"]
        if blocking:
            raise refuse(blocking)
        entry.finish()
        return entry.answers(relevant_only=True) | identity(entry.form, {})


_MISSING = frozenset(each.value for each in Missing)
