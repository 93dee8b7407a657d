"""Reports: tables computed from records, written for the screen, for paper and for a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fieldkit.places import Place
from fieldkit.records import Record
from fieldkit.report.bars import bars
from fieldkit.report.periods import Period, parse_period
from fieldkit.report.records import RecordTables
from fieldkit.report.table import Check, Column, Report
from fieldkit.report.visits import visits
from fieldkit.report.writers import to_text, write_report

REPORTS: Mapping[str, Callable[..., Report]] = {"visits": visits}
"""Every report by name: `(tables, period, *, unit, made_on) -> Report`."""

__all__ = [
    "REPORTS",
    "Check",
    "Column",
    "Period",
    "Place",
    "Record",
    "RecordTables",
    "Report",
    "bars",
    "parse_period",
    "to_text",
    "visits",
    "write_report",
]
