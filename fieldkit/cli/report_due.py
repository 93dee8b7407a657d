"""`fieldkit report due`: make the reports that are due, as the system's own scheduler asks for it every day."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fieldkit.cli.common import end_of_day, now, show
from fieldkit.cli.report import Source, at_office, source
from fieldkit.config import office_folder, workspace_folder
from fieldkit.i18n import N_, _

if TYPE_CHECKING:
    from fieldkit.report.obligations import Obligation

_STATES = {
    "made": N_("made"),
    "renewed": N_("made anew, since the records have changed"),
    "unchanged": N_("unchanged"),
    "there": N_("made before"),
    "missing": N_("not made yet"),
    "sent": N_("sent"),
}


def run_due(options: argparse.Namespace) -> int:
    """Make what fell due today, and what was missed lately; with `--list` only say it, and open nothing."""
    today = end_of_day(options.on).date() if options.on else now().date()
    found = _listed(options, today) if options.list else _made(options, today)
    from fieldkit.report.obligations import obligations

    ahead = [each for each in obligations(today, found[0]) if each.due > today]
    lines = [line for each in found[1] for line in _lines(each)] or [_("No report is due.")]
    lines += [_("next: {due}  {report}", due=each.due, report=each) for each in ahead]
    show(options, {"due": found[1], "next": [_window(each) for each in ahead]}, "\n".join(lines))
    return 0


def _listed(options: argparse.Namespace, today: date) -> tuple[int, list[dict[str, Any]]]:
    """By the settings and the files that are there alone."""
    from fieldkit.report.due import fallen_due, files_of, period_of

    if at_office(options):
        from fieldkit.office.reporting import month_ends

        folder = office_folder(options.office)
        ends = month_ends(folder)
    else:
        from fieldkit.store.workspace import read_settings

        folder = workspace_folder(options.workspace)
        ends = read_settings(folder).month_ends
    rows = []
    for window in fallen_due(today, ends):
        for name in _names(window, at_office(options)):
            files = files_of(name, period_of(window), _folder(options, folder / "reports"))
            state = "there" if all(path.exists() for path in files) else "missing"
            rows.append(_row(window, name, state, files))
    return ends, rows


def _made(options: argparse.Namespace, today: date) -> tuple[int, list[dict[str, Any]]]:
    with source(options) as found:
        return found.month_ends, list(_making(options, found, today))


def _making(options: argparse.Namespace, found: Source, today: date) -> Iterator[dict[str, Any]]:
    from fieldkit.report import REPORTS
    from fieldkit.report.due import REGISTER, fallen_due, files_of, period_of, sent_on, write_changed
    from fieldkit.report.making import Request, gathered

    windows = [
        (window, name)
        for window in fallen_due(today, found.month_ends)
        for name in _names(window, at_office(options))
    ]
    figures = gathered(found.tables, {REPORTS[name] for _window, name in windows}, REGISTER)
    folder = _folder(options, found.reports)
    folder.mkdir(parents=True, exist_ok=True)
    began = figures.facts.first_day()
    for window, name in windows:
        files = files_of(name, period_of(window), folder)
        sent = sent_on(figures.facts, window)
        there = [path for path in files if path.exists()]
        if window.due != today and (sent or len(there) == len(files) or window.last.isoformat() < began):
            if sent or there:
                yield _row(window, name, "sent" if sent else "there", files) | {"sent_on": sent}
            continue
        request = Request(figures, period_of(window), found.unit, today)
        changed = [path for made in REPORTS[name].documents(request) for path in write_changed(made, files)]
        state = "unchanged" if not changed else "renewed" if there else "made"
        yield _row(window, name, state, files) | {"sent_on": sent}


def _names(window: Obligation, is_office: bool) -> Sequence[str]:
    """A laptop makes the three-day report alone; weeks and months are the township's."""
    from fieldkit.report.due import REPORTS
    from fieldkit.report.obligations import Kind

    return REPORTS[window.kind] if is_office or window.kind is Kind.THREE_DAYS else ()


def _folder(options: argparse.Namespace, usual: Path) -> Path:
    return options.out or usual


def _window(window: Obligation) -> dict[str, Any]:
    first, last, due = (str(day) for day in (window.first, window.last, window.due))
    return {"kind": window.kind.value, "first": first, "last": last, "due": due, "words": str(window)}


def _row(window: Obligation, name: str, state: str, files: Sequence[Path]) -> dict[str, Any]:
    written = [] if state in {"missing", "sent"} else [str(path) for path in files]
    return _window(window) | {"report": name, "state": state, "files": written}


def _lines(row: dict[str, Any]) -> Iterator[str]:
    sent = row.get("sent_on", "")
    state = _("sent on {day}", day=sent) if sent else _(_STATES[row["state"]])
    yield f"{row['due']}  {row['words']} ({row['report']}): {state}"
    if row["state"] in {"made", "renewed", "unchanged"}:
        yield from (f"    {path}" for path in row["files"])
