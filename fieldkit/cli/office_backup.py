"""`fieldkit office move`, `backup`, `restore`: where the archive is, and what is left when it is lost."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

from fieldkit.cli.common import Verbs, now, office_passphrase, open_office, show, warn
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _


def add(actions: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the actions to `fieldkit office`."""
    move = actions.add_parser("move", parents=[common], help=_("put the archive into another database"))
    where = move.add_mutually_exclusive_group(required=True)
    where.add_argument("--database", metavar="URL", help=_("PostgreSQL, or SQLite in another place"))
    where.add_argument("--file", action="store_true", help=_("SQLite in the office's folder"))
    add_servers(move)
    move.set_defaults(run=run_move)
    backup = actions.add_parser("backup", parents=[common], help=_("write a backup of the whole office"))
    backup.add_argument(
        "folder", metavar="DEST", type=Path, help=_("folder to write to, such as a second disk")
    )
    backup.add_argument(
        "--keep", metavar="N", type=int, help=_("remove older backups of this office beyond so many")
    )
    backup.set_defaults(run=run_backup)
    restore = actions.add_parser("restore", parents=[common], help=_("make an office from a backup"))
    restore.add_argument("backup", metavar="BACKUP", type=Path, help=_("folder of the backup"))
    restore.add_argument("folder", metavar="DIR", type=Path, help=_("new or empty folder for the office"))
    restore.add_argument(
        "--database", metavar="URL", default="", help=_("where its archive goes, if not into a file")
    )
    restore.set_defaults(run=run_restore)


def add_servers(action: argparse.ArgumentParser) -> None:
    """Add the option that spreads an archive over servers."""
    action.add_argument(
        "--server",
        metavar="URL",
        action="append",
        default=[],
        help=_(
            "a PostgreSQL database that holds a part of the records; named once for each of several servers"
        ),
    )


def refuse_servers_alone(options: argparse.Namespace) -> None:
    """Raises FieldkitError("usage") where only parts have a place."""
    if options.server and not options.database:
        raise FieldkitError("usage", reason=_("--server needs --database, which all statements are sent to"))


def run_move(options: argparse.Namespace) -> int:
    """Move the archive; say where the old database is."""
    from fieldkit.office.roles import Act

    refuse_servers_alone(options)
    office = open_office(options, Act.KEEP)
    try:
        moved = office.move(options.database or "", options.server)
    finally:
        office.close()
    copied = moved.copied
    facts = {"old": moved.old, "new": moved.new, "state": copied.state, "rows": copied.rows}
    text = _("The archive is in {new} now. State {state}, as before.", new=moved.new, state=copied.state)
    more = _(
        "The old database is as it was: {old}. It takes nothing in any more; remove it soon, since what is erased from now on stays in it. The flat tables are written anew with: fieldkit office tables",
        old=moved.old,
    )
    show(options, facts, f"{text}\n{more}")
    return 0


def run_backup(options: argparse.Namespace) -> int:
    """Write a backup and say what is in it."""
    from fieldkit.office.roles import Act

    if options.keep is not None and options.keep < 1:
        raise FieldkitError("usage", reason=_("--keep takes a number from 1 on"))
    office = open_office(options, Act.KEEP)
    try:
        made, removed = office.back_up(options.folder, options.keep)
    finally:
        office.close()
    facts = {
        "backup": str(made.path), "made": made.made, "state": made.state, "generation": made.generation,
        "files": len(made.files), "open": made.is_open, "removed": [str(path) for path in removed],
    }  # fmt: skip
    lines = [
        _(
            "The backup is in {path}: {count} {count:file|files}, read back.",
            path=made.path,
            count=len(made.files),
        ),
        _("State {state}", state=made.state),
        *(_("Removed: {path}", path=path) for path in removed),
    ]
    show(options, facts, "\n".join(lines))
    if made.is_open:
        warn(_("Whoever has this backup can read it: the office has no passphrase."))
    return 0


def run_restore(options: argparse.Namespace) -> int:
    """Make an office from a backup, whose receipts laptops take for newer than any they have."""
    from fieldkit.office.backup import Backup, restore
    from fieldkit.office.keys import secret_of
    from sync.office_facts import read_facts

    backup, folder = Backup.read(options.backup.expanduser()), options.folder.expanduser()
    secret = partial(secret_of, backup.path, office_passphrase())
    generation = restore(backup, folder, now(), database=options.database, secret=secret)
    kept_in = read_facts(folder).get("bundles", "")
    facts = {
        "office": str(folder), "name": backup.name, "made": backup.made, "generation": generation, "state": backup.state,
        "bundles": kept_in,
    }  # fmt: skip
    when = backup.made[:16].replace("T", " ")
    lines = [
        _(
            "The office {name} is in {path} again, as it was on {made}.",
            name=backup.name,
            path=folder,
            made=when,
        ),
        _("State {state}", state=backup.state),
    ]
    if kept_in:
        lines.append(
            _(
                "What came after that is in the store of its bundles; bring it in with: fieldkit office bundles"
            )
        )
    lines.append(
        _(
            "Give every laptop a return stick now: fieldkit office return DEST. What the office lacks it then counts as only here, and brings it again."
        )
    )
    show(options, facts, "\n".join(lines))
    return 0
