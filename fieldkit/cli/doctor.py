"""`fieldkit doctor`: is everything well, and where is every interview?"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING

from fieldkit.cli.common import Verbs, ask_passphrase, now, show
from fieldkit.config import passphrase_source, workspace_folder
from fieldkit.explain import explain_code
from fieldkit.i18n import N_, _

if TYPE_CHECKING:
    from fieldkit.session.doctor import Checkup, Place

_KINDS = {
    "unfinished": N_("unfinished"),
    "declined": N_("declined, waiting for a stick"),
    "record": N_("record"),
}


def add(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    verb = verbs.add_parser(
        "doctor", parents=[common], help=_("look the workspace over, mend it, say where every interview is")
    )
    verb.add_argument("--all", action="store_true", help=_("name every record, those the office holds too"))
    verb.add_argument(
        "--program", action="store_true", help=_("look the program alone over; needs no workspace")
    )
    verb.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Examine; exit code 1 where something is bad."""
    from fieldkit.session.doctor import finding_line

    checkup = _program() if options.program else _workspace(options)
    findings = [
        {
            "area": each.area,
            "mark": each.mark,
            "code": each.code,
            "text": explain_code(each.code, each.params),
        }
        for each in checkup.findings
    ]
    data = {
        "well": checkup.is_well,
        "findings": findings,
        "interviews": [asdict(place) for place in checkup.places],
    }
    lines = [finding_line(each) for each in checkup.findings]
    show(options, data, "\n".join([*lines, *_place_lines(checkup, every=options.all)]))
    return int(not checkup.is_well)


def _program() -> Checkup:
    from fieldkit.session.installation import examine_program

    return examine_program()


def _workspace(options: argparse.Namespace) -> Checkup:
    from fieldkit.session.doctor import examine

    ask = passphrase_source(ask_passphrase if sys.stdin.isatty() else None)
    return examine(workspace_folder(options.workspace), cache(ask) if ask else None, now)


def _place_lines(checkup: Checkup, *, every: bool) -> list[str]:
    """Where the interviews are: a line for each that is only here, a sum for the others."""
    if not checkup.places:
        return []
    only_here = [place for place in checkup.places if place.copies == 1]
    elsewhere = Counter(place.copies for place in checkup.places if place.copies > 1)
    lines = ["", _("Only on this laptop: {count}", count=len(only_here)), *map(_line, only_here)]
    lines += [
        _(
            "{count} {count:record|records} in {copies} {copies:copy|copies}, this laptop and the office",
            count=count,
            copies=copies,
        )
        for copies, count in sorted(elsewhere.items())
    ]
    if every:
        lines += [_line(place) for place in checkup.places if place.copies > 1]
    return lines


def _line(place: Place) -> str:
    written = _("written into {files}", files=", ".join(place.files)) if place.files else ""
    return "  ".join(part for part in ("  " + place.id, _(_KINDS[place.kind]), written) if part)
