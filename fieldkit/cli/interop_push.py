"""`fieldkit interop push`: records to another server, without their people or as the whole archive."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fieldkit.cli.common import Verbs, open_desk, open_session, show, warn
from fieldkit.cli.export import PURPOSE
from fieldkit.cli.interop_line import line_to
from fieldkit.cli.report import at_office
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain_code
from fieldkit.i18n import N_, _

if TYPE_CHECKING:
    from fieldkit.interop.client import Line
    from fieldkit.interop.client_memory import Memory
    from fieldkit.interop.client_profiles import Way
    from fieldkit.interop.client_push import Outgoing, Pushing, Verdict
    from fieldkit.interop.client_records import Leaving
    from fieldkit.session.desk.desk import Desk

PUSHED = {
    "sent": N_("sent: {count}"),
    "edited": N_("sent as an edit: {count}"),
    "there": N_("was there already: {count}"),
    "refused": N_("refused: {count}"),
    "waits": N_("waits for the next try: {count}"),
    "kept": N_("stays here: {count}"),
}
_COLUMNS = {
    "sent": N_("sent now"),
    "edited": N_("as an edit"),
    "there": N_("was there"),
    "refused": N_("refused"),
    "waits": N_("waits still"),
    "kept": N_("stays"),
}
_GOING = {
    True: N_(
        "  {form}: {records} {records:record|records}, {contact} with contact and {restricted} with restricted answers, {files} {files:file|files}; encrypted with the key of the form"
    ),
    False: N_(
        "  {form}: {records} {records:record|records}, {contact} with contact and {restricted} with restricted answers, {files} {files:file|files}; readable for whoever runs the server"
    ),
}
_PROFILES = ("deidentified", "archive")
"""As those of exports; of these, counts are a table and one case goes sealed, so that neither is for a server of records."""
_ARCHIVE = "archive"
_NAMED = 5
"""So many records of the same form and reason are named one by one."""


def add(actions: Verbs, server: argparse.ArgumentParser) -> None:
    """Add the action to `fieldkit interop`. server: the options that name the server."""
    push = actions.add_parser("push", parents=[server], help=_("send records that are not there yet"))
    push.add_argument("--form", metavar="ID", action="append", default=[], help=_("only this form"))
    push.add_argument(
        "--profile", choices=_PROFILES, default=_PROFILES[0],
        help=_("records without the person, or the whole archive, where it moves"),
    )  # fmt: skip
    push.add_argument(
        "--purpose", metavar="TEXT", default=PURPOSE, help=_("what it is for, as every record says")
    )
    push.add_argument(
        "--whole",
        metavar="ID",
        action="append",
        default=[],
        help=_("every answer of this form, which has no tiers"),
    )
    push.add_argument("--recipient", metavar="NAME", default="", help=_("who gets what goes whole"))
    push.add_argument(
        "--without-restricted",
        action="store_true",
        help=_("restricted answers stay, where the archive moves"),
    )
    push.add_argument(
        "--confirm",
        metavar="HOST",
        default="",
        help=_("that the archive goes to this server, without being asked"),
    )
    push.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Send records of the office or of this laptop; exit code 1 where one was refused or waits."""
    from fieldkit.interop.client_push import REFUSED, WAITS

    push = _at_office if at_office(options) else _at_laptop
    found, server = push(options)
    counts = Counter(each.verdict for each in found)
    _tell(found)
    lines = [_("{count} {count:record|records}", count=len(found))]
    lines += [_(words, count=counts[verdict]) for verdict, words in PUSHED.items()]
    data = {
        "server": server, "profile": options.profile, "records": len(found),
        **{verdict: counts[verdict] for verdict in PUSHED}, "verdicts": [_told(each) for each in found],
    }  # fmt: skip
    show(options, data, "\n".join([*_by_form(found), *lines]))
    return int(bool(counts[REFUSED] + counts[WAITS]))


def _tell(found: Iterable[Verdict]) -> None:
    """Say of each record why it is not there; of many of a form with the same reason how many, and of those that stay always."""
    from fieldkit.interop.client_push import KEPT

    alike: dict[tuple[str, str, str], list[str]] = {}
    for each in found:
        if each.code:
            why = explain_code(each.code, each.params)
            alike.setdefault((each.form, each.verdict, why), []).append(each.record)
    for (form, verdict, why), records in alike.items():
        if verdict == KEPT and len(records) > 1:
            warn(_("{form}: {count} stay here. {why}", form=form, count=len(records), why=why))
        elif len(records) > _NAMED:
            warn(
                _(
                    "{form}: {count} {count:record|records}, which --json names. {why}",
                    form=form,
                    count=len(records),
                    why=why,
                )
            )
        else:
            for record in records:
                warn(f"{form} {record}: {why}")


def _by_form(found: Sequence[Verdict]) -> Iterator[str]:
    """A table: for each form what became of how many of its records."""
    from rich.cells import cell_len

    if not found:
        return
    counts = Counter((each.form, each.verdict) for each in found)
    rows = [[_("form"), *map(_, _COLUMNS.values())]]
    rows += [
        [form, *(str(counts[form, verdict] or "–") for verdict in _COLUMNS)]
        for form in dict.fromkeys(each.form for each in found)
    ]
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = [
            f"{' ' * (width - cell_len(cell))}{cell}" for cell, width in zip(others, widths[1:], strict=True)
        ]
        yield "  ".join([f"{first}{' ' * (widths[0] - cell_len(first))}", *cells])


def _told(each: Verdict) -> dict[str, Any]:
    said = {"why": explain_code(each.code, each.params)} if each.code else {}
    return {"record": each.record, "form": each.form, "verdict": each.verdict, "files": each.files, **said}


def _at_office(options: argparse.Namespace) -> tuple[list[Verdict], str]:
    from fieldkit.office.roles import Act

    with open_desk(options) as desk:
        if options.profile == _ARCHIVE:
            desk.need(Act.KEEP)
        else:
            desk.need_any(Act.LIAISE, Act.REVIEW, Act.KEEP)
        if options.whole:
            desk.need(Act.CONTACT)
        with line_to(options) as line:
            return _from_office(options, desk, line), line.address.name


def _from_office(options: argparse.Namespace, desk: Desk, line: Line) -> list[Verdict]:
    from fieldkit.interop.client_office import note_shown, outgoing
    from fieldkit.interop.client_push import Pushing

    office = desk.office
    to = line.address.host if options.profile == _ARCHIVE else options.recipient

    def shown(leaves: Leaving) -> None:
        note_shown(office, leaves, to, by=desk.name, device=desk.device)

    way = _way(options, office)
    memory = _memory(options, line, office.folder, office.pseudonyms)
    if options.profile == _ARCHIVE:
        _confirm(options, line, outgoing(office, options.form, way))
    return _sent(options, Pushing(line, memory, shown), outgoing(office, options.form, way))


def _at_laptop(options: argparse.Namespace) -> tuple[list[Verdict], str]:
    from fieldkit.interop.client_push import Pushing
    from fieldkit.session.pushing import outgoing

    if options.profile == _ARCHIVE:
        raise FieldkitError("interop.at-office")
    with open_session(options) as session, line_to(options) as line:
        memory = _memory(options, line, session.folder, session.pseudonyms)
        records = outgoing(session, options.form, _way(options, session))
        return _sent(options, Pushing(line, memory), records), line.address.name


def _memory(options: argparse.Namespace, line: Line, folder: Path, secret: bytes) -> Memory:
    from fieldkit.interop.client_memory import Memory

    return Memory(folder, line.address.name, options.profile, secret)


def _way(options: argparse.Namespace, tables: Any) -> Way:
    """How records go. Raises FieldkitError("interop.no-recipient")."""
    from fieldkit.interop.client_profiles import as_they_are, without_people

    if options.whole and not options.recipient:
        raise FieldkitError("interop.no-recipient")
    if options.profile == _ARCHIVE:
        return as_they_are(tables.library, restricted=not options.without_restricted)
    return without_people(tables, tables.pseudonyms, options.purpose, options.whole)


def _confirm(options: argparse.Namespace, line: Line, records: Iterable[Outgoing]) -> None:
    """Say what goes and to where, and have it confirmed by the name of the host.

    Raises FieldkitError("interop.not-confirmed"), as `look_over`.
    """
    from fieldkit.interop.client_profiles import look_over

    host = line.address.host
    going = look_over(records)
    warn(_("All answers, as they are, with names and telephones, go to {server}:", server=line.address.name))
    for each in going:
        counts = {"form": each.form, "records": each.records, "files": each.files}
        sensitive = {"contact": each.contact, "restricted": each.restricted}
        warn(_(_GOING[each.is_encrypted], **counts, **sensitive))
    if options.without_restricted:
        warn(_("Restricted answers stay here."))
    said = options.confirm
    if not said and sys.stdin.isatty():
        sys.stderr.write(_("To send this, type the name of the server ({host}): ", host=host))
        sys.stderr.flush()
        said = sys.stdin.readline().strip()
    if said != host:
        raise FieldkitError("interop.not-confirmed", host=host)


def _sent(options: argparse.Namespace, pushing: Pushing, records: Iterable[Outgoing]) -> list[Verdict]:
    from fieldkit.privacy.profiles import lock

    warn(lock(options.purpose))
    found: list[Verdict] = []
    is_told = sys.stderr.isatty()
    for each in pushing.push(records):
        found.append(each)
        if is_told:
            sys.stderr.write(f"\r\x1b[K{_('{count} {count:record|records} …', count=len(found))}")
    if is_told:
        sys.stderr.write("\r\x1b[K")
    return found
