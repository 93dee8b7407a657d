"""Reports of small archives, and how their tables are looked into."""

from __future__ import annotations

from datetime import date

from fieldkit.report import REPORTS, parse_period
from fieldkit.report.document import Table
from fieldkit.report.making import Request, gathered
from tests.report.tables import tables


def made(name, *records, period="2026-03", made_on=date(2026, 4, 1), village=""):
    """The report of these records, in English; the one of the village where it is made for each."""
    kind = REPORTS[name]
    request = Request(gathered(tables(*records), [kind]), parse_period(period), "Qingxi", made_on, village)
    (document,) = kind.documents(request)
    return document


def table(document, heading):
    """Heading → rows of the one table with that heading."""
    (found,) = [part for part in document.parts if isinstance(part, Table) and part.heading == heading]
    return found


def rows(document, heading):
    """The rows of a table, each under its first cell that is no code."""
    found = table(document, heading)
    start = 1 if found.columns[0].is_code else 0
    return {row[start]: row[start + 1 :] for row in found.rows}
