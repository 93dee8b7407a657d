"""`fieldkit report due`: make the reports that are due, as the system's own scheduler asks for it every day."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from fieldkit.cli.common import end_of_day, now, show
from fieldkit.cli.report import at_office, source
from fieldkit.config import office_folder, workspace_folder
from fieldkit.i18n import N_, _

if TYPE_CHECKING:
    from fieldkit.report.due import Due
    from fieldkit.report.obligations import Obligation

_STATES = {
    "made": N_("made"),
    "renewed": N_("made anew, since the records have changed"),
    "unchanged": N_("unchanged"),
    "there": N_("made before"),
    "missing": N_("not made yet"),
}


def run_due(options: argparse.Namespace) -> int:
    """Make what fell due today, and what was missed lately; with `--list` only say it, and open nothing."""
    from fieldkit.report.obligations import obligations

    today = end_of_day(options.on).date() if options.on else now().date()
    month_ends, found = _listed(options, today) if options.list else _made(options, today)
    ahead = obligations(today + timedelta(days=1), month_ends)
    lines = [line for each in found for line in _lines(each)] or [_("No report is due.")]
    lines += [_("next: {due}  {report}", due=each.due, report=each) for each in ahead]
    data = {"due": [_data(each) for each in found], "next": [_window(each) for each in ahead]}
    show(options, data, "\n".join(lines))
    return 0


def _listed(options: argparse.Namespace, today: date) -> tuple[int, list[Due]]:
    """By the settings and the files that are there alone."""
    from fieldkit.report.due import look

    if at_office(options):
        from fieldkit.office.reporting import month_ends

        folder = office_folder(options.office)
        ends = month_ends(folder)
    else:
        from fieldkit.store.workspace import read_settings

        folder = workspace_folder(options.workspace)
        ends = read_settings(folder).month_ends
    reports = options.out or folder / "reports"
    return ends, list(look(reports, today, ends, is_office=at_office(options)))


def _made(options: argparse.Namespace, today: date) -> tuple[int, list[Due]]:
    from fieldkit.report.due import make_due

    with source(options) as it:
        folder, is_office = options.out or it.reports, at_office(options)
        found = make_due(it.tables, folder, today, it.month_ends, unit=it.unit, is_office=is_office)
        return it.month_ends, list(found)


def _window(window: Obligation) -> dict[str, Any]:
    first, last, due = (str(day) for day in (window.first, window.last, window.due))
    return {"kind": window.kind.value, "first": first, "last": last, "due": due}


def _data(due: Due) -> dict[str, Any]:
    files = [str(path) for path in due.files if path.exists()]
    return _window(due.window) | {
        "report": due.report,
        "state": due.state.value,
        "files": files,
        "sent_on": due.sent_on,
    }


def _lines(due: Due) -> Iterator[str]:
    words = [_(_STATES[due.state.value])] if due.state.value in _STATES else []
    words += [_("sent on {day}", day=due.sent_on)] if due.sent_on else []
    yield f"{due.window.due}  {due.window} ({due.report}){_(': ')}{_(', ').join(words)}"
    if due.state.value in {"made", "renewed", "unchanged"}:
        yield from (f"    {path}" for path in due.files)
