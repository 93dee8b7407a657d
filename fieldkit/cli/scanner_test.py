"""`fieldkit scanner-test`: what a scanner sends and how to set it up. Needs no workspace."""

from __future__ import annotations

import argparse
import sys

from fieldkit.cli.common import Verbs, show
from fieldkit.i18n import _


def add(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    verb = verbs.add_parser(
        "scanner-test", parents=[common], help=_("what a scanner sends, and how to set it up")
    )
    verb.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Show the screen; in a pipe or for programs, how to set a scanner up and a code to read."""
    if options.json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        from fieldkit.cli.codes import drawn
        from fieldkit.session.probing import TEST_CODE, setup_lines

        lines = setup_lines()
        data = {"code": TEST_CODE, "setup": lines}
        show(options, data, "\n".join([*lines, "", drawn(lambda _digits: (TEST_CODE,)), TEST_CODE]))
        return 0
    from fieldkit.terminal import asking_width

    with asking_width() as question:
        from fieldkit.scanner_app import ScannerApp
    app = ScannerApp(sign_width=question.width if question else None)
    app.run()
    if app.fault is not None:
        raise app.fault
    return 0
