"""`fieldkit export`: records without their people, counts, or one person's case, for other programs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.cli.common import Verbs, at_desk, now, open_office, open_session, show
from fieldkit.i18n import LANGUAGES, _, language

if TYPE_CHECKING:
    from fieldkit.office import Office
    from fieldkit.report.exports.manifest import Manifest
    from fieldkit.session.session import Session

FORMATS = ("csv", "xlsx", "dta", "sav", "parquet", "xml")
PROFILES = ("aggregate", "deidentified", "case")
_CASE = "case"
PURPOSE = "安排服务"
"""What the header says, which is Chinese like the programme's own (domain App. B)."""


def add(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    verb = verbs.add_parser("export", parents=[at_desk(common)], help=_("files for other programs"))
    verb.add_argument("form", metavar="FORM", nargs="?", help=_("the form whose records leave"))
    verb.add_argument("--format", choices=FORMATS, default="csv", help=_("kind of files"))
    verb.add_argument("--out", metavar="PATH", type=Path, help=_("a new folder for them"))
    verb.add_argument(
        "--profile", choices=PROFILES, default="deidentified",
        help=_("counts, records without the person, or one case to one recipient"),
    )  # fmt: skip
    verb.add_argument("--labels", choices=LANGUAGES, help=_("language of labels"))
    verb.add_argument(
        "--purpose", metavar="TEXT", default=PURPOSE, help=_("what it is for, as its header says")
    )
    verb.add_argument("--verify", metavar="PATH", type=Path, help=_("read an export again and compare it"))
    case = verb.add_argument_group(_("one case"))
    case.add_argument("--record", metavar="ID", help=_("the record"))
    case.add_argument(
        "--consent", metavar="ID", help=_("the record with the consent, if that is another one")
    )
    case.add_argument("--recipient", metavar="NAME", help=_("who gets it, as the consent names them"))
    case.add_argument(
        "--to", metavar="KEYFILE", type=Path, help=_("their card, or a file with their age recipient")
    )
    case.add_argument(
        "--item", metavar="QUESTION", action="append", default=[], help=_("an answer that is handed on")
    )
    verb.set_defaults(run=run, refuse=verb.error)


def run(options: argparse.Namespace) -> int:
    """Write an export, or look one over."""
    if options.verify is not None:
        return _verify(options)
    needed = {"FORM": options.form, "--out": options.out}
    if options.profile == _CASE:
        needed |= {"--record": options.record, "--recipient": options.recipient, "--to": options.to}
    lacking = [name for name, given in needed.items() if not given]
    if lacking:
        options.refuse(_("An export needs {names}.", names=", ".join(lacking)))
    if options.profile == _CASE:
        from fieldkit.cli.export_case import write_case

        return write_case(options)
    return _write(options)


def _write(options: argparse.Namespace) -> int:
    from fieldkit.privacy.profiles import Profile
    from fieldkit.report.exports.writing import Wanted, export

    with _tables(options) as tables:
        wanted = Wanted(
            options.form, options.format, Profile(options.profile), options.labels or language(), options.purpose,
            now().date(),
        )  # fmt: skip
        with _progress() as told:
            manifest = export(tables, wanted, options.out, tables.pseudonyms, told)
    facts = _facts(manifest, options.out)
    said = [
        _("{table}: {rows} {rows:row|rows}", table=table, rows=rows) for table, rows in manifest.rows.items()
    ]
    said += manifest.kept_back()
    said.append(_("Written to {path} and read back.", path=options.out))
    show(options, facts, "\n".join(said))
    return 0


def _verify(options: argparse.Namespace) -> int:
    from fieldkit.report.exports.manifest import verify

    manifest = verify(options.verify)
    show(
        options,
        _facts(manifest, options.verify),
        _(
            "{path} is whole: {files} {files:file as it was|files as they were} written.",
            path=options.verify,
            files=len(manifest.files),
        ),
    )
    return 0


@contextmanager
def _tables(options: argparse.Namespace) -> Iterator[Office | Session]:
    """The office if one is named, else this laptop's records."""
    if at_office(options):
        from fieldkit.office.roles import Act

        with open_office(options, Act.REPORT) as office:
            yield office
    else:
        with open_session(options) as session:
            yield session


def at_office(options: argparse.Namespace) -> bool:
    """Whether an office is meant rather than a workspace."""
    return bool(options.office or (os.environ.get("FIELDKIT_OFFICE") and not options.workspace))


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """Says on a terminal how far it is, in one line that is gone afterwards."""
    is_told = sys.stderr.isatty()

    def told(stage: str, done: int, of: int) -> None:
        if is_told:
            words = {
                "reading": _("{done} {done:record|records} read …", done=done),
                "writing": _("{done} of {of} {of:row|rows} written …", done=done, of=of),
            }.get(stage) or _("Reading it back …")
            sys.stderr.write(f"\r\x1b[K{words}")
            sys.stderr.flush()

    try:
        yield told
    finally:
        if is_told:
            sys.stderr.write("\r\x1b[K")


def _facts(manifest: Manifest, path: Path) -> dict[str, object]:
    return {
        "path": str(path), "form": manifest.form, "profile": manifest.profile, "format": manifest.format, "rows": manifest.rows,
        "files": [each.name for each in manifest.files], "state": manifest.state, "kept_out": manifest.kept_out,
        "declined": manifest.declined, "unread": manifest.unread,
    }  # fmt: skip
