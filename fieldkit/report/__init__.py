"""Reports: documents computed from records, written for the screen, for paper and for a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from fieldkit.errors import FieldkitError
from fieldkit.i18n import N_, _
from fieldkit.places import Place
from fieldkit.records import Record
from fieldkit.report.bars import bars
from fieldkit.report.document import Document
from fieldkit.report.making import ReportKind, Request, gathered
from fieldkit.report.periods import Period, parse_period
from fieldkit.report.records import RecordTables
from fieldkit.report.visits import VISITS
from fieldkit.report.writers import to_text, write_report

_KINDS = (
    VISITS,
)  # fmt: skip

REPORTS: Mapping[str, ReportKind] = {kind.name: kind for kind in _KINDS}
"""Every report by its name."""

_PERIODS = {
    "month": N_("a month (2026-03)"), "quarter": N_("a quarter (2026-Q1)"), "year": N_("a year (2026)"),
    "week": N_("a week (2026-W10)"), "days": N_("any days (2026-03-01..2026-03-03)"),
}  # fmt: skip


def make(tables: RecordTables, name: str, period: Period, *, unit: str, made_on: date) -> Document:
    """Make a report. unit: who reports. made_on: the day of reporting.

    Raises FieldkitError("report.unknown", name=…, known=…) and FieldkitError("report.period", name=…, period=…, known=…).
    """
    if name not in REPORTS:
        raise FieldkitError("report.unknown", name=name, known=", ".join(REPORTS))
    kind = REPORTS[name]
    if period.kind not in kind.periods:
        known = [_(words) for key, words in _PERIODS.items() if key in kind.periods]
        raise FieldkitError("report.period", name=name, period=period.name, known=", ".join(known))
    return kind.make(Request(gathered(tables, [kind]), period, unit, made_on))


__all__ = [
    "REPORTS",
    "Document",
    "Period",
    "Place",
    "Record",
    "RecordTables",
    "ReportKind",
    "bars",
    "make",
    "parse_period",
    "to_text",
    "write_report",
]
