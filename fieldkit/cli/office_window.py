"""`fieldkit office window`, `payments`, `points`: the lists of whoever serves at the office; none of them names anybody."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from fieldkit.cli.common import Verbs, open_desk, show
from fieldkit.i18n import _


def add(actions: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the actions to `fieldkit office`."""
    window = actions.add_parser(
        "window", parents=[common], help=_("requests that are open, by the day promised")
    )
    window.set_defaults(run=run_window)
    payments = actions.add_parser(
        "payments", parents=[common], help=_("payments of a period: how many on time, and which to see to")
    )
    payments.add_argument(
        "--period",
        metavar="P",
        default="",
        help=_("2026-03, 2026-Q1, 2026; the month in which something was last due without it"),
    )
    payments.set_defaults(run=run_payments)
    points = actions.add_parser(
        "points", parents=[common], help=_("service points and what is to be done there")
    )
    points.set_defaults(run=run_points)


def run_window(options: argparse.Namespace) -> int:
    """List the open requests."""
    with open_desk(options) as desk:
        sections = desk.window.sections()
        today = desk.session.today()
        data = [asdict(each) | {"when": each.when(today)} for _heading, some in sections for each in some]
        lines = []
        for heading, some in sections:
            lines += [f"{heading}: {len(some)}", *(f"  {desk.window.line(each)}" for each in some)]
    show(options, data, "\n".join(lines) or _("Nothing is open."))
    return 0


def run_payments(options: argparse.Namespace) -> int:
    """Say what was due in a period, and list what is to be seen to, then what came late."""
    with open_desk(options) as desk:
        payments = desk.payments
        period = payments.period(options.period)
        figures, owed, others = payments.figures(period), payments.to_see_to(period), payments.settled(period)
        late = [each for each in others if each.kind != "on_time"]
        data = {
            "period": period.name, "due": figures.due, "on_time": figures.on_time,
            "rate": None if figures.rate is None else str(figures.rate), "kinds": dict(figures.kinds),
            "reasons": dict(figures.reasons), "owed": f"{figures.owed:.2f}", "paid": f"{figures.paid:.2f}",
            "to_see_to": [asdict(each) for each in owed], "late": [asdict(each) for each in late],
        }  # fmt: skip
        lines = [str(period), *payments.said(figures)]
        for heading, some in ((_("To see to"), owed), (_("Came late"), late)):
            if some:
                lines += [f"{heading}: {len(some)}", *(f"  {payments.line(each)}" for each in some)]
    show(options, data, "\n".join(lines))
    return 0


def run_points(options: argparse.Namespace) -> int:
    """List the service points."""
    with open_desk(options) as desk:
        found = desk.points.all()
        data = [
            {**asdict(each), "total": f"{each.total:.2f}", "expiring": dict(each.expiring)} for each in found
        ]
        lines = [*(desk.points.line(each) for each in found)]
        spent = _("Spent at all points: {amount}", amount=desk.points.total(found))
    show(options, data, "\n".join([*lines, spent]) if found else _("No service point was inspected yet."))
    return 0
