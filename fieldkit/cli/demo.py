"""`fieldkit demo`: the fictional town."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from fieldkit.cli.common import Verbs, now, show
from fieldkit.i18n import _


def add(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    verb = verbs.add_parser("demo", parents=[common], help=_("build the fictional town and open it"))
    verb.add_argument("--build-only", action="store_true", help=_("build it, but do not open the app"))
    verb.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Build what is not there yet; open the app, or without a terminal walk the whole way once."""
    from fieldkit.demo.build import practice_town

    demo = practice_town(now(), Path(options.workspace).expanduser() if options.workspace else None)
    if options.json or options.build_only:
        facts = {"workspace": str(demo.workspace), "office": str(demo.office), "period": demo.period}
        text = _("Workspace: {workspace}\nOffice: {office}\nA period with records: {period}", **facts)
        show(options, facts, text)
        return 0
    if sys.stdin.isatty() and sys.stdout.isatty():
        from fieldkit.cli.app import run_app

        return run_app(demo.workspace)
    from fieldkit.demo.walk import walk

    for line in walk(demo, now()):
        print(line)
    return 0
