"""`fieldkit interop`: forms and records from and to ODK Central, KoboToolbox and their kin."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from fieldkit.cli import interop_import, interop_push
from fieldkit.cli.common import Verbs, at_desk, open_office, open_session, show, warn
from fieldkit.cli.interop_line import line_to, with_server
from fieldkit.cli.report import at_office
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.wording import fault_text

if TYPE_CHECKING:
    from fieldkit.interop.client_forms import Pulled
    from fieldkit.library import FormLibrary

_PULLED = {
    "new": N_("{form}, version {version}: new"),
    "changed": N_("{form}, version {version}: changed, taken"),
    "same": N_("{form}, version {version}: is here as it is"),
    "refused": N_("{form}, version {version}: refused"),
}


def add(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    common = at_desk(common)
    verb = verbs.add_parser(
        "interop", parents=[common], help=_("exchange with ODK Central, KoboToolbox and their kin")
    )
    actions = verb.add_subparsers(metavar=_("ACTION"), required=True)
    server = with_server(common)
    pull = actions.add_parser("pull", parents=[server], help=_("fetch forms and the lists beside them"))
    pull.add_argument("--form", metavar="ID", action="append", default=[], help=_("only this form"))
    pull.set_defaults(run=run_pull)
    interop_push.add(actions, server)
    interop_import.add(actions, common)


def run_pull(options: argparse.Namespace) -> int:
    """Fetch forms into the office's folder or this laptop's; exit code 1 where one was refused."""
    from fieldkit.interop.client_forms import REFUSED, pull

    with ExitStack() as stack:
        library = _library(options, stack)
        line = stack.enter_context(line_to(options))
        found: list[Pulled] = []
        for each in pull(line, library, options.form):
            found.append(each)
            _tell_problems(each)
    lines = [_(_PULLED[each.verdict], form=each.offered.form, version=each.offered.version) for each in found]
    show(options, [_as_dict(each) for each in found], "\n".join(lines) or _("The server offers no forms."))
    return int(any(each.verdict == REFUSED for each in found))


def _library(options: argparse.Namespace, stack: ExitStack) -> FormLibrary:

    if at_office(options):
        from fieldkit.office.roles import Act

        return stack.enter_context(open_office(options, Act.KEEP, Act.ASSIGN)).library
    session = stack.enter_context(open_session(options))
    library: FormLibrary = session.library
    return library


def _tell_problems(each: Pulled) -> None:
    form = each.offered.form
    for problem in each.problems:
        warn(_("{place}: {message}", place=form, message=fault_text(problem)))
    if each.error is not None:
        warn(_("{place}: {message}", place=form, message=explain(each.error)))
    for warning in each.warnings:
        warn(_("{path}: look at this: {warning}", path=form, warning=fault_text(warning)))


def _as_dict(each: Pulled) -> dict[str, Any]:
    return {
        "form": each.offered.form, "version": each.offered.version, "verdict": each.verdict, "files": list(each.files),
        "problems": [*(fault_text(one) for one in each.problems), *([explain(each.error)] if each.error else [])],
        "warnings": [fault_text(one) for one in each.warnings],
    }  # fmt: skip
