"""Which reports have fallen due lately, what they are called as files, and whether they were sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from fieldkit.report.document import Document
from fieldkit.report.facts import Facts, Wanted
from fieldkit.report.obligations import Kind, Obligation, obligation
from fieldkit.report.periods import Period
from fieldkit.report.writers import FORMATS, write_report

LOOK_BACK = 31
"""For how many days a report that was not made is made later."""

REPORTS: Mapping[Kind, Sequence[str]] = {
    Kind.THREE_DAYS: ("three-days",),
    Kind.WEEK: ("weekly",),
    Kind.MONTH: ("monthly", "summary"),
}
"""Which reports are made for each window."""

REGISTER: Wanted = {"log": {"kind", "report_no", "due", "sent_on"}}
"""What must be read to know what was sent."""

_CODES: Mapping[Kind, str] = {Kind.THREE_DAYS: "R3", Kind.WEEK: "RW", Kind.MONTH: "RM"}
"""How the number of a report that was sent begins or goes on: `DEMO-RM-03`."""
_SENT_WITHIN: Mapping[Kind, int] = {Kind.THREE_DAYS: 2, Kind.WEEK: 6, Kind.MONTH: 20}
"""By how many days after the window the county may have set its own day."""


def fallen_due(today: date, month_ends: int = 0) -> list[Obligation]:
    """The windows that ended today or in the days before (`LOOK_BACK`), by the day they were due."""
    days = [today - timedelta(days=number) for number in range(LOOK_BACK + 1)]
    found = {each for day in days for kind in Kind if (each := obligation(kind, day, month_ends)).due == day}
    return sorted(found, key=lambda each: (each.due, each.first))


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


def files_of(name: str, period: Period, folder: Path) -> list[Path]:
    """The files of a report that is made because it is due."""
    return [folder / f"{name}-{period.name}{ending}" for ending in FORMATS]


def write_changed(document: Document, files: Sequence[Path]) -> list[Path]:
    """Write a report into files that do not hold it already; give those that were written.

    Raises what `write_report` raises.
    """
    changed = [path for path in files if not _holds(path, document)]
    for path in changed:
        write_report(document, path)
    return changed


def sent_on(facts: Facts, window: Obligation) -> str:
    """The day on which the report of a window was sent to the county by the register, "" where it says nothing of it."""
    latest = (window.last + timedelta(days=_SENT_WITHIN[window.kind])).isoformat()
    for row in facts.rows("log"):
        words = row["report_no"].upper().split("-")
        if (
            row["kind"] == "liaison_up"
            and _CODES[window.kind] in words
            and window.last.isoformat() <= row["due"] <= latest
        ):
            return row["sent_on"]
    return ""


def _holds(path: Path, document: Document) -> bool:
    try:
        return path.read_bytes() == FORMATS[path.suffix](document)
    except OSError:
        return False
