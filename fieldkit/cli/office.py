"""`fieldkit office`: the township's archive."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from fieldkit.cli import (
    office_app,
    office_assign,
    office_backup,
    office_behind,
    office_bundles,
    office_checks,
    office_conflicts,
    office_desks,
    office_doubles,
    office_letters,
    office_looks,
    office_merge,
    office_paper,
    office_phones,
    office_review,
    office_samples,
    office_serve,
    office_tables,
    office_trust,
    office_window,
)
from fieldkit.cli.common import Verbs, at_desk, end_of_day, now, open_office, show, warn
from fieldkit.cli.passphrase import new_passphrase
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _
from fieldkit.terminal import has_window


def add(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    common = at_desk(common)
    verb = verbs.add_parser(
        "office", parents=[common], help=_("the office's archive; without an action it opens the app there")
    )
    verb.set_defaults(run=office_app.run)
    actions = verb.add_subparsers(metavar=_("ACTION"))
    init = actions.add_parser("init", parents=[common], help=_("make a new archive"))
    init.add_argument(
        "folder",
        metavar="DIR",
        nargs="?",
        type=Path,
        help=_("a new or empty folder; without one you are asked step by step"),
    )
    init.add_argument("--database", metavar="URL", help=_("a database other than SQLite in the folder"))
    office_backup.add_servers(init)
    init.add_argument("--code", metavar="12DIGITS", default="", help=_("division code of the township"))
    init.add_argument("--name", default="", help=_("what to call the office"))
    init.add_argument(
        "--stand-in",
        metavar="RECIPIENT",
        action="append",
        default=[],
        help=_("an age recipient (age1…) who can open what is sealed for the office if its own key is lost"),
    )
    init.add_argument(
        "--open", action="store_true", help=_("keep it without a passphrase, for exercises only")
    )
    init.add_argument("--bundles", metavar="STORE", type=Path, help=_("keep every bundle there for ever"))
    init.set_defaults(run=run_init)
    enroll = actions.add_parser("enroll", parents=[common], help=_("make a laptop one of ours"))
    enroll.add_argument(
        "card",
        metavar="CARD",
        help=_("the laptop's key card: a file, the digits of its code, or - to scan them"),
    )
    enroll.add_argument("--name", help=_("what to call the laptop"))
    enroll.add_argument("--out", metavar="DEST", type=Path, help=_("where to write the answer"))
    enroll.add_argument(
        "--replaces", metavar="LAPTOP", default="", help=_("the laptop it stands in for, by name or id")
    )
    enroll.set_defaults(run=run_enroll)
    office_merge.add(actions, common)
    returns = actions.add_parser("return", parents=[common], help=_("write receipts for the laptops"))
    returns.add_argument("folder", metavar="DEST", type=Path, help=_("stick or folder to write to"))
    returns.add_argument("--device", metavar="ID", help=_("for this laptop only"))
    returns.add_argument(
        "--copies",
        metavar="N",
        type=int,
        default=1,
        help=_("how many copies of the archive there are, backups kept elsewhere included"),
    )
    returns.add_argument(
        "--whole", action="store_true", help=_("with all its own records, for a laptop that was set back")
    )
    returns.set_defaults(run=run_return)
    office_serve.add(actions, common)
    office_phones.add(actions, common)
    office_trust.add(actions, common)
    office_tables.add(actions, common)
    office_checks.add(actions, common)
    office_doubles.add(actions, common)
    office_desks.add(actions, common)
    office_window.add(actions, common)
    office_assign.add(actions, common)
    office_letters.add(actions, common)
    office_looks.add(actions, common)
    office_behind.add(actions, common)
    office_conflicts.add(actions, common)
    office_samples.add(actions, common)
    office_paper.add(actions, common)
    office_review.add(actions, common)
    office_backup.add(actions, common)
    office_bundles.add(actions, common)
    verify = actions.add_parser("verify", parents=[common], help=_("read and hash everything again"))
    verify.add_argument(
        "--as-of", metavar="DATE", help=_("only name the state at the end of that day, 2026-03-31")
    )
    verify.set_defaults(run=run_verify)
    for name, run, words in (
        ("history", run_history, _("every bundle that came")),
        ("citus", run_citus, _("print the SQL that distributes an archive over a Citus cluster")),
    ):
        actions.add_parser(name, parents=[common], help=words).set_defaults(run=run)


def run_init(options: argparse.Namespace) -> int:
    """Make the archive. Without a folder the wizard asks, where there is a terminal.

    Raises FieldkitError("usage") where there is none.
    """
    office_backup.refuse_servers_alone(options)
    if options.folder is None:
        if not has_window():
            raise FieldkitError("usage", reason=_("Name a folder: fieldkit office init DIR"))
        from fieldkit.cli.setup import set_up

        return set_up(office=True)
    from fieldkit.session.setup.founding import OPEN_OFFICE, division_code, found_office

    division_code(options.code)  # before anybody is asked for a passphrase
    folder: Path = options.folder.expanduser()
    passphrase = None if options.open else new_passphrase()
    made = found_office(
        folder, name=options.name, code=options.code, passphrase=passphrase, now=now, database=options.database,
        servers=options.server, stand_ins=options.stand_in, bundles=options.bundles and options.bundles.expanduser(),
    )  # fmt: skip
    if passphrase is None:
        warn(_(OPEN_OFFICE))
    facts = {"office": str(folder), "name": options.name or folder.name, "encrypted": passphrase is not None}
    show(options, facts, _("The office is ready: {office}", office=made.folder))
    return 0


def run_enroll(options: argparse.Namespace) -> int:
    """Enrol a laptop; give the answer that travels back as a file and as a code."""
    from fieldkit.cli.codes import drawn, read_aloud, scan_of
    from fieldkit.office.roles import Act
    from sync import KeyCard, enrolment_codes, read_card

    office = open_office(options, Act.TRUST)
    try:
        scan = scan_of(options.card)
        card = KeyCard.from_file(Path(options.card)) if scan is None else read_card(scan)
        target = options.out or (Path(options.card).parent if scan is None else None)
        enrolment = office.enroll_card(card, name=options.name, replaces=options.replaces)
        path = office.write_enrolment(enrolment, target) if target else ""
    finally:
        office.close()
    digits = enrolment_codes(enrolment)
    first, last = enrolment.number_block
    facts = {
        "device": enrolment.device, "name": enrolment.name, "file": str(path), "numbers": [first, last],
        "spoken": card.spoken(), "replaces": enrolment.replaces, "digits": list(digits),
    }  # fmt: skip
    lines = [
        _(
            "{name} is enrolled; its household numbers are {first} to {last}.",
            name=enrolment.name,
            first=first,
            last=last,
        ),
        _("Its screen must show: {spoken}", spoken=card.spoken()),
    ]
    if path:
        lines.append(_("Take {file} back to it, or let it scan this code:", file=path))
    else:
        lines.append(_("Let it scan this code:"))
    code = drawn(lambda most: enrolment_codes(enrolment, most))
    show(options, facts, "\n".join([*lines, code, read_aloud(digits)]))
    return 0


def run_return(options: argparse.Namespace) -> int:
    """Write return packs and say what each of them holds."""
    from fieldkit.office.roles import Act
    from fieldkit.session.desk.merge_words import pack_lines

    if options.copies < 1:
        raise FieldkitError("usage", reason=_("--copies takes a number from 1 on"))
    office = open_office(options, Act.MERGE)
    written = office.write_returns(options.folder, options.device, copies=options.copies, whole=options.whole)
    office.close()
    facts = {
        "files": [str(each.path) for each in written],
        "packs": [{**asdict(each), "path": str(each.path)} for each in written],
    }
    show(options, facts, "\n".join(line for each in written for line in pack_lines(each, each.path)))
    return 0


def run_verify(options: argparse.Namespace) -> int:
    """Verify the archive; exit code 1 when something is damaged. A past state is only named."""
    from fieldkit.office.roles import Act

    office = open_office(options, Act.REPORT)
    if options.as_of:
        state = office.state(end_of_day(options.as_of))
        office.close()
        show(options, {"state": state, "as_of": options.as_of}, _("State {state}", state=state))
        return 0
    report = office.verify()
    office.close()
    facts = asdict(report)
    text = _(
        "{records} {records:record|records}, {revisions} {revisions:revision|revisions}, {conflicts} in conflict. State {state}",
        **facts,
    )
    if report.damaged:
        sys.stderr.write(_("Damaged: {ids}", ids=", ".join(report.damaged)) + "\n")
    show(options, facts, text)
    return int(bool(report.damaged))


def run_history(options: argparse.Namespace) -> int:
    """List every bundle that came, so that it can be read aloud."""
    from fieldkit.office.roles import Act
    from fieldkit.session.desk.merge_words import history_line
    from fieldkit.session.desk.words import OfficeWords

    office = open_office(options, Act.REPORT)
    rows = office.history()
    words = OfficeWords(office)
    office.close()
    lines = [history_line(row, words) for row in rows]
    show(options, rows, "\n".join(lines) or _("No bundle has come yet."))
    return 0


def run_citus(options: argparse.Namespace) -> int:
    """Print a script for psql. It asks no office for anything."""
    from sync.spreading import citus_script

    script = citus_script()
    show(options, {"sql": script}, script.rstrip())
    return 0
