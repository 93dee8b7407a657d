"""`fieldkit records`: list, show, history."""

from __future__ import annotations

import argparse

from fieldkit.cli.common import Verbs, open_session, show
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _


def add(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    verb = verbs.add_parser("records", parents=[common], help=_("look at the records of this laptop"))
    actions = verb.add_subparsers(metavar=_("ACTION"), required=True)
    listing = actions.add_parser("list", parents=[common], help=_("id, form and day of each record"))
    listing.add_argument("--form", default="", help=_("only records of this form"))
    listing.set_defaults(run=run_list)
    for name, run, words in (
        ("show", run_show, _("the answers of one record, restricted ones left out")),
        ("history", run_history, _("every revision of one record")),
    ):
        action = actions.add_parser(name, parents=[common], help=words)
        action.add_argument("id", metavar="ID")
        action.set_defaults(run=run)


def run_list(options: argparse.Namespace) -> int:
    """List the records."""
    with open_session(options) as session:
        found = [record for record in session.exchange.records() if options.form in {"", record.form}]
    rows = [{"id": record.id, "form": record.form, "made_on": record.made_on.isoformat()} for record in found]
    show(options, rows, "\n".join(f"{row['id']}  {row['form']:<12} {row['made_on']}" for row in rows))
    return 0


def run_show(options: argparse.Namespace) -> int:
    """Show one record."""
    from fieldkit.privacy.tiers import RESTRICTED, without

    with open_session(options) as session:
        record = session.exchange.record(options.id)
        if record is None:
            raise FieldkitError("record.unknown", id=options.id)
        form = session.library.known(record.form)
    answers = without(record.answers, form, RESTRICTED) if form else dict(record.answers)
    lines = [f"{path}: {answer}" for path, answer in answers.items()]
    data = {"id": record.id, "form": record.form, "answers": answers, "conflicts": sorted(record.conflicts)}
    show(options, data, "\n".join(lines))
    return 0


def run_history(options: argparse.Namespace) -> int:
    """List the revisions of one record."""
    with open_session(options) as session:
        revisions = session.exchange.revisions(options.id)
    if not revisions:
        raise FieldkitError("record.unknown", id=options.id)
    rows = [
        {
            "id": each.id,
            "at": each.envelope.wall,
            "by": each.envelope.user,
            "operation": each.envelope.operation.value,
        }
        for each in revisions
    ]
    show(
        options,
        rows,
        "\n".join(f"{row['at']}  {row['operation']:<8} {row['by']:<10} {row['id'][:16]}" for row in rows),
    )
    return 0
