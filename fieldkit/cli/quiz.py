"""`fieldkit quiz`: what the anonymous sheets of an event come to, in counts."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from fieldkit.cli.common import Verbs, open_session, show
from fieldkit.errors import FieldkitError
from fieldkit.fieldwork.quizzes import PHASES, Knowledge, Results, Share
from fieldkit.i18n import _
from fieldkit.privacy.suppression import LEAST

if TYPE_CHECKING:
    from fieldkit.session.quizzes import QuizEvent
    from fieldkit.session.session import Session


def add(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    verb = verbs.add_parser("quiz", parents=[common], help=_("what the quiz of an event came to"))
    tasks = verb.add_subparsers(metavar=_("COMMAND"), required=True)
    shown = tasks.add_parser("results", parents=[common], help=_("right before and after, in counts"))
    shown.add_argument("--event", metavar="NUMBER", help=_("the event's number; without it the last one"))
    shown.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the results of an event. Sheets, codes and who entered them are never among them."""
    from fieldkit.session.quiz_bars import all_lines
    from fieldkit.session.quizzes import quiz_results, statements

    with open_session(options) as session:
        event = _event(session, options.event)
        found = quiz_results(session, event.number)
        marked = [session.watermark] if session.watermark else []
        lines = [*marked, event.title, *all_lines(found, statements(session), 70, plain=False)]
    show(options, {"event": event.number, "title": event.title, **_facts(found)}, "\n".join(lines))
    return 0


def _event(session: Session, number: str | None) -> QuizEvent:
    from fieldkit.session.quizzes import quiz_events

    events = quiz_events(session)
    chosen = [each for each in events if number in {None, each.number}]
    if not chosen:
        raise FieldkitError("quiz.no-event", number=number or "", known=[each.number for each in events])
    return chosen[0]


def _facts(found: Results) -> dict[str, Any]:
    return {
        **{phase: _known(found.all[phase]) for phase in PHASES},
        "pairs": {"pairs": found.pairs, **{phase: _known(found.paired[phase]) for phase in PHASES}},
        "alone": dict(found.alone),
        "ambiguous": dict(found.ambiguous),
    }


def _known(known: Knowledge) -> dict[str, Any]:
    """What so many sheets know; nothing of it where they are too few."""
    if known.is_too_few:
        return {"sheets": known.sheets, "aware": None, "partly": None, "right": None}
    return {
        "sheets": known.sheets,
        "aware": _share(known.aware),
        "partly": _share(known.partly),
        "right": {name: _share(share) for name, share in known.right.items()},
    }


def _share(share: Share) -> dict[str, int] | None:
    return {"n": share.n, "of": share.of} if share.of >= LEAST else None
