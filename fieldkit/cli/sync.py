"""`fieldkit sync`: this laptop's key, exports, what the office sends back, and where everything is."""

from __future__ import annotations

import argparse
import io
from dataclasses import asdict
from pathlib import Path

from fieldkit.cli.common import Verbs, open_session, show, warn
from fieldkit.explain import explain
from fieldkit.i18n import _


def add(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    verb = verbs.add_parser("sync", parents=[common], help=_("carry records to the office and back"))
    actions = verb.add_subparsers(metavar=_("ACTION"), required=True)
    key = actions.add_parser("key", parents=[common], help=_("this laptop's key, for the office to enrol"))
    key.add_argument("--out", metavar="FILE", type=Path, help=_("write it to a file"))
    key.set_defaults(run=run_key)
    export = actions.add_parser("export", parents=[common], help=_("write what the office does not hold yet"))
    export.add_argument("folder", metavar="DEST", type=Path)
    export.set_defaults(run=run_export)
    taking = actions.add_parser("import", parents=[common], help=_("take an enrolment or a return pack"))
    taking.add_argument("source", metavar="SRC", type=Path)
    taking.set_defaults(run=run_import)
    status = actions.add_parser("status", parents=[common], help=_("what is still only on this laptop"))
    status.set_defaults(run=run_status)
    history = actions.add_parser("history", parents=[common], help=_("every exchange with the office"))
    history.set_defaults(run=run_history)


def run_key(options: argparse.Namespace) -> int:
    """Show the key as text and QR code; write it to a file."""
    with open_session(options) as session:
        card = session.exchange.device.card()
        if options.out:
            session.exchange.device.write_card(options.out)
    facts = {
        "name": card.name,
        "device": card.device,
        "spoken": card.spoken(),
        "file": str(options.out or ""),
    }
    written = [_("Key card written to {path}", path=options.out)] if options.out else []
    show(options, facts, "\n".join([card.name, card.spoken(), *written, _qr(card.to_bytes())]))
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
        "{records} records ({revisions} revisions) written to {file} and read back. You may remove the stick.",
        **facts,
    )
    show(options, facts, f"{text} " + _("Check code {code}.", code=facts["code"]))
    if exported.failing is not None:
        warn(explain(exported.failing))
    return 0


def run_import(options: argparse.Namespace) -> int:
    """Take what the office sent this laptop: a file, or all of it in a folder; what is for others is left alone."""
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


def run_status(options: argparse.Namespace) -> int:
    """Say how much is here and only here."""
    with open_session(options) as session:
        status = session.status()
    text = _(
        "{records} records, {only_here} still only here. Last export: {last_export}. Last receipt: {last_receipt}."
    )
    show(
        options, asdict(status), text.format(**{k: v if v != "" else "-" for k, v in asdict(status).items()})
    )
    return 0


def run_history(options: argparse.Namespace) -> int:
    """List every exchange, newest first."""
    with open_session(options) as session:
        rows = [asdict(entry) for entry in session.sticks.history()]
        lines = session.sticks.history_lines()
    show(options, rows, "\n".join(lines) or _("Nothing has been exchanged yet."))
    return 0


def _qr(content: bytes) -> str:
    import qrcode

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_L, border=4)
    code.add_data(content)
    out = io.StringIO()
    code.print_ascii(out=out)
    return out.getvalue()
