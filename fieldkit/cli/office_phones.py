"""`fieldkit office phone`: the phones that send with ODK Collect (docs/phones.md)."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.cli.common import Verbs, desk_name, open_desk, open_office, show
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from fieldkit.interop.openrosa.phones import Phone

_PICTURE = ".png"


def add(actions: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the actions to `fieldkit office`."""
    phone = actions.add_parser("phone", parents=[common], help=_("the phones that send with ODK Collect"))
    ways = phone.add_subparsers(metavar=_("ACTION"), required=True)
    village = _("a village whose households it may look up by number; named once for each")
    new = ways.add_parser(
        "add", parents=[common], help=_("let a phone in, and show the code of its settings")
    )
    new.add_argument("name", metavar="NAME")
    new.add_argument(
        "--form",
        metavar="FORM",
        action="append",
        required=True,
        help=_("a form that it is given; named once for each"),
    )
    new.add_argument("--village", metavar="CODE", action="append", default=[], help=village)
    new.add_argument(
        "--url",
        metavar="URL",
        required=True,
        help=_("where the phone reaches the office, like https://office.example/openrosa"),
    )
    new.add_argument(
        "--out", metavar="FILE", type=Path, help=_("write the code there: .png a picture, else its text")
    )
    new.set_defaults(run=run_add)
    give = ways.add_parser(
        "give", parents=[common], help=_("give a phone other forms and villages than it has")
    )
    give.add_argument("name", metavar="NAME")
    give.add_argument(
        "--form",
        metavar="FORM",
        action="append",
        required=True,
        help=_("a form that it is given; named once for each"),
    )
    give.add_argument("--village", metavar="CODE", action="append", default=[], help=village)
    give.set_defaults(run=run_give)
    waiting = ways.add_parser(
        "waiting", parents=[common], help=_("what phones sent that waits, or was refused, and what to do")
    )
    waiting.add_argument(
        "--take", action="store_true", help=_("take in what can be opened now, where nobody serves phones")
    )
    waiting.set_defaults(run=run_waiting)
    revoke = ways.add_parser("revoke", parents=[common], help=_("take nothing more from a phone"))
    revoke.add_argument("name", metavar="NAME")
    revoke.set_defaults(run=run_revoke)
    files = ways.add_parser(
        "files", parents=[common], help=_("write the files that a phone sent with a record into a folder")
    )
    files.add_argument("record", metavar="RECORD")
    files.add_argument("folder", metavar="DEST", type=Path)
    files.set_defaults(run=run_files)
    for name, run, words in (
        ("list", run_list, _("the phones, and what each was given")),
        ("key", run_key, _("make the key with which phones encrypt what they send")),
    ):
        ways.add_parser(name, parents=[common], help=words).set_defaults(run=run)


def run_add(options: argparse.Namespace) -> int:
    """Let a phone in."""
    from fieldkit.cli.codes import drawn_text
    from fieldkit.interop.openrosa.admitting import add_phone
    from fieldkit.interop.openrosa.settings_code import picture, settings_text
    from fieldkit.office.desks import KEEPER
    from fieldkit.office.roles import Act
    from fieldkit.session.desk.phones import address_for

    office = open_office(options, Act.KEEP)
    try:
        url = address_for(office.library, options.form, options.url)
        made, password = add_phone(
            office, options.name, options.form, options.village, by=desk_name(options) or KEEPER
        )
    finally:
        office.close()
    text = settings_text(url, made.user, password, office.name)
    facts = {**_facts(made), "url": url, "password": password, "settings": text}
    said = [
        _("{name} may send now. Scan this code with ODK Collect; it is shown this once.", name=made.name),
        _(
            "By hand: address {url}, user {user}, password {password}",
            url=url,
            user=made.user,
            password=password,
        ),
    ]
    if options.out is None:
        said.insert(1, drawn_text(text))
    else:
        content = picture(text) if options.out.suffix.lower() == _PICTURE else f"{text}\n".encode("ascii")
        _write(options.out, content)
        said.insert(
            1,
            _(
                "The code is in {path}. Remove that file once it is scanned: it holds the password.",
                path=options.out,
            ),
        )
    show(options, facts, "\n".join(said))
    return 0


def run_give(options: argparse.Namespace) -> int:
    """Give a phone other forms and villages."""
    from fieldkit.interop.openrosa.admitting import give_phone
    from fieldkit.office.desks import KEEPER
    from fieldkit.office.roles import Act

    office = open_office(options, Act.KEEP)
    try:
        made = give_phone(
            office, options.name, options.form, options.village, by=desk_name(options) or KEEPER
        )
    finally:
        office.close()
    show(options, _facts(made), _("{name} finds them when it next asks.", name=made.name))
    return 0


def run_waiting(options: argparse.Namespace) -> int:
    """Say what waits and what was refused; take in what can be opened."""
    from fieldkit.interop.openrosa.receiving import Receiving
    from fieldkit.interop.openrosa.standing import standing
    from fieldkit.office.roles import Act
    from fieldkit.session.desk.phones import refused_lines, waiting_lines
    from fieldkit.session.desk.words import OfficeWords

    office = open_office(options, Act.KEEP)
    taken = None
    if options.take:
        with Receiving(office) as receiving:
            taken = receiving.taken_at_start
        office = open_office(options, Act.KEEP)
    with office:
        found, words = standing(office), OfficeWords(office)
    lines, facts = [], []
    for each in found:
        said = [*waiting_lines(each, words), *refused_lines(each, words)]
        lines += [each.phone.name, *filter(None, said)] if said else []
        facts.append({
            "phone": each.phone.name,
            "waiting": [
                {"form": one.form, "since": one.since.isoformat(timespec="seconds"), "missing": one.missing, "opens": one.opens}
                for one in each.waiting
            ],
            "refused": [asdict(one) | {"about": dict(one.about)} for one in each.refused],
        })  # fmt: skip
    if taken is not None:
        lines.insert(0, _("Taken in: {count}", count=taken))
    show(
        options,
        {"taken": taken, "phones": facts},
        "\n".join(lines) or _("Nothing of phones waits, and nothing was refused."),
    )
    return 0


def run_revoke(options: argparse.Namespace) -> int:
    """Take nothing more from a phone."""
    from fieldkit.interop.openrosa.admitting import revoke_phone
    from fieldkit.office.desks import KEEPER
    from fieldkit.office.roles import Act

    office = open_office(options, Act.KEEP)
    try:
        made = revoke_phone(office, options.name, by=desk_name(options) or KEEPER)
    finally:
        office.close()
    show(options, _facts(made), _("Nothing more is taken from {name}. What it sent stays.", name=made.name))
    return 0


def run_list(options: argparse.Namespace) -> int:
    """List the phones."""
    from fieldkit.interop.openrosa.phones import phones
    from fieldkit.office.roles import Act

    office = open_office(options, Act.KEEP, Act.REPORT)
    found = phones(office)
    office.close()
    lines = [_line(each) for each in found]
    show(options, [_facts(each) for each in found], "\n".join(lines) or _("No phone sends to this office."))
    return 0


def run_key(options: argparse.Namespace) -> int:
    """Make the key pair, or show the public half of the one that is there."""
    from fieldkit.interop.openrosa.keys import make_key
    from fieldkit.office.roles import Act

    office = open_office(options, Act.KEEP)
    try:
        key = make_key(office)
    finally:
        office.close()
    words = _(
        "Phones encrypt what they send with this key; its other half lies sealed in the office. For forms of your own (public_key):"
    )
    show(options, {"public_key": key.public}, f"{words}\n{key.public}")
    return 0


def run_files(options: argparse.Namespace) -> int:
    """Write what a phone attached to a record; the look is logged."""
    from fieldkit.office.roles import Act
    from fieldkit.office.sent import write_files

    with open_desk(options) as desk:
        desk.need(Act.RESTRICTED)
        if desk.look(options.record, "files") is None:
            raise FieldkitError("record.unknown", id=options.record)
        written = write_files(desk.office, options.record, options.folder.expanduser())
    paths = [str(path) for path in written]
    show(options, {"files": paths}, "\n".join(paths) or _("No files came with this record."))
    return 0


def _write(path: Path, content: bytes) -> None:
    """Write a file for whoever sits here alone. Raises SyncError("medium.…")."""
    from sync.files import write_file

    write_file(path, content, private=True)


def _facts(phone: Phone) -> dict[str, object]:
    return {
        "name": phone.name, "user": phone.user, "device": phone.device, "forms": list(phone.forms),
        "villages": list(phone.villages), "since": phone.since, "revoked": phone.revoked,
    }  # fmt: skip


def _line(phone: Phone) -> str:
    said = _("revoked") if phone.revoked else _(", ").join(phone.forms)
    return labelled(phone.name, f"{phone.user}  {said}  {phone.since[:10]}")
