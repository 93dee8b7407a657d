"""What the sheets of an event come to: how many know what before and after. Counts alone; nobody's sheet is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fieldkit.privacy.suppression import LEAST
from fieldkit.records import Record

QUIZ = "quiz"
BEFORE, AFTER = "before", "after"
PHASES = (BEFORE, AFTER)
QUESTIONS = tuple(f"q{number}" for number in range(1, 11))
ANSWERS = ("true", "false", "dk")
"""What counts as answered; a blank, or not wishing to say, is no answer and is in no denominator."""
AWARE_FROM, PARTLY_FROM = 7, 4
"""Right answers of ten from which somebody is aware, or partly aware (domain F5)."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    n: int
    of: int

    @property
    def percent(self) -> int | None:
        """In whole per cent, a half up; None of nothing."""
        return (200 * self.n + self.of) // (2 * self.of) if self.of else None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as it was entered. answers: for each question one of `ANSWERS`, the code of a missing answer, or ""."""

    record: str
    event: str
    phase: str
    code: str
    answers: Mapping[str, str]

    @classmethod
    def of(cls, record: Record) -> Sheet:
        """The sheet of a record of the form `quiz`."""
        answers = {name: _said(record, name) for name in QUESTIONS}
        return cls(record.id, record.text("event"), record.text("phase"), record.text("pair_key"), answers)

    def score(self, key: Mapping[str, str]) -> int:
        """How many answers are right. key: what is right, by question."""
        return sum(self.answers[name] == right for name, right in key.items())


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a number of sheets know: right of answered for each question, aware and partly aware of all of them."""

    sheets: int
    right: Mapping[str, Share]
    aware: Share
    partly: Share

    @property
    def is_too_few(self) -> bool:
        """Whether there are so few sheets that showing what is in them could tell who wrote what."""
        return self.sheets < LEAST


@dataclass(frozen=True, slots=True)
class Results:
    """The sheets of an event: by phase all of them, and by phase those of the pairs alone. Every sheet is in a pair,
    `alone` (its code has no other, or it has none), or `ambiguous` (its code stands on two sheets of one phase).
    """

    event: str
    all: Mapping[str, Knowledge]
    paired: Mapping[str, Knowledge]
    alone: Mapping[str, int]
    ambiguous: Mapping[str, int]

    @property
    def pairs(self) -> int:
        """How many pairs there are."""
        return self.paired[BEFORE].sheets


def sheets_of(records: Iterable[Record], event: str) -> list[Sheet]:
    """The sheets of an event, in the order of their records."""
    read = (Sheet.of(record) for record in records if record.form == QUIZ)
    return [sheet for sheet in read if sheet.event == event and sheet.phase in PHASES]


def results(event: str, sheets: Iterable[Sheet], key: Mapping[str, str]) -> Results:
    """What the sheets of an event come to, in whatever order they are. key: what is right, by question."""
    by_phase: dict[str, list[Sheet]] = {phase: [] for phase in PHASES}
    for sheet in sheets:
        by_phase[sheet.phase].append(sheet)
    times = {phase: Counter(each.code for each in found if each.code) for phase, found in by_phase.items()}
    twice = {code for counted in times.values() for code, n in counted.items() if n > 1}
    both = set(times[BEFORE]) & set(times[AFTER]) - twice
    return Results(
        event,
        {phase: knowledge(found, key) for phase, found in by_phase.items()},
        {phase: knowledge([e for e in found if e.code in both], key) for phase, found in by_phase.items()},
        {phase: sum(e.code not in both | twice for e in found) for phase, found in by_phase.items()},
        {phase: sum(e.code in twice for e in found) for phase, found in by_phase.items()},
    )


def knowledge(sheets: Sequence[Sheet], key: Mapping[str, str]) -> Knowledge:
    """What some sheets know."""
    scores = [sheet.score(key) for sheet in sheets]
    right = {
        name: Share(
            sum(sheet.answers[name] == key[name] for sheet in sheets),
            sum(sheet.answers[name] in ANSWERS for sheet in sheets),
        )
        for name in key
    }
    aware = sum(score >= AWARE_FROM for score in scores)
    partly = sum(PARTLY_FROM <= score < AWARE_FROM for score in scores)
    return Knowledge(len(sheets), right, Share(aware, len(sheets)), Share(partly, len(sheets)))


def _said(record: Record, name: str) -> str:
    answer = record.answers.get(name, "")
    return answer if isinstance(answer, str) else answer["missing"]
