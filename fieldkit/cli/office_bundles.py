"""`fieldkit office bundles`, `rebuild`: every bundle kept for ever, and an office made anew from them alone."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from fieldkit.cli.common import Verbs, now, office_passphrase, open_office, show
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _

_TELL = 100
"""After so many notes it is said how far the work is."""


def add(actions: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the actions to `fieldkit office`."""
    bundles = actions.add_parser("bundles", parents=[common], help=_("keep every bundle for ever"))
    bundles.add_argument(
        "folder",
        metavar="DIR",
        nargs="?",
        type=Path,
        help=_("folder that keeps them from now on; without it, those that are kept are looked after"),
    )
    bundles.add_argument(
        "--instead", action="store_true", help=_("begin a new store in place of one that is lost")
    )
    bundles.set_defaults(run=run_bundles)
    rebuild = actions.add_parser(
        "rebuild", parents=[common], help=_("make an office anew from its keys and its kept bundles")
    )
    rebuild.add_argument("folder", metavar="DIR", type=Path, help=_("new or empty folder for the office"))
    rebuild.add_argument(
        "--bundles", metavar="STORE", type=Path, required=True, help=_("where its bundles are kept")
    )
    rebuild.add_argument(
        "--keys",
        metavar="KEYS",
        type=Path,
        required=True,
        help=_("its folder of keys, of a backup for example"),
    )
    rebuild.add_argument(
        "--database", metavar="URL", default="", help=_("where its archive goes, if not into a file")
    )
    rebuild.add_argument(
        "--identity",
        metavar="FILE",
        type=Path,
        help=_("a stand-in's age identity, if the passphrase is forgotten"),
    )
    rebuild.set_defaults(run=run_rebuild)


def run_bundles(options: argparse.Namespace) -> int:
    """Begin to keep bundles; without a folder, tend those that are kept."""
    from fieldkit.office.roles import Act

    office = open_office(options, Act.KEEP)
    try:
        if options.folder is not None:
            office.keep_bundles(options.folder.expanduser(), instead=options.instead)
        elif office.kept_in is None or options.instead:
            raise FieldkitError("office.keeps-none")
        caught_up, scrubbed = office.tend_bundles()
        facts = {"bundles": str(office.kept_in), "caught_up": caught_up, "scrubbed": scrubbed}
    finally:
        office.close()
    text = _(
        "Every bundle is kept in {bundles}. Brought in from there: {caught_up}; written anew without what was erased: {scrubbed}",
        **facts,
    )
    show(options, facts, text)
    return 0


def run_rebuild(options: argparse.Namespace) -> int:
    """Make the office anew, and say how far that is."""
    from fieldkit.office.anew import make_anew

    def told(number: int) -> None:
        if not options.json and number % _TELL == 0:
            sys.stderr.write(_("{count} done", count=number) + "\n")

    office = make_anew(
        options.folder.expanduser(), options.bundles.expanduser(), options.keys.expanduser(), now, office_passphrase(),
        identity=options.identity, database=options.database, told=told,
    )  # fmt: skip
    state, name, count = office.state(), office.name, len(office.history())
    office.close()
    facts = {"office": str(options.folder), "name": name, "bundles": count, "state": state}
    lines = [
        _("The office {name} is in {path} again, made from {count} {count:bundle|bundles}.", name=name, path=options.folder, count=count),
        _("State {state}", state=state),
        _("Forms, lists and worklists are not in bundles: bring them back from a backup, or put them there anew."),
    ]  # fmt: skip
    show(options, facts, "\n".join(lines))
    return 0
