"""`fieldkit sync`: this laptop's key, exports, what the office sends back, and where everything is."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.cli import sync_lan
from fieldkit.cli.common import Verbs, open_session, show, warn
from fieldkit.explain import explain
from fieldkit.i18n import _

if TYPE_CHECKING:
    from sync import Scan


def add(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    verb = verbs.add_parser("sync", parents=[common], help=_("carry records to the office and back"))
    actions = verb.add_subparsers(metavar=_("ACTION"), required=True)
    key = actions.add_parser("key", parents=[common], help=_("this laptop's key, for the office to enrol"))
    key.add_argument("--out", metavar="FILE", type=Path, help=_("write it to a file"))
    key.add_argument("--digits", action="store_true", help=_("the digits of its QR code alone"))
    key.set_defaults(run=run_key)
    renew = actions.add_parser(
        "new-key", parents=[common], help=_("a new key, after a loss, a restored copy or a clone")
    )
    renew.set_defaults(run=run_new_key)
    export = actions.add_parser("export", parents=[common], help=_("write what the office does not hold yet"))
    export.add_argument("folder", metavar="DEST", type=Path, help=_("stick or folder to write to"))
    export.set_defaults(run=run_export)
    taking = actions.add_parser("import", parents=[common], help=_("take an enrolment or a return pack"))
    taking.add_argument(
        "source", metavar="SRC", help=_("a file, a folder, the digits of a code, or - to scan them")
    )
    taking.set_defaults(run=run_import)
    carry = actions.add_parser(
        "carry",
        parents=[common],
        help=_("from laptop to laptop by stick: take what is there, write what is here"),
    )
    carry.add_argument("folder", metavar="FOLDER", type=Path, help=_("folder on the stick"))
    carry.add_argument(
        "--event", metavar="ID", default="", help=_("the number of the event; the latest without it")
    )
    carry.set_defaults(run=run_carry)
    sync_lan.add(actions, common)
    status = actions.add_parser("status", parents=[common], help=_("what is still only on this laptop"))
    status.set_defaults(run=run_status)
    history = actions.add_parser("history", parents=[common], help=_("every exchange with the office"))
    history.set_defaults(run=run_history)


def run_key(options: argparse.Namespace) -> int:
    """Show the key as text and QR code; write it to a file."""
    from fieldkit.cli.codes import drawn, read_aloud
    from sync import card_codes

    with open_session(options) as session:
        card = session.enrolling.card
        if options.out:
            session.exchange.device.write_card(options.out)
    digits = card_codes(card)
    facts = {
        "name": card.name,
        "device": card.device,
        "spoken": card.spoken(),
        "file": str(options.out or ""),
        "digits": list(digits),
    }
    if options.digits:
        show(options, facts, "\n".join(digits))
        return 0
    written = [_("Key card written to {path}", path=options.out)] if options.out else []
    code = drawn(lambda most: card_codes(card, most))
    show(options, facts, "\n".join([card.name, card.spoken(), *written, code, read_aloud(digits)]))
    return 0


def run_new_key(options: argparse.Namespace) -> int:
    """Take a new key and say what the office must do."""
    with open_session(options) as session:
        before = session.enrolling.renew()
        card = session.enrolling.card
    facts = {"name": card.name, "device": card.device, "spoken": card.spoken(), "before": before}
    text = _(
        "{name} has a new key: {spoken}. Until the office has enrolled it nothing can be exported; everything is still here. At the office: fieldkit office enroll CARD --replaces {before}",
        name=card.name,
        spoken=card.spoken(),
        before=before[:8],
    )
    show(options, facts, text)
    return 0


def run_export(options: argparse.Namespace) -> int:
    """Write one bundle."""
    with open_session(options) as session:
        exported = session.export(options.folder)
        made = exported.bundle
    facts = {
        "file": str(made.path),
        "records": made.records,
        "revisions": made.revisions,
        "bytes": made.bytes,
        "code": exported.code,
    }
    text = _(
        "{records} {records:record|records} ({revisions} {revisions:revision|revisions}) written to {file} and read back. You may remove the stick.",
        **facts,
    )
    show(options, facts, f"{text} " + _("Check code {code}.", code=facts["code"]))
    if exported.failing is not None:
        warn(explain(exported.failing))
    return 0


def run_import(options: argparse.Namespace) -> int:
    """Take what the office sent this laptop: a file, or all of it in a folder; what is for others is left alone."""
    from fieldkit.cli.codes import scan_of

    if (scan := scan_of(options.source)) is not None:
        return _import_scanned(options, scan)
    with open_session(options) as session:
        found = session.sticks.take(options.source)
        lines = session.sticks.returned_lines(found)
        new = {each.id for each in found.taken.comments} if found.taken else set()
        comments = [(each, line) for each, line in session.sticks.comments() if each.id in new]
    facts = {
        "enrolled": found.enrolled,
        "acknowledged": found.taken.acknowledged if found.taken else 0,
        "only_here": found.only_here,
        "refused": [
            {"file": name, "code": error.code, "reason": explain(error)} for name, error in found.refusals
        ],
        "updates": [
            {
                "file": each.file,
                "form": each.form,
                "outcome": each.outcome.value,
                "old": each.old,
                "new": each.new,
            }
            for each in found.updates
        ],
        "comments": [asdict(each) for each, _line in comments],
    }
    if found.taken:
        plan = found.taken.plan
        facts |= {
            "code": found.taken.code, "receipt": plan.receipt.value, "set_back": plan.is_double,
            "came_back": len(plan.lost), "still_lost": plan.still_lost, "worklist": found.taken.worklist,
        }  # fmt: skip
    show(options, facts, "\n".join([*lines, *("  " + line for _each, line in comments)]))
    return 0


def _import_scanned(options: argparse.Namespace, scan: Scan) -> int:
    """Take the office's answer from the digits of its code."""
    with open_session(options) as session:
        office = session.enrolling.take_scan(scan)
        left = session.status().only_here
    facts = {"enrolled": [office], "acknowledged": 0, "only_here": left}
    show(options, facts, _("Enrolled with {office}", office=office))
    return 0


def run_carry(options: argparse.Namespace) -> int:
    """Take what other laptops wrote to a stick, and write what is here of an event; 1 where something was refused."""
    with open_session(options) as session:
        found = session.carries.carry(options.folder, options.event)
        lines = session.carries.lines(found)
    facts = {
        "came": [
            {
                "file": each.path.name, "from": each.sender, "knows_us": each.knows_us, "records": each.records,
                "revisions": each.revisions, "conflicts": each.conflicts, "unfit": each.unfit,
                "returned": each.returned,
            }
            for each in found.came
        ],
        "refused": [
            {"file": name, "code": error.code, "reason": explain(error)} for name, error in found.refused
        ],
        "written": [
            {"file": str(each.path), "records": each.records, "revisions": each.revisions, "bytes": each.bytes}
            for each in found.written
        ],
        "readers": list(found.readers),
        "failing": found.failing.code if found.failing else "",
    }  # fmt: skip
    show(options, facts, "\n".join(lines))
    return 1 if found.refused or found.failing else 0


def run_status(options: argparse.Namespace) -> int:
    """Say how much is here and only here."""
    with open_session(options) as session:
        status = session.status()
    words = {name: value if value != "" else "-" for name, value in asdict(status).items()}
    text = _(
        "{records} {records:record|records}, {only_here} still only here. Questions from the office: {questions}. Last export: {last_export}. Last receipt: {last_receipt}.",
        **words,
    )
    show(options, asdict(status), text)
    return 0


def run_history(options: argparse.Namespace) -> int:
    """List every exchange, newest first."""
    with open_session(options) as session:
        rows = [asdict(entry) for entry in session.sticks.history()]
        lines = session.sticks.history_lines()
    show(options, rows, "\n".join(lines) or _("Nothing has been exchanged yet."))
    return 0
