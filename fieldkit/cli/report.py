"""`fieldkit report`: a report of the office, or of this laptop."""

from __future__ import annotations

import argparse
import os
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.cli.common import Verbs, at_desk, end_of_day, now, open_office, open_session, show
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fieldkit.report import Document, Period, RecordTables

NAMES = (
    "three-days", "weekly", "monthly", "summary", "indicators", "targets", "villages", "self-check", "register", "payments",
    "public", "needs", "visits",
)  # fmt: skip
SHORT = ("R3", "RW", "RM")
DUE = "due"
_IN_A_FOLDER = (".xlsx", ".html")


@dataclass(frozen=True, slots=True)
class Source:
    """What reports are made over. unit: who reports. reports: the folder of finished ones. month_ends: see `parse_period`."""

    tables: RecordTables
    unit: str
    today: date
    reports: Path
    month_ends: int


def add(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    common = at_desk(common)
    verb = verbs.add_parser("report", parents=[common], help=_("make a report"))
    verb.add_argument("name", metavar="NAME", help=", ".join((*NAMES, *SHORT, DUE)))
    verb.add_argument("--period", help=_("2026-03, 2026-Q1, 2026-W10 or 2026-03-01..2026-03-03"))
    verb.add_argument(
        "--village", metavar="CODE", default="", help=_("of one village alone, where there is one for each")
    )
    verb.add_argument(
        "--out",
        metavar="FILE",
        type=Path,
        help=_(".xlsx, .html or .txt, or a folder; without it, on screen"),
    )
    verb.add_argument(
        "--as-of", metavar="DATE", help=_("as the office had it at the end of that day, 2026-03-31")
    )
    verb.add_argument("--list", action="store_true", help=_("due: only say what is due, make nothing"))
    verb.add_argument("--on", metavar="DATE", help=_("due: as if it were that day"))
    verb.set_defaults(run=run, refuse=verb.error)


def run(options: argparse.Namespace) -> int:
    """Make the report over the office's archive if one is named, else over this laptop's records; `due` makes what is due."""
    if options.name.casefold() == DUE:
        from fieldkit.cli.report_due import run_due

        return run_due(options)
    if options.period is None:
        options.refuse(_("A report needs --period, such as --period 2026-03."))
    from fieldkit.report import documents, kind_of, parse_period, to_text
    from fieldkit.report.as_json import facts

    kind = kind_of(options.name)
    if options.village and not kind.by_village:
        options.refuse(_("The report {name} is not made for one village.", name=kind.name))
    with source(options) as found:
        period = parse_period(options.period, found.month_ends)
        made = documents(
            found.tables, kind.name, period, unit=found.unit, made_on=found.today, village=options.village
        )
    files = _written(made, options.out, kind.name, period) if options.out else []
    data = [facts(document) for document in made]
    told = {"file": str(options.out or ""), "files": [str(path) for path in files]}
    whole = data[0] | told if len(data) == 1 else {"reports": data, **told}
    lines = [_("The report is written to {file}", file=path) for path in files]
    show(options, whole, "\n".join(lines or ["\n\n".join(to_text(document) for document in made)]))
    return 0


def at_office(options: argparse.Namespace) -> bool:
    """Whether it is about the office's archive."""
    return bool(options.office or (os.environ.get("FIELDKIT_OFFICE") and not options.workspace))


@contextmanager
def source(options: argparse.Namespace) -> Iterator[Source]:
    """Open what the options name. Raises what `open_office` and `open_session` raise, FieldkitError("report.as-of-laptop")."""
    if at_office(options):
        from fieldkit.office.reporting import month_ends
        from fieldkit.office.roles import Act

        with open_office(options, Act.REPORT) as office:
            tables = office.as_of(end_of_day(options.as_of)) if options.as_of else office
            reports = office.folder / "reports"
            yield Source(tables, office.name, now().date(), reports, month_ends(office.folder))
        return
    if options.as_of:
        raise FieldkitError("report.as-of-laptop")
    with open_session(options) as session:
        reports = session.folder / "reports"
        yield Source(session, session.name, session.today(), reports, session.month_ends)


def _written(made: list[Document], out: Path, name: str, period: Period) -> list[Path]:
    """Write them into a file or folder; give the files. A name without an ending is that of a folder, which is made.

    Raises FieldkitError("report.many"), ("medium.…") and what `write_report` raises.
    """
    from fieldkit.report import write_report

    if not out.suffix and not out.exists():
        try:
            out.mkdir(parents=True)
        except OSError as error:
            raise FieldkitError("medium.failing", path=str(out), reason=error.strerror or "") from error
    if not out.is_dir():
        if len(made) > 1:
            raise FieldkitError("report.many", name=name)
        write_report(made[0], out)
        return [out]
    files = []
    for document in made:
        for ending in _IN_A_FOLDER:
            files.append(out / f"{document.name}-{period.name}{ending}")
            write_report(document, files[-1])
    return files
