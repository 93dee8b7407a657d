"""`fieldkit interop`: forms and records from and to ODK Central, KoboToolbox and their kin."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fieldkit.cli import interop_import
from fieldkit.cli.common import Verbs, at_desk, open_desk, open_office, open_session, show, warn
from fieldkit.cli.report import at_office
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain, explain_code
from fieldkit.i18n import N_, _
from fieldkit.wording import fault_text

if TYPE_CHECKING:
    from fieldkit.interop.client import Line
    from fieldkit.interop.client_forms import Pulled
    from fieldkit.interop.client_push import Outgoing, Verdict
    from fieldkit.interop.client_records import Leaving, Permit
    from fieldkit.library import FormLibrary

_PULLED = {
    "new": N_("{form}, version {version}: new"),
    "changed": N_("{form}, version {version}: changed, taken"),
    "same": N_("{form}, version {version}: is here as it is"),
    "refused": N_("{form}, version {version}: refused"),
}
PUSHED = {
    "sent": N_("sent: {count}"),
    "edited": N_("sent as an edit: {count}"),
    "there": N_("was there already: {count}"),
    "refused": N_("refused: {count}"),
    "waits": N_("waits for the next try: {count}"),
    "kept": N_("stays here: {count}"),
}


def add(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    common = at_desk(common)
    verb = verbs.add_parser(
        "interop", parents=[common], help=_("exchange with ODK Central, KoboToolbox and their kin")
    )
    actions = verb.add_subparsers(metavar=_("ACTION"), required=True)
    server = _server(common)
    pull = actions.add_parser("pull", parents=[server], help=_("fetch forms and the lists beside them"))
    pull.add_argument("--form", metavar="ID", action="append", default=[], help=_("only this form"))
    pull.set_defaults(run=run_pull)
    push = actions.add_parser("push", parents=[server], help=_("send records that are not there yet"))
    push.add_argument("--form", metavar="ID", action="append", default=[], help=_("only this form"))
    push.add_argument(
        "--recipient", metavar="NAME", default="", help=_("who gets it, as the consent names them")
    )
    push.add_argument(
        "--with-contact", action="store_true", help=_("contact answers too, of whoever agreed to share them")
    )
    push.add_argument(
        "--with-restricted",
        action="store_true",
        help=_("restricted answers too, of whoever agreed to share them"),
    )
    push.add_argument(
        "--whole",
        metavar="ID",
        action="append",
        default=[],
        help=_("every answer of this form, which has no tiers"),
    )
    push.set_defaults(run=run_push)
    interop_import.add(actions, common)


def _server(common: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The options that say which server, and who we are there. No secret stands on the command line."""
    server = argparse.ArgumentParser(add_help=False, parents=[common], exit_on_error=False)
    server.add_argument(
        "url", metavar="URL", help=_("the server's address, such as https://host/v1/projects/3")
    )
    server.add_argument("--user", metavar="NAME", default="", help=_("who we are there"))
    server.add_argument(
        "--password-file", metavar="FILE", type=Path, help=_("holds the password; without it you are asked")
    )
    server.add_argument(
        "--token-file", metavar="FILE", type=Path, help=_("holds the token of an app user of ODK Central")
    )
    server.add_argument(
        "--ca", metavar="FILE", type=Path, help=_("certificates to trust instead of the system's")
    )
    return server


def run_pull(options: argparse.Namespace) -> int:
    """Fetch forms into the office's folder or this laptop's; exit code 1 where one was refused."""
    from fieldkit.interop.client_forms import REFUSED, pull

    with ExitStack() as stack:
        library = _library(options, stack)
        line = stack.enter_context(_line(options))
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


def run_push(options: argparse.Namespace) -> int:
    """Send records of the office or of this laptop; exit code 1 where one was refused or waits."""
    from fieldkit.interop.client_push import KEPT, REFUSED, WAITS

    push = _push_office if at_office(options) else _push_laptop
    found, server = push(options)
    counts = Counter(each.verdict for each in found)
    for each in found:
        if each.code and each.verdict != KEPT:
            warn(f"{each.form} {each.record}: {explain_code(each.code, each.params)}")
    staying = Counter(
        (each.form, explain_code(each.code, each.params)) for each in found if each.verdict == KEPT
    )
    for (form, why), count in staying.items():
        warn(_("{form}: {count} stay here. {why}", form=form, count=count, why=why))
    held_back = sum(each.held_back for each in found)
    lines = [_("{count} {count:record|records}", count=len(found))]
    lines += [_(words, count=counts[verdict]) for verdict, words in PUSHED.items()]
    if held_back:
        lines.append(
            _("{count} contact and restricted answers stayed: nobody agreed to share them.", count=held_back)
        )
    data = {
        "server": server, "records": len(found), **{verdict: counts[verdict] for verdict in PUSHED}, "held_back": held_back,
        "verdicts": [_told(each) for each in found],
    }  # fmt: skip
    show(options, data, "\n".join(lines))
    return int(bool(counts[REFUSED] + counts[WAITS]))


def _told(each: Verdict) -> dict[str, Any]:
    said = {"why": explain_code(each.code, each.params)} if each.code else {}
    return {"record": each.record, "form": each.form, "verdict": each.verdict, "files": each.files, **said}


def _push_office(options: argparse.Namespace) -> tuple[list[Verdict], str]:
    from fieldkit.interop.client_office import note_shown, outgoing
    from fieldkit.office.roles import Act

    with open_desk(options) as desk:
        desk.need_any(Act.LIAISE, Act.REVIEW, Act.KEEP)
        if options.with_contact or options.whole:
            desk.need(Act.CONTACT)
        if options.with_restricted:
            desk.need(Act.RESTRICTED)
        permit, office = _permit(options), desk.office

        def shown(leaves: Leaving) -> None:
            note_shown(office, leaves, permit.recipient, by=desk.name, device=desk.device)

        secret = office.pseudonyms
        return _sent(options, office.folder, secret, outgoing(office, options.form, permit), shown)


def _push_laptop(options: argparse.Namespace) -> tuple[list[Verdict], str]:
    from fieldkit.session.pushing import outgoing

    with open_session(options) as session:
        if options.with_contact or options.with_restricted:
            raise FieldkitError("interop.at-office")
        records = outgoing(session, options.form, _permit(options))
        return _sent(options, session.folder, session.pseudonyms, records, None)


def _permit(options: argparse.Namespace) -> Permit:
    from fieldkit.interop.client_records import SHARED, Permit

    is_named = bool(options.with_contact or options.with_restricted or options.whole)
    if is_named and not options.recipient:
        raise FieldkitError("interop.no-recipient")
    tiers = (
        SHARED | ({"C"} if options.with_contact else set()) | ({"R"} if options.with_restricted else set())
    )
    return Permit(frozenset(tiers), options.recipient, frozenset(options.whole))


def _sent(
    options: argparse.Namespace, folder: Path, secret: bytes, records: Iterable[Outgoing],
    shown: Callable[[Leaving], None] | None,
) -> tuple[list[Verdict], str]:  # fmt: skip
    from fieldkit.interop.client_memory import Memory
    from fieldkit.interop.client_push import Pushing

    with _line(options) as line:
        server = line.address.name
        pushing = Pushing(line, Memory(folder, server, secret), shown)
        found: list[Verdict] = []
        is_told = sys.stderr.isatty()
        for each in pushing.push(records):
            found.append(each)
            if is_told:
                sys.stderr.write(f"\r\x1b[K{_('{count} {count:record|records} …', count=len(found))}")
        if is_told:
            sys.stderr.write("\r\x1b[K")
    return found, server


def _line(options: argparse.Namespace) -> Line:
    """The line to the server that the options name. Raises FieldkitError("interop.…")."""
    from fieldkit.interop.client import Line, ServerAddress
    from fieldkit.interop.client_auth import Login

    address = ServerAddress.parse(options.url, _secret(options.token_file) if options.token_file else "")
    login = None
    if options.user:
        if options.password_file:
            password = _secret(options.password_file)
        elif sys.stdin.isatty():
            password = getpass.getpass(
                _("Password of {user} at {host}: ", user=options.user, host=address.host)
            )
        else:
            raise FieldkitError("interop.no-password", user=options.user)
        login = Login(options.user, password)
    return Line(address, login, ca=options.ca)


def _secret(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise FieldkitError("passphrase.unreadable", path=str(path), reason=str(error)) from error
