"""`fieldkit sync lan`: an exchange with the office over the local network."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from fieldkit.cli.common import Verbs, open_session, show, warn
from fieldkit.explain import explain
from fieldkit.i18n import _

if TYPE_CHECKING:
    from fieldkit.session.network import Met


def add(actions: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to those of sync."""
    lan = actions.add_parser(
        "lan", parents=[common], help=_("exchange with the office over the local network")
    )
    lan.add_argument(
        "address",
        metavar="ADDRESS",
        nargs="?",
        default="",
        help=_("where the office is, as its screen says; looked for without it"),
    )
    lan.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Send what is new and take what the office has; 1 where the office refused a bundle."""
    from fieldkit.session.network_words import met_lines, stage_line

    stages: set[str] = set()

    def told(what: str, done: int, of: int) -> None:
        if what not in stages and not options.json:
            warn(stage_line(what, done, of))
        stages.add(what)

    with open_session(options) as session:
        met = session.network.meet(options.address, told)
        lines = met_lines(met, session.sticks)
        new = {each.id for found in met.returned if found.taken for each in found.taken.comments}
        comments = [(each, line) for each, line in session.sticks.comments() if each.id in new]
    facts = _facts(met) | {"comments": [asdict(each) for each, _line in comments]}
    show(options, facts, "\n".join([*lines, *("  " + line for _each, line in comments)]))
    return int(any(each.answer.refusal for each in met.sent))


def _facts(met: Met) -> dict[str, Any]:
    returned = [found for found in met.returned if found.taken]
    return {
        "address": met.address,
        "office": met.office,
        "sent": [
            {
                "file": each.file, "code": each.code, **each.answer.counts, "reasons": list(each.answer.reasons),
                "refusal": each.answer.refusal,
            }
            for each in met.sent
        ],
        "acknowledged": sum(found.taken.acknowledged for found in returned if found.taken),
        "only_here": met.only_here,
        "refused": [
            {"file": name, "code": error.code, "reason": explain(error)}
            for found in met.returned for name, error in found.refusals
        ],
        "updates": [
            {"file": each.file, "form": each.form, "outcome": each.outcome.value, "old": each.old, "new": each.new}
            for found in met.returned for each in found.updates
        ],
    }  # fmt: skip
