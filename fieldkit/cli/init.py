"""`fieldkit init`: a new workspace."""

from __future__ import annotations

import argparse
import getpass
import socket
from pathlib import Path

from fieldkit.cli.common import Verbs, now, show, warn
from fieldkit.cli.passphrase import new_passphrase
from fieldkit.config import remember_workspace
from fieldkit.i18n import _


def add(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    verb = verbs.add_parser("init", parents=[common], help=_("make a new workspace"))
    verb.add_argument("folder", metavar="DIR", type=Path, help=_("a new or empty folder"))
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
    """Make the workspace; without a terminal and without a passphrase file it is open, and that is said."""
    from fieldkit.exchange import read_office_card
    from fieldkit.session.session import Session
    from fieldkit.store import Workspace

    office = read_office_card(options.office_file) if options.office_file else None
    name = options.name or socket.gethostname() or "fieldkit"
    passphrase = None if options.open else new_passphrase()
    folder: Path = options.folder.expanduser()
    workspace = Workspace.create(folder, passphrase=passphrase, name=name, settings={"user": _user()})
    with Session(workspace, now) as session:
        if office:
            session.exchange.device.trust(office)
        remember_workspace(folder)
        device = session.exchange.device.key.id
    if passphrase is None:
        warn(_("This workspace is open: whoever has the laptop can read it. Use it for exercises only."))
    facts = {"workspace": str(folder), "device": device, "encrypted": passphrase is not None}
    show(options, facts, _("The workspace is ready: {workspace}", workspace=folder))
    return 0


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
