"""`fieldkit report`: a report of the office, or of this laptop."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.cli.common import Verbs, at_desk, end_of_day, now, open_office, open_session, show
from fieldkit.config import workspace_folder
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _

if TYPE_CHECKING:
    from fieldkit.report import Document

NAMES = ("visits",)
DUE = "due"


def add(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    common = at_desk(common)
    verb = verbs.add_parser("report", parents=[common], help=_("make a report"))
    verb.add_argument("name", metavar="NAME", help=", ".join((*NAMES, DUE)))
    verb.add_argument("--period", help=_("2026-03, 2026-Q1, 2026-W10 or 2026-03-01..2026-03-03"))
    verb.add_argument(
        "--out", metavar="FILE", type=Path, help=_(".xlsx, .html or .txt; without it, on screen")
    )
    verb.add_argument(
        "--as-of", metavar="DATE", help=_("as the office had it at the end of that day, 2026-03-31")
    )
    verb.set_defaults(run=run, refuse=verb.error)


def run(options: argparse.Namespace) -> int:
    """Make the report over the office's archive if one is named, else over this laptop's records; `due` lists what is due."""
    from fieldkit.report import to_text, write_report
    from fieldkit.report.as_json import facts

    if options.name == DUE:
        return _list_due(options)
    if options.period is None:
        options.refuse(_("A report needs --period, such as --period 2026-03."))
    report = _report(options)
    if options.out:
        write_report(report, options.out)
    written = _("The report is written to {file}", file=options.out)
    found = facts(report) | {"file": str(options.out or "")}
    show(options, found, written if options.out else to_text(report))
    return 0


def _list_due(options: argparse.Namespace) -> int:
    """Say which reports are due, by the months of the workspace's settings; an office's are calendar months."""
    from fieldkit.report.obligations import obligations
    from fieldkit.store.workspace import read_settings

    month_ends = 0 if _at_office(options) else read_settings(workspace_folder(options.workspace)).month_ends
    found = obligations(now().date(), month_ends)
    facts = [
        {"kind": each.kind.value, "first": str(each.first), "last": str(each.last), "due": str(each.due)}
        for each in found
    ]
    show(options, {"due": facts}, "\n".join(f"{each.due}  {each}" for each in found))
    return 0


def _at_office(options: argparse.Namespace) -> bool:
    return bool(options.office or (os.environ.get("FIELDKIT_OFFICE") and not options.workspace))


def _report(options: argparse.Namespace) -> Document:
    from fieldkit.office.roles import Act
    from fieldkit.report import make, parse_period

    period = parse_period(options.period)
    if _at_office(options):
        office = open_office(options, Act.REPORT)
        try:
            tables = office.as_of(end_of_day(options.as_of)) if options.as_of else office
            return make(tables, options.name, period, unit=office.name, made_on=now().date())
        finally:
            office.close()
    if options.as_of:
        raise FieldkitError("report.as-of-laptop")
    with open_session(options) as session:
        return session.report(options.name, options.period)
