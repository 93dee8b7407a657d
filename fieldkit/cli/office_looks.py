"""`fieldkit office looks`: who was shown contact or restricted answers of which record, when and why."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from fieldkit.cli.common import Verbs, open_desk, show
from fieldkit.i18n import _
from fieldkit.wording import labelled


def add(actions: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the action to `fieldkit office`."""
    looks = actions.add_parser(
        "looks", parents=[common], help=_("who looked at contact and restricted answers")
    )
    looks.add_argument("--record", metavar="ID", default="", help=_("of one record alone"))
    looks.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """List the looks, newest first."""
    from fieldkit.office.roles import Act

    with open_desk(options) as desk:
        desk.need_any(Act.KEEP, Act.REVIEW)
        found = desk.looks.latest(options.record)
    lines = [
        "  ".join(
            [
                each.at[:16].replace("T", " "),
                each.by,
                labelled(each.why, each.tiers),
                each.title,
                each.record,
            ]
        )
        for each in found
    ]
    show(
        options,
        [asdict(each) for each in found],
        "\n".join(lines) or _("Nobody has looked at such an answer yet."),
    )
    return 0
