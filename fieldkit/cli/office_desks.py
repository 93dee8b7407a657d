"""`fieldkit office desk`: who works at the office, and in which role."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.cli.common import Verbs, desk_name, open_office, show
from fieldkit.cli.passphrase import chosen_passphrase, new_passphrase
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from fieldkit.office.desks import Worker
    from fieldkit.office.roles import Role


def add(actions: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the actions to `fieldkit office`."""
    desk = actions.add_parser("desk", parents=[common], help=_("who works at the office, and in which role"))
    ways = desk.add_subparsers(metavar=_("ACTION"), required=True)
    new = ways.add_parser("add", parents=[common], help=_("a desk for somebody"))
    new.add_argument("name", metavar="NAME", help=_("name of the person, as it stands beside decisions"))
    new.add_argument(
        "--role", metavar="ROLE", action="append", required=True,
        help=_("keeper, clerk, reviewer, verifier, reader; named once for each"),
    )  # fmt: skip
    new.add_argument("--new-file", metavar="FILE", type=Path, help=_("a file that holds its passphrase"))
    new.add_argument("--open", action="store_true", help=_("without a passphrase, for exercises only"))
    new.set_defaults(run=run_add)
    change = ways.add_parser(
        "role", parents=[common], help=_("other roles for somebody; none for whoever leaves")
    )
    change.add_argument("name", metavar="NAME", help=_("name of the person, as it stands beside decisions"))
    change.add_argument("--role", metavar="ROLE", action="append", default=[], help=_("as for desk add"))
    change.set_defaults(run=run_role)
    renew = ways.add_parser(
        "renew", parents=[common], help=_("a new desk with the same roles, for one that is lost")
    )
    renew.add_argument("name", metavar="NAME", help=_("name of the person, as it stands beside decisions"))
    renew.add_argument("--new-file", metavar="FILE", type=Path, help=_("a file that holds its passphrase"))
    renew.add_argument("--open", action="store_true", help=_("without a passphrase, for exercises only"))
    renew.set_defaults(run=run_renew)
    ways.add_parser("list", parents=[common], help=_("who works here")).set_defaults(run=run_list)


def run_add(options: argparse.Namespace) -> int:
    """Make a desk."""
    from fieldkit.office.desks import KEEPER, add_desk
    from fieldkit.office.roles import Act

    roles = _roles(options.role)
    office = open_office(options, Act.KEEP)
    try:
        made = add_desk(office, options.name, roles, _passphrase(options), by=desk_name(options) or KEEPER)
    finally:
        office.close()
    return _has_a_desk(options, made)


def run_renew(options: argparse.Namespace) -> int:
    """Make a desk anew."""
    from fieldkit.office.desks import KEEPER, renew_desk
    from fieldkit.office.roles import Act

    office = open_office(options, Act.KEEP)
    try:
        made = renew_desk(office, options.name, _passphrase(options), by=desk_name(options) or KEEPER)
    finally:
        office.close()
    return _has_a_desk(options, made)


def _passphrase(options: argparse.Namespace) -> str | None:
    if options.open:
        return None
    return chosen_passphrase(options.new_file) if options.new_file else new_passphrase()


def _has_a_desk(options: argparse.Namespace, made: Worker) -> int:
    text = _("{name} has a desk now. Open it: fieldkit office --as {name}", name=made.name)
    show(options, _facts(made), text)
    return 0


def run_role(options: argparse.Namespace) -> int:
    """Give somebody other roles."""
    from fieldkit.office.desks import KEEPER, give_roles
    from fieldkit.office.roles import Act

    roles = _roles(options.role)
    office = open_office(options, Act.KEEP)
    try:
        made = give_roles(office, options.name, roles, by=desk_name(options) or KEEPER)
    finally:
        office.close()
    show(options, _facts(made), _line(made))
    return 0


def run_list(options: argparse.Namespace) -> int:
    """List who works here."""
    from fieldkit.office.desks import workers
    from fieldkit.office.roles import Act

    office = open_office(options, Act.KEEP, Act.REPORT)
    found = workers(office)
    office.close()
    lines = [_line(each) for each in found]
    nobody = _("Nobody has a desk yet: whoever opens the office may do everything.")
    show(options, [_facts(each) for each in found], "\n".join(lines) or nobody)
    return 0


def _roles(named: list[str]) -> list[Role]:
    from fieldkit.office.roles import Role

    known = {role.value for role in Role}
    for each in named:
        if each not in known:
            raise FieldkitError("role.unknown", role=each, known=", ".join(Role))
    return [Role(each) for each in named]


def _facts(worker: Worker) -> dict[str, object]:
    return {
        "name": worker.name,
        "device": worker.device,
        "roles": sorted(worker.roles),
        "since": worker.since,
    }


def _line(worker: Worker) -> str:
    from fieldkit.session.desk.desk import role_words

    said = role_words(worker.roles) or _("has left")
    return labelled(worker.name, f"{said}  {worker.since[:10]}")
