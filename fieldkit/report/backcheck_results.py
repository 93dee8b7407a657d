"""What back-checks come to: by question first, then for the town; villages as counts of what was compared; nobody by name.

discrepancy (I-14) = differences of types 1 and 2 ÷ comparisons of types 1 and 2, with the 95 % score interval of E. B. Wilson
(1927, JASA 22:209-212): (p + z²/2n ± z·√(p(1-p)/n + z²/4n²)) ÷ (1 + z²/n), z = 1.959964. Type 3 may change and stands apart.
Village figures (I-15) = Σ|reported - counted| ÷ Σ counted, for each figure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fieldkit.fieldwork.second_entry import wilson

CHANGES = "3"
"""The type of a question whose answer may change."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One question asked again. kind: its type. reason: why the two answers differ, "" where they do not."""

    question: str
    kind: str
    differs: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a village that was counted again."""

    item: str
    counted: int
    reported: int


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; where there are any, with the 95 % interval."""

    n: int
    of: int

    @property
    def value(self) -> float | None:
        """The share, None of nothing."""
        return self.n / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """Its Wilson interval."""
        return wilson(self.n, self.of)


@dataclass(frozen=True, slots=True)
class OfQuestion:
    """What the comparisons of one question come to. reasons: why answers differed, each with how often."""

    question: str
    kind: str
    differs: Share
    reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Results:
    """questions: types 1 and 2, those that differed most often first; changing: type 3, likewise.

    town: I-14. by_type: type → differences. reasons: of types 1 and 2. villages: code → comparisons, in the order of codes.
    figures: item → difference and how many were counted.
    """

    questions: tuple[OfQuestion, ...]
    changing: tuple[OfQuestion, ...]
    town: Share
    by_type: Mapping[str, Share]
    reasons: Mapping[str, int]
    villages: Mapping[str, int]
    figures: Mapping[str, Share]
    compared: int = 0

    @property
    def most_faulty(self) -> OfQuestion | None:
        """The question whose answers differed most often, None where none did."""
        return next((each for each in self.questions if each.differs.n), None)


@dataclass(slots=True)
class _Tally:
    kind: str
    of: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


def results_of(checks: Iterable[tuple[str, Iterable[Comparison]]], figures: Iterable[Figure]) -> Results:
    """Count. checks: the village of each back-check, with its comparisons."""
    tallies: dict[str, _Tally] = {}
    villages: Counter[str] = Counter()
    for village, comparisons in checks:
        for each in comparisons:
            villages[village] += 1
            tally = tallies.setdefault(each.question, _Tally(each.kind))
            tally.of += 1
            if each.differs:
                tally.reasons[each.reason] += 1
    found = sorted(
        (
            OfQuestion(name, tally.kind, Share(tally.reasons.total(), tally.of), dict(tally.reasons))
            for name, tally in tallies.items()
        ),
        key=lambda each: (-each.differs.n, each.question),
    )
    by_type = {kind: _sum(each for each in found if each.kind == kind) for kind in "123"}
    careful = [each for each in found if each.kind != CHANGES]
    reasons: Counter[str] = Counter()
    for question in careful:
        reasons.update(question.reasons)
    return Results(
        tuple(careful),
        tuple(each for each in found if each.kind == CHANGES),
        _sum(careful),
        by_type,
        dict(reasons.most_common()),
        dict(sorted(villages.items())),
        _figures(figures),
        villages.total(),
    )


def _sum(questions: Iterable[OfQuestion]) -> Share:
    shares = [each.differs for each in questions]
    return Share(sum(each.n for each in shares), sum(each.of for each in shares))


def _figures(figures: Iterable[Figure]) -> dict[str, Share]:
    found: dict[str, Share] = {}
    for each in figures:
        before = found.get(each.item, Share(0, 0))
        off = abs(each.reported - each.counted)
        found[each.item] = Share(before.n + off, before.of + each.counted)
    return found
