"""`fieldkit office behind`: the records that a figure of an indicator was counted from."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from fieldkit.cli.common import Verbs, open_desk, show
from fieldkit.i18n import _


def add(actions: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the action to `fieldkit office`."""
    behind = actions.add_parser(
        "behind", parents=[common], help=_("which records a figure of an indicator was counted from")
    )
    behind.add_argument("measure", metavar="MEASURE", help=_("such as I-12 or I-02.done"))
    behind.add_argument(
        "--period",
        metavar="PERIOD",
        required=True,
        help=_("2026-03, 2026-Q1, 2026-W10 or 2026-03-01..2026-03-03"),
    )
    behind.add_argument("--village", metavar="CODE", default="", help=_("of one village alone"))
    behind.add_argument("--whole", action="store_true", help=_("those of what it is a share of"))
    behind.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """List their ids, and what each is of."""
    from fieldkit.office.roles import Act
    from fieldkit.report import parse_period

    with open_desk(options) as desk:
        desk.need(Act.REPORT)
        period = parse_period(options.period)
        found = desk.behind.records(options.measure, period, options.village, whole=options.whole)
    lines = [f"{each.record}  {each.title}" for each in found]
    show(options, [asdict(each) for each in found], "\n".join(lines) or _("No record was counted."))
    return 0
