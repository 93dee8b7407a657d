"""Reports: tables computed from records, written for the screen, for paper and for a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fieldkit.report.periods import Period, parse_period
from fieldkit.report.table import Report, bars, to_text
from fieldkit.report.tables import RecordTables
from fieldkit.report.visits import visits
from fieldkit.report.writers import write_report

REPORTS: Mapping[str, Callable[..., Report]] = {"visits": visits}
"""Every report by name: `(tables, period, *, unit, made_on) -> Report`."""

__all__ = [
    "REPORTS",
    "Period",
    "RecordTables",
    "Report",
    "bars",
    "parse_period",
    "to_text",
    "visits",
    "write_report",
]
