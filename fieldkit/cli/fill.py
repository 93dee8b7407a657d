"""`fieldkit fill`: answer a form from a file."""

from __future__ import annotations

import argparse
from pathlib import Path

from fieldkit.cli.common import Verbs, open_session, show
from fieldkit.i18n import _


def add(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    verb = verbs.add_parser("fill", parents=[common], help=_("answer a form from a file, by all its rules"))
    verb.add_argument("form", metavar="FORM", help=_("a form's id or file"))
    verb.add_argument(
        "--answers",
        metavar="FILE",
        type=Path,
        required=True,
        help=_("answers: .json, .csv or an OpenRosa record as .xml"),
    )
    verb.add_argument(
        "--finalize", action="store_true", help=_("make records; without it, unfinished interviews")
    )
    verb.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Fill the form; print the id of each record once it is durable."""
    from fieldkit.session.filling import fill, read_answers

    with open_session(options) as session:
        records = read_answers(options.answers, session.interviews.form(options.form))
        made = fill(session, options.form, records, source=str(options.answers), finalize=options.finalize)
    show(options, {"records" if options.finalize else "drafts": made}, "\n".join(made))
    return 0
