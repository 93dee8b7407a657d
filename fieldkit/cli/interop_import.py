"""`fieldkit interop import`: records from exports of Central and Kobo, and from folders of Briefcase."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fieldkit.cli.common import Verbs, open_desk, open_session, show, warn
from fieldkit.cli.report import at_office
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain_code
from fieldkit.i18n import N_, _

if TYPE_CHECKING:
    from fieldkit.interop.imports.coming import Coming, Fault, Place, Recognised
    from fieldkit.library import FormLibrary
    from fieldkit.session.importing import Judged
    from fieldkit.session.session import Session

IMPORTED = {
    "new": N_("new: {count}"),
    "declined": N_("declined: {count}"),
    "there": N_("here already: {count}"),
    "refused": N_("refused: {count}"),
}


def add(actions: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the action to `fieldkit interop`."""
    action = actions.add_parser(
        "import",
        parents=[common],
        help=_("take in records of Central, Kobo or Briefcase, by all rules of their form"),
    )
    action.add_argument("path", metavar="PATH", type=Path, help=_(".csv, .xlsx, .zip or a folder"))
    action.add_argument(
        "--form", metavar="FORM", default="", help=_("a form's id or file, where it is not clear")
    )
    action.add_argument("--take", action="store_true", help=_("keep the good ones; without it, only look"))
    action.add_argument(
        "--missing", metavar="TEXT=CODE", action="append", default=[],
        help=_("what stands for a missing answer in the file, such as 99=dk; dk, declined, pns or na"),
    )  # fmt: skip
    action.add_argument(
        "--leave-out",
        metavar="COLUMN",
        action="append",
        default=[],
        help=_("a column that the form does not have"),
    )
    action.add_argument(
        "--media", metavar="PATH", type=Path, help=_("a folder or zip with the files that answers name")
    )
    action.add_argument(
        "--without-media", action="store_true", help=_("take records in though a file they name is not here")
    )
    action.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Say what was recognised and what becomes of each record; exit code 1 where one is refused."""
    from fieldkit.session.importing import REFUSED, Importing

    with ExitStack() as stack:
        session, library, known = _target(options, stack)
        recognised, records, orphans = _read(options, library)
        unknown = [(each.file, each.unknown) for each in recognised if each.unknown]
        for each in recognised:
            warn(_words(each))
        if unknown and options.take:
            raise FieldkitError(
                "import.unknown-columns", columns=[f"{file}: {', '.join(names)}" for file, names in unknown]
            )
        importing = Importing(session, known, with_files=not options.without_media)
        found = list(importing.judge(records, take=options.take))
    counts = Counter(each.verdict for each in found)
    counts[REFUSED] += len(orphans)
    faults = [*orphans, *(fault for each in found for fault in each.faults)]
    for fault in faults:
        warn(_fault(fault))
    lines = [_("{count} {count:record|records}", count=len(found) + len(orphans))]
    lines += [_(words, count=counts[verdict]) for verdict, words in IMPORTED.items()]
    if not options.take:
        lines.append(_("Nothing was stored. With --take the good ones are kept."))
    data = {
        "taken": bool(options.take), "records": len(found) + len(orphans), **{verdict: counts[verdict] for verdict in IMPORTED},
        "recognised": [_as_dict(each) for each in recognised], "verdicts": [_told(each) for each in found],
        "faults": [{**_place(each.place), "why": explain_code(each.code, each.params)} for each in faults],
    }  # fmt: skip
    show(options, data, "\n".join(lines))
    return int(bool(counts[REFUSED] or unknown))


def _target(
    options: argparse.Namespace, stack: ExitStack
) -> tuple[Session, FormLibrary, Callable[[str], bool]]:
    """Where records go: a laptop's workspace, or the archive by somebody's desk."""
    if at_office(options):
        from fieldkit.office.roles import ASKING

        desk = stack.enter_context(open_desk(options))
        desk.need_any(*ASKING)
        stack.callback(desk.hand_in)
        return desk.session, desk.office.library, lambda record: desk.office.view(record) is not None
    session = stack.enter_context(open_session(options))
    return session, session.library, lambda _record: False


def _read(
    options: argparse.Namespace, library: FormLibrary
) -> tuple[list[Recognised], Iterable[Coming], list[Fault]]:
    from fieldkit.interop.imports.briefcase import Unread, form_of, is_briefcase, records_of_folder
    from fieldkit.interop.imports.exports import records_of_export
    from fieldkit.interop.imports.media import Media, media_in
    from fieldkit.interop.imports.tables import read_export
    from fieldkit.interop.imports.whose import form_of_export

    if is_briefcase(options.path):
        wanted = library.get(options.form).id if options.form else ""
        found = list(records_of_folder(options.path, library, wanted))
        unread = [each.fault for each in found if isinstance(each, Unread)]
        read = [each for each in found if not isinstance(each, Unread)]
        media = media_in(options.media) if options.media else Media()
        for each in read:
            each.files = {**media.of(each.instance, each.answers), **each.files}
        return [], read, unread
    export = read_export(options.path, options.media)
    form = form_of_export(export, library, options.form)
    made = records_of_export(
        export, form, lambda version: form_of(library, form.id, version), _codes(options), options.leave_out
    )
    return made.recognised, made.records, made.orphans


def _codes(options: argparse.Namespace) -> dict[str, str]:
    """What stands for a missing answer. Raises FieldkitError("import.code")."""
    from fieldkit.interop.imports.written import CODES

    found = {}
    for each in options.missing:
        text, equals, code = each.rpartition("=")
        if not equals or code not in CODES:
            raise FieldkitError("import.code", text=each, known=", ".join(CODES))
        found[text] = code
    return found


def _words(each: Recognised) -> str:
    what = _(
        "{file}: {rows} {rows:row|rows} of {form}",
        file=each.file,
        rows=each.rows,
        form="/".join(filter(None, (each.form, each.repeat))),
    )
    lines = [f"{what}  {each.encoding}".rstrip()]
    lines += [f"  {column} → {path}" for column, path in each.columns.items()]
    if each.passed:
        lines.append(_("  passed over: {columns}", columns=", ".join(each.passed)))
    if each.unknown:
        lines.append(_("  the form has none of these: {columns}", columns=", ".join(each.unknown)))
    return "\n".join(lines)


def _fault(fault: Fault) -> str:
    place = fault.place
    where = place.file
    if place.row:
        where = _("{file}, row {row}", file=place.file, row=place.row)
    if place.column:
        where = _("{where}, column {column}", where=where, column=place.column)
    return _("{place}: {message}", place=where, message=explain_code(fault.code, fault.params))


def _place(place: Place) -> dict[str, Any]:
    return {"file": place.file, "row": place.row, "column": place.column}


def _as_dict(each: Recognised) -> dict[str, Any]:
    return {
        "file": each.file, "encoding": each.encoding, "form": each.form, "repeat": each.repeat, "rows": each.rows,
        "columns": dict(each.columns), "passed": list(each.passed), "unknown": list(each.unknown),
    }  # fmt: skip


def _told(each: Judged) -> dict[str, Any]:
    return {
        **_place(each.coming.place), "instance": each.coming.instance, "verdict": each.verdict, "record": each.record,
    }  # fmt: skip
