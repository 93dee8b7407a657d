"""`fieldkit init`: a new workspace."""

from __future__ import annotations

import argparse
from pathlib import Path

from fieldkit.cli.common import Verbs, now, show, warn
from fieldkit.cli.passphrase import new_passphrase
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _
from fieldkit.terminal import has_window


def add(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    verb = verbs.add_parser("init", parents=[common], help=_("make a new workspace"))
    verb.add_argument(
        "folder",
        metavar="DIR",
        nargs="?",
        type=Path,
        help=_("a new or empty folder; without one you are asked step by step"),
    )
    verb.add_argument(
        "--office-file",
        metavar="FILE",
        type=Path,
        help=_("the office's card (office.fkoffice): listen to no other"),
    )
    verb.add_argument("--name", default="", help=_("what to call this laptop"))
    verb.add_argument("--open", action="store_true", help=_("keep it without encryption, for exercises only"))
    verb.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Make the workspace; without a terminal and without a passphrase file it is open, and that is said.

    Without a folder the wizard asks, where there is a terminal. Raises FieldkitError("usage") where there is none.
    """
    if options.folder is None:
        if not has_window():
            raise FieldkitError("usage", reason=_("Name a folder: fieldkit init DIR"))
        from fieldkit.cli.setup import set_up

        return set_up()
    from fieldkit.session.setup.founding import OPEN_LAPTOP, found_laptop

    passphrase = None if options.open else new_passphrase()
    made = found_laptop(
        options.folder.expanduser(),
        name=options.name,
        passphrase=passphrase,
        now=now,
        office_card=options.office_file,
    )
    if passphrase is None:
        warn(_(OPEN_LAPTOP))
    facts = {"workspace": str(made.folder), "device": made.device, "encrypted": passphrase is not None}
    show(options, facts, _("The workspace is ready: {workspace}", workspace=made.folder))
    return 0
