"""`fieldkit office paper`: what was entered from paper, and how often two entries of one differed."""

from __future__ import annotations

import argparse

from fieldkit.cli.common import Verbs, open_desk, show
from fieldkit.i18n import _


def add(actions: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the actions to `fieldkit office`."""
    paper = actions.add_parser("paper", parents=[common], help=_("paper that is entered a second time"))
    ways = paper.add_subparsers(metavar=_("ACTION"), required=True)
    listed = ways.add_parser(
        "list", parents=[common], help=_("what is to be entered a second time at this desk")
    )
    listed.add_argument(
        "--all", dest="every", action="store_true", help=_("every one rather than one in twenty")
    )
    listed.set_defaults(run=run_list)
    results = ways.add_parser(
        "results", parents=[common], help=_("how often two entries differed, by question")
    )
    results.set_defaults(run=run_results)


def run_list(options: argparse.Namespace) -> int:
    """List what waits."""
    with open_desk(options) as desk:
        found = desk.paper.waiting(every=options.every)
    lines = [f"{record}  {title}" for record, title in found]
    rows = [{"record": record, "title": title} for record, title in found]
    show(options, rows, "\n".join(lines) or _("No paper is to be entered a second time here."))
    return 0


def run_results(options: argparse.Namespace) -> int:
    """Say how often two entries differed."""
    from fieldkit.office.paper import agreement

    with open_desk(options) as desk:
        lines = desk.paper.results()
        rows = {
            form: {question: {"differ": n, "of": of} for question, (n, of) in questions.items()}
            for form, questions in agreement(desk.office).items()
        }
    show(options, rows, "\n".join(lines) or _("No paper has been entered twice yet."))
    return 0
