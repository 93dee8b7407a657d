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
from fieldkit.report.reports import (
    indicators,
    monthly,
    payments,
    public,
    register,
    self_check,
    summary,
    targets,
    three_days,
    training,
    villages,
    weekly,
)
from fieldkit.report.visits import VISITS
from fieldkit.report.writers import to_text, write_report

_KINDS = (
    three_days.KIND, weekly.KIND, monthly.KIND, summary.KIND, indicators.KIND, targets.KIND, villages.KIND, self_check.KIND,
    register.KIND, payments.KIND, public.KIND, training.KIND, VISITS,
)  # fmt: skip

REPORTS: Mapping[str, ReportKind] = {kind.name: kind for kind in _KINDS}
"""Every report by its name."""

ALIASES: Mapping[str, str] = {"r3": "three-days", "rw": "weekly", "rm": "monthly"}
"""What reports are called for short, in small letters → their names."""

_PERIODS = {
    "month": N_("a month (2026-03)"), "quarter": N_("a quarter (2026-Q1)"), "year": N_("a year (2026)"),
    "week": N_("a week (2026-W10)"), "days": N_("any days (2026-03-01..2026-03-03)"),
}  # fmt: skip


def kind_of(name: str) -> ReportKind:
    """A report by its name, or what it is called for short, in letters of any size.

    Raises FieldkitError("report.unknown", name=…, known=…).
    """
    key = name.casefold()
    found = REPORTS.get(ALIASES.get(key, key))
    if found is None:
        raise FieldkitError("report.unknown", name=name, known=", ".join(REPORTS))
    return found


def report_for(name: str, period: Period) -> ReportKind:
    """A report that is made for such a period. Raises what `kind_of` raises, and
    FieldkitError("report.period", name=…, period=…, known=…).
    """
    kind = kind_of(name)
    if period.kind not in kind.periods:
        known = [_(words) for key, words in _PERIODS.items() if key in kind.periods]
        raise FieldkitError("report.period", name=kind.name, period=period.name, known=", ".join(known))
    return kind


def documents(
    tables: RecordTables, name: str, period: Period, *, unit: str, made_on: date, village: str = ""
) -> list[Document]:
    """Make a report: one document, or one for each village where it is made so and no village is named.

    unit: who reports. made_on: the day of reporting. Raises what `report_for` raises.
    """
    kind = report_for(name, period)
    return list(kind.documents(Request(gathered(tables, [kind]), period, unit, made_on, village)))


def make(tables: RecordTables, name: str, period: Period, *, unit: str, made_on: date) -> Document:
    """Make a report; the first of its documents, where it is made for each village. Raises what `documents` raises."""
    return documents(tables, name, period, unit=unit, made_on=made_on)[0]


__all__ = [
    "ALIASES",
    "REPORTS",
    "Document",
    "Period",
    "Place",
    "Record",
    "RecordTables",
    "ReportKind",
    "bars",
    "documents",
    "kind_of",
    "make",
    "parse_period",
    "report_for",
    "to_text",
    "write_report",
]
