"""`fieldkit office merge`: stick after stick, told so that it can be read aloud and reconciled."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.cli.common import Verbs, open_office, show
from fieldkit.cli.office_words import OfficeWords, counted
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain, explain_code
from fieldkit.i18n import _
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from fieldkit.office import Office
    from sync import MergeReport, SyncError

_NAMED = 10
"""So many of what is missing are named; a program is given all of them."""


def add(actions: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the action to `fieldkit office`."""
    merge = actions.add_parser("merge", parents=[common], help=_("take in bundles: files or folders"))
    merge.add_argument("paths", metavar="PATH", nargs="+", type=Path)
    merge.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Take bundles in; exit code 1 when one of them was refused."""
    office = open_office(options)
    words = OfficeWords(office)

    def told(path: Path, outcome: MergeReport | SyncError) -> None:
        if isinstance(outcome, Exception):
            sys.stderr.write(_refusal(path, outcome, words) + "\n")
        elif not options.json:
            print("\n".join(_lines(outcome, office, words)), flush=True)

    summary = office.merge(options.paths, told)
    elsewhere = _is_elsewhere(
        office.folder, (path for path, _outcome in [*summary.reports, *summary.refusals])
    )
    office.close()
    if not summary.reports and not summary.refusals:
        raise FieldkitError("merge.nothing", path=", ".join(str(path) for path in options.paths))
    counts = summary.counts()
    refused = [
        {"file": str(path), "code": error.code, "reason": explain(error)} for path, error in summary.refusals
    ]
    bundles = [
        {"file": str(path), "laptop": words.laptop(report.device), **report.to_json()}
        for path, report in summary.reports
    ]
    count = len(bundles) + len(refused)
    lines = [_("{count} files together: {counts}", count=count, counts=counted(counts))] if count > 1 else []
    if counts["conflicts"]:
        lines.append(_("See both sides of what is in conflict: fieldkit office conflicts"))
    if elsewhere:
        lines.append(_("You may remove the stick."))
    facts = {**counts, "bundles": bundles, "refused_bundles": refused, "may_remove": elsewhere}
    if options.json or lines:
        show(options, facts, "\n".join(lines))
    return int(bool(summary.refusals))


def _lines(report: MergeReport, office: Office, words: OfficeWords) -> Iterator[str]:
    """What became of a bundle."""
    laptop = words.laptop(report.device)
    yield labelled(laptop, counted(report.counts()))
    for reason in report.reasons:
        yield f"  {explain_code(reason, {})}"
    if report.withdrawals:
        yield "  " + _(
            "consent withdrawn: {count} times; nothing of these records is shown any more",
            count=report.withdrawals,
        )
    if report.missing:
        named = _(", ").join(each[:8] for each in report.missing_ids[:_NAMED])
        more = report.missing - _NAMED
        yield (
            "  "
            + _("The file breaks off. Missing: {ids}", ids=named)
            + (_(" and {count} more", count=more) if more > 0 else "")
        )
        yield "  " + _("Export again on {laptop}; nothing is lost there.", laptop=laptop)
    for record in report.in_conflict:
        view = office.view(record)
        if view is not None:
            questions = _(", ").join(words.question(view, path) for path in sorted(view.conflicts))
            yield "  " + _(
                "in conflict: {record}: {questions}", record=words.record(view), questions=questions
            )


def _refusal(path: Path, error: SyncError, words: OfficeWords) -> str:
    """Why a file was not taken in at all, and how many records that leaves out."""
    device = str(error.params.get("device", ""))
    said = labelled(words.laptop(device) if device else path.name, explain(error))
    count = int(str(error.params.get("revisions", 0)))
    return said + ("\n  " + _("{count} offered: {count} refused", count=count) if count else "")


def _is_elsewhere(folder: Path, files: Iterable[Path]) -> bool:
    """Whether files lie on another medium than the office's folder."""
    home = folder.stat().st_dev
    for path in files:
        try:
            if path.stat().st_dev != home:
                return True
        except OSError:
            continue
    return False
