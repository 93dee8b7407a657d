"""What would come of each row of a laboratory's table, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from fieldkit.fieldwork.lab_rows import LabRow
from fieldkit.fieldwork.lab_words import HPV, RESULTS, TYPES
from fieldkit.fieldwork.screened import CERVIX, PARTICIPANT, Screened, latest, screened
from fieldkit.records import Record
from fieldkit.xforms.answers import Answer


class Verdict(StrEnum):
    """The verdicts. Of these only NEW is written without a question, CHANGES with a yes of its own, and nothing else."""

    NEW = "new"
    CHANGES = "changes"
    SAME = "same"
    NO_RESULT = "no_result"
    TWICE = "twice"
    CONTRADICTS = "contradicts"
    NUMBER = "number"
    UNREADABLE = "unreadable"
    UNKNOWN = "unknown"
    SHARED = "shared"
    NO_CONSENT = "no_consent"
    NO_SAMPLE = "no_sample"
    OPEN = "open"
    REFUSED = "refused"


HARMLESS = frozenset(
    {Verdict.NEW, Verdict.CHANGES, Verdict.SAME, Verdict.NO_RESULT, Verdict.TWICE, Verdict.OPEN}
)
"""The verdicts that are no fault of the laboratory's."""


IN_CONFLICT = "conflict"
"""Stands as the missing answer where two laptops recorded different results and nobody has decided yet."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A row and its verdict. record: the examination it is about, "" for none. stored: what that says now of the questions
    that the row answers otherwise. lines: the other rows with the same number. why: what the form objects to, in words.
    """

    row: LabRow
    verdict: Verdict
    record: str = ""
    stored: Mapping[str, Answer] = field(default_factory=dict)
    lines: tuple[int, ...] = ()
    why: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """What a person says yes to: this change and no other."""
        return (
            self.row.pid,
            self.record,
            *sorted(self.row.results.items()),
            *sorted(map(str, self.stored.items())),
        )


def judged(
    rows: Sequence[LabRow], records: Iterable[Record], being_corrected: frozenset[str]
) -> list[Judged]:
    """The rows with their verdicts, in the order of the file.

    records: the registrations and cervical examinations kept here. being_corrected: ids of records whose correction is open.
    """
    numbers = {row.pid for row in rows}
    known = [each for each in records if each.text("pid") in numbers]
    women = screened(each for each in known if each.form == PARTICIPANT)
    examinations = latest(known, CERVIX)
    same: dict[str, list[LabRow]] = {}
    for row in rows:
        same.setdefault(row.pid, []).append(row)
    return [
        _judged(row, same[row.pid], women.get(row.pid, []), examinations.get(row.pid), being_corrected)
        for row in rows
    ]


def _judged(
    row: LabRow,
    same: Sequence[LabRow],
    women: Sequence[Screened],
    examination: Record | None,
    being_corrected: frozenset[str],
) -> Judged:
    if row.faults:
        is_number = any(fault.code.startswith("participant.") for fault in row.faults)
        return Judged(row, Verdict.NUMBER if is_number else Verdict.UNREADABLE)
    if not women:
        return Judged(row, Verdict.UNKNOWN)
    if len(women) > 1:
        return Judged(row, Verdict.SHARED)
    if not row.results:
        return Judged(row, Verdict.NO_RESULT)
    lines = tuple(each.line for each in same if each is not row)
    if any(each.faults or dict(each.results) != dict(row.results) for each in same):
        return Judged(row, Verdict.CONTRADICTS, lines=lines)
    if same[0] is not row:
        return Judged(row, Verdict.TWICE, lines=lines)
    wanted = {"cervix", "hpv"} if HPV in row.results else {"cervix"}
    if not wanted <= women[0].consents:
        return Judged(row, Verdict.NO_CONSENT)
    return _compared(row, examination, being_corrected)


def _compared(row: LabRow, examination: Record | None, being_corrected: frozenset[str]) -> Judged:
    """A row whose number is right, beside what is stored of her sample."""
    if examination is None or not examination.text("sample_kind"):
        return Judged(row, Verdict.NO_SAMPLE)
    if examination.id in being_corrected:
        return Judged(row, Verdict.OPEN, examination.id)
    stored = dict(_otherwise(row, examination))
    if not stored:
        return Judged(row, Verdict.SAME, examination.id)
    is_change = any(answer not in {"", "pending"} for answer in map(_comparable, stored.values()))
    return Judged(row, Verdict.CHANGES if is_change else Verdict.NEW, examination.id, stored)


def _otherwise(row: LabRow, examination: Record) -> Iterator[tuple[str, Answer]]:
    """What is stored where the row says something else, in the order of the form; what is in conflict is stored as both."""
    for name in RESULTS:
        wanted = row.results.get(name)
        if wanted is None:
            continue
        key = f"lab/{name}"
        stored = examination.answers.get(key, "")
        if key in examination.conflicts:
            yield name, {"missing": IN_CONFLICT}
        elif isinstance(stored, Mapping) or not _is_same(name, stored, wanted):
            yield name, stored


def _is_same(name: str, stored: str, wanted: str) -> bool:
    return set(stored.split()) == set(wanted.split()) if name == TYPES else stored == wanted


def _comparable(answer: Answer) -> str:
    return answer if isinstance(answer, str) else "missing"
