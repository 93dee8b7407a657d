"""`fieldkit office assign`: which households a laptop has on its list, from when and until when."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from fieldkit.cli.common import Verbs, open_desk, show
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _

if TYPE_CHECKING:
    from fieldkit.fieldwork.assigning import Holding, Unit
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.worklists import Group


def add(actions: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to those of the office."""
    verb = actions.add_parser(
        "assign", parents=[common], help=_("give households to a laptop's list, or take them back")
    )
    verb.add_argument("--village", metavar="CODE", help=_("the village's 12-digit code"))
    verb.add_argument(
        "--group", metavar="N", action="append", default=[],
        help=_("only this villagers' group; named once for each, all of them without"),
    )  # fmt: skip
    verb.add_argument("--to", metavar="LAPTOP", help=_("its name, or the beginning of its id"))
    verb.add_argument("--due", metavar="DAY", help=_("to be visited from then on; in a week without it"))
    verb.add_argument("--until", metavar="DAY", help=_("the last day; the end of that month without it"))
    verb.add_argument(
        "--purpose", metavar="CODE", default="visit", help=_("visit, screening, homecoming or recheck")
    )
    verb.add_argument(
        "--reason", metavar="TEXT", default="", help=_("why, where somebody else's list is changed")
    )
    what = verb.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help=_("who has what, and what ends soon"))
    what.add_argument("--propose", action="store_true", help=_("one way to give out what nobody has"))
    what.add_argument("--services", action="store_true", help=_("which services are planned, and done"))
    what.add_argument("--take-back", action="store_true", help=_("take them from whoever has them"))
    verb.add_argument(
        "--serves", metavar="LAPTOP=CODE,…", action="append", default=[],
        help=_("for a proposal: the villages of a laptop"),
    )  # fmt: skip
    verb.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Give out, take back, or list."""
    from fieldkit.office.roles import Act

    with open_desk(options) as desk:
        desk.need(Act.ASSIGN)
        if options.list:
            return _list(options, desk)
        if options.propose:
            return _propose(options, desk)
        if options.services:
            return _services(options, desk)
        if options.take_back:
            count = desk.worklists.take_back(_units(options, desk), options.reason)
            show(
                options,
                {"taken_back": count},
                _("Taken back: {count} {count:list|lists}. The next return sticks say so.", count=count),
            )
            return 0
        return _give(options, desk)


def _give(options: argparse.Namespace, desk: Desk) -> int:
    from fieldkit.session.desk.worklist_words import plan_lines
    from fieldkit.session.desk.worklists import default_days

    if not options.to:
        raise FieldkitError("usage", reason=_("--to takes the name of a laptop"))
    usual, _end = default_days(desk.worklists.today)
    due = _day(options.due) if options.due else usual
    until = _day(options.until) if options.until else default_days(desk.worklists.today, due)[1]
    laptop = desk.office.device(options.to).id
    plan = desk.worklists.plan(_units(options, desk), laptop, due, until, options.purpose)
    lines = list(plan_lines(desk, plan))
    count = desk.worklists.give(plan, options.reason)
    facts = {
        "laptop": plan.laptop.id, "name": plan.laptop.name, "households": count, "groups": [group for _v, group in plan.units],
        "due": plan.due, "until": plan.until, "warned": [each.laptop for each in plan.late],
    }  # fmt: skip
    done = _(
        "Given out from {due} to {until}. The next return stick carries it.", due=plan.due, until=plan.until
    )
    show(options, facts, "\n".join([*lines, done]))
    return 0


def _list(options: argparse.Namespace, desk: Desk) -> int:
    from fieldkit.session.desk.worklist_words import ending_line, group_line, village_line

    villages, lines, rows = desk.worklists.villages(), [], []
    for village in villages:
        lines.append(village_line(desk, village))
        for group in desk.worklists.groups(village.unit[0]):
            rows.append(_facts(group))
            lines.append("  " + group_line(desk, group))
    ending = desk.worklists.ending()
    if ending:
        lines += ["", _("Ends soon or has ended:"), *("  " + ending_line(desk, each) for each in ending)]
    facts = {"groups": rows, "ending": [_held(each) for each in ending]}
    show(options, facts, "\n".join(lines) or _("No household is registered here."))
    return 0


def _propose(options: argparse.Namespace, desk: Desk) -> int:
    from fieldkit.session.desk.worklist_words import runs, share_line

    serves = dict(_serving(text) for text in options.serves)
    found = desk.worklists.proposal(serves)
    rows = [
        {
            "village": each.unit[0],
            "group": each.unit[1],
            "laptop": each.laptop,
            "households": list(each.households),
        }
        for each in found
    ]
    lines = [share_line(desk, each) for each in runs(found)]
    show(options, rows, "\n".join(lines) or _("Every household that may be visited is on a list."))
    return 0


def _services(options: argparse.Namespace, desk: Desk) -> int:
    from fieldkit.session.desk.worklist_words import service_lines

    found = desk.worklists.services()
    rows = [asdict(each) | {"standing": each.standing and each.standing.value} for each in found]
    lines = [line for each in found for line in service_lines(desk, each)]
    show(options, rows, "\n".join(lines) or _("No target is set for a service that is counted here."))
    return 0


def _units(options: argparse.Namespace, desk: Desk) -> list[Unit]:
    """The units that are named. Raises FieldkitError("usage"), ("assign.village"), ("assign.nobody")."""
    if not options.village:
        raise FieldkitError("usage", reason=_("--village takes the code of a village"))
    villages = {each.unit[0] for each in desk.worklists.villages()}
    if options.village not in villages:
        known = ", ".join(sorted(villages))
        raise FieldkitError("assign.village", village=options.village, known=known)
    if options.group:
        return [(options.village, group) for group in options.group]
    return [each.unit for each in desk.worklists.groups(options.village)]


def _serving(text: str) -> tuple[str, list[str]]:
    laptop, sign, codes = text.partition("=")
    if not sign or not laptop:
        raise FieldkitError("usage", reason=_("--serves takes LAPTOP=CODE,CODE"))
    return laptop, [code for code in codes.split(",") if code]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise FieldkitError("usage", reason=_("“{text}” is no date. Write 2026-03-31.", text=text)) from error


def _facts(group: Group) -> Mapping[str, Any]:
    return {
        "village": group.unit[0], "group": group.unit[1], "households": len(group.households), "left": len(group.nobodys),
        "held": [_held(each) for each in group.held],
    }  # fmt: skip


def _held(each: Holding) -> Mapping[str, Any]:
    return {
        "village": each.unit[0], "group": each.unit[1], "laptop": each.laptop, "due": each.due, "until": each.until,
        "since": each.since, "both": each.is_both, "households": len(each.households),
    }  # fmt: skip
