"""The reports that have fallen due lately: what they are called as files, whether they were sent, and making those that are wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from fieldkit.errors import FieldkitError
from fieldkit.report import REPORTS
from fieldkit.report.conditions import day_of
from fieldkit.report.document import Document
from fieldkit.report.facts import Facts, Wanted
from fieldkit.report.making import Request, gathered
from fieldkit.report.obligations import Kind, Obligation, due_between, kind_of, last_due
from fieldkit.report.periods import Period
from fieldkit.report.records import RecordTables
from fieldkit.report.writers import FORMATS, write_report

LOOK_BACK = 31
"""For how many days a report that was not made is made later."""

OF_A_WINDOW: Mapping[Kind, Sequence[str]] = {
    Kind.THREE_DAYS: ("three-days",),
    Kind.WEEK: ("weekly",),
    Kind.MONTH: ("monthly", "summary"),
}
"""Which reports are made for each window."""

_REGISTER: Wanted = {"log": {"kind", "report_no", "due", "sent_on"}}
"""What must be read to know what was sent."""


class State(StrEnum):
    """How a report that fell due stands: made just now, made anew since the records have changed, made and found unchanged, made
    on an earlier day, sent by the register, or not made.
    """

    MADE = "made"
    RENEWED = "renewed"
    UNCHANGED = "unchanged"
    THERE = "there"
    SENT = "sent"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Due:
    """A report that fell due. files: where it is, or would be. sent_on: by the register, "" where it does not say."""

    window: Obligation
    report: str
    state: State
    files: tuple[Path, ...]
    sent_on: str = ""


def fallen_due(today: date, month_ends: int = 0, *, is_office: bool) -> list[tuple[Obligation, str]]:
    """Window and report of all that fell due today or in the days before (`LOOK_BACK`), by the day they were due.

    is_office: a laptop makes the three-day report alone; weeks and months are the township's.
    """
    first = today - timedelta(days=LOOK_BACK)
    kinds = tuple(Kind) if is_office else (Kind.THREE_DAYS,)
    windows = [each for kind in kinds for each in due_between(kind, first, today, month_ends)]
    windows.sort(key=lambda each: (each.due, each.first))
    return [(window, name) for window in windows for name in OF_A_WINDOW[window.kind]]


def period_of(window: Obligation) -> Period:
    """Its days, under the name by which a person asks for them."""
    first, last = window.first, window.last
    match window.kind:
        case Kind.MONTH:
            return Period(first, last, f"{last:%Y-%m}")
        case Kind.WEEK:
            year, week, _weekday = last.isocalendar()
            return Period(first, last, f"{year}-W{week:02}")
        case _:
            return Period(first, last, f"{first}..{last}")


def files_of(name: str, period: Period, folder: Path) -> tuple[Path, ...]:
    """The files of a report that is made because it is due."""
    return tuple(folder / f"{name}-{period.name}{ending}" for ending in FORMATS)


def look(folder: Path, today: date, month_ends: int = 0, *, is_office: bool) -> Iterator[Due]:
    """What fell due, by the files in a folder alone."""
    for window, name in fallen_due(today, month_ends, is_office=is_office):
        files = files_of(name, period_of(window), folder)
        yield Due(window, name, State.THERE if _are_there(files) else State.MISSING, files)


def make_due(
    tables: RecordTables, folder: Path, today: date, month_ends: int = 0, *, unit: str, is_office: bool
) -> Iterator[Due]:
    """Make what fell due today, and what was missed lately: neither made nor sent, and not from before the first record.

    The records are read once. Made again on the same day from the same records, every file stays as it is to the byte.
    Raises what `write_report` and the tables raise, and FieldkitError("medium.…") where the folder cannot be made.
    """
    wanted = fallen_due(today, month_ends, is_office=is_office)
    figures = gathered(tables, {REPORTS[name] for _window, name in wanted}, _REGISTER)
    _make_folder(folder)
    for window, name in wanted:
        files = files_of(name, period_of(window), folder)
        sent = _sent_on(figures.facts, window, month_ends)
        if window.due == today or not (sent or _are_there(files) or figures.facts.is_after(window.last)):
            document = REPORTS[name].make(Request(figures, period_of(window), unit, today))
            yield Due(window, name, _write(document, files), files, sent)
        elif sent or _are_there(files):
            yield Due(window, name, State.SENT if sent else State.THERE, files, sent)


def _write(document: Document, files: Sequence[Path]) -> State:
    """Write a report into those of its files that do not hold it already."""
    was_there = _are_there(files)
    changed = [path for path in files if not _holds(path, document)]
    for path in changed:
        write_report(document, path)
    if not changed:
        return State.UNCHANGED
    return State.RENEWED if was_there else State.MADE


def _sent_on(facts: Facts, window: Obligation, month_ends: int) -> str:
    """The day on which the report of a window was sent by the register, "" where it says nothing of it."""
    for row in facts.rows("log"):
        kind, due = kind_of(row["report_no"]), day_of(row["due"])
        if (
            row["kind"] == "liaison_up"
            and kind is window.kind
            and due
            and last_due(kind, due, month_ends) == window
        ):
            return row["sent_on"]
    return ""


def _are_there(files: Sequence[Path]) -> bool:
    return all(path.exists() for path in files)


def _holds(path: Path, document: Document) -> bool:
    try:
        return path.read_bytes() == FORMATS[path.suffix](document)
    except OSError:
        return False


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FieldkitError("medium.failing", path=str(folder), reason=error.strerror or "") from error
