"""`fieldkit screening`: the day itself, and what comes of it."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from fieldkit.cli import screening_results
from fieldkit.cli.common import Verbs, open_session, show
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _


def add(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    verb = verbs.add_parser(
        "screening", parents=[common], help=_("screening days: results and what comes after")
    )
    actions = verb.add_subparsers(metavar=_("ACTION"), required=True)
    day = actions.add_parser(
        "day", parents=[common], help=_("what the records of a screening day count, and what does not add up")
    )
    day.add_argument("--event", metavar="ID", default="", help=_("its number; without it the latest day"))
    day.set_defaults(run=run_day)
    screening_results.add(actions, common)


def run_day(options: argparse.Namespace) -> int:
    """Print figures, what does not add up and the ledger of one day: counts and participant numbers, no names."""
    from fieldkit.session.closing import FIGURE_WORDS, finding_text, ledger_code

    with open_session(options) as session:
        event = options.event or session.closing.latest()
        day = session.closing.day(event)
        if day.held is None:
            raise FieldkitError("closing.no-event", event=event)
    findings = day.findings(day.held.typed if day.held.closed else None)
    counts = asdict(day.counts)
    facts = {
        "event": event,
        "closed": day.held.closed,
        "counts": counts,
        "findings": [
            {"kind": each.kind.value, "figure": each.figure, "numbers": list(each.pids)} for each in findings
        ],
        "ledger": day.ledger,
        "code": ledger_code(day),
    }
    lines = [
        _("Screening day {event}", event=event),
        *(f"  {_(words)}: {counts[figure]}" for figure, words in FIGURE_WORDS.items()),
        *([finding_text(each) for each in findings] or [_("Everything adds up.")]),
        _("The day is closed.") if day.held.closed else _("The day is not closed yet."),
        _("Ledger of the day: {code}. Laptops that hold the same say the same.", code=ledger_code(day)),
    ]
    show(options, facts, "\n".join(lines))
    return 0
