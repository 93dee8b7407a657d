"""`fieldkit office merge`: stick after stick, told so that it can be read aloud and reconciled."""

from __future__ import annotations

import argparse
import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.cli.common import Verbs, open_office, show, warn
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import _

if TYPE_CHECKING:
    from fieldkit.office import MergeSummary, Office
    from fieldkit.session.desk.words import OfficeWords
    from sync import MergeReport, SyncError


def add(actions: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the action to `fieldkit office`."""
    merge = actions.add_parser("merge", parents=[common], help=_("take in bundles: files or folders"))
    merge.add_argument(
        "paths", metavar="PATH", nargs="+", type=Path, help=_("bundle, or folder with bundles")
    )
    merge.add_argument(
        "--again",
        action="store_true",
        help=_("stick after stick: read there again each time Enter is pressed"),
    )
    merge.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Take bundles in; exit code 1 when one of them was refused."""
    from fieldkit.office.roles import Act
    from fieldkit.session.desk.words import OfficeWords

    office = open_office(options, Act.MERGE)
    words = OfficeWords(office)
    whole = _all(options, office, words)
    in_conflict = len(office.conflicts())
    if whole.counts()["new"]:
        _keep_tables(office)
    scrub(office)
    office.close()
    _sum_up(options, whole, words, in_conflict)
    return int(bool(whole.refusals))


def _all(options: argparse.Namespace, office: Office, words: OfficeWords) -> MergeSummary:
    """Stick after stick, each told as soon as it is in."""
    from fieldkit.office import MergeSummary
    from fieldkit.session.desk.merge_words import refusal_lines, report_lines

    def told(path: Path, outcome: MergeReport | SyncError) -> None:
        if isinstance(outcome, Exception):
            warn("\n".join(refusal_lines(path, outcome, words)))
        elif not options.json:
            print("\n".join(report_lines(outcome, office, words)), flush=True)

    whole = MergeSummary()
    while True:
        found = office.merge(options.paths, told)
        whole.reports += found.reports
        whole.refusals += found.refusals
        files = [path for path, _outcome in [*found.reports, *found.refusals]]
        if not files:
            nothing = FieldkitError("merge.nothing", path=", ".join(str(path) for path in options.paths))
            if not options.again:
                raise nothing
            warn(explain(nothing))
        if not options.json and _is_elsewhere(office.folder, files):
            print(_("You may remove the stick."), flush=True)
        if not options.again or not _next_is_in():
            break
    if options.again:
        # No stick was in: that was told, and nothing was refused.
        whole.refusals = [each for each in whole.refusals if each[1].code != "medium.gone"]
    return whole


def _keep_tables(office: Office) -> None:
    """Bring the flat tables up to date; records are in the archive whether that works or not."""
    from sync import SyncError

    try:
        office.keep_tables()
    except SyncError as error:
        warn(explain(error))


def scrub(office: Office) -> None:
    """Take what was erased out of the kept bundles, once for all sticks; where that fails it is done the next time."""
    from sync import SyncError

    try:
        office.tend_bundles()
    except SyncError as error:
        warn(explain(error))


def _sum_up(options: argparse.Namespace, whole: MergeSummary, words: OfficeWords, in_conflict: int) -> None:
    """What all files came to."""
    from fieldkit.session.desk.merge_words import sum_line
    from sync import spoken_code

    counts = whole.counts()
    refused = [
        {"file": str(path), "code": error.code, "reason": explain(error)} for path, error in whole.refusals
    ]
    bundles = [
        {
            "file": str(path),
            "laptop": words.enrolled_as(report.device),
            "code": spoken_code(report.sha256),
            **report.to_json(),
        }
        for path, report in whole.reports
    ]
    count = len(bundles) + len(refused)
    lines = [sum_line(counts, count)] if count > 1 else []
    if counts["conflicts"]:
        lines.append(
            _("Records in conflict now: {count}. Both sides: fieldkit office conflicts", count=in_conflict)
        )
    if options.json or lines:
        show(options, {**counts, "bundles": bundles, "refused_bundles": refused}, "\n".join(lines))


def _next_is_in() -> bool:
    """Wait until the next stick is in; False where there is none."""
    warn(_("Put the next stick in and press Enter; q and Enter ends."))
    line = sys.stdin.readline()
    return bool(line) and unicodedata.normalize("NFKC", line).strip().lower() != "q"


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
