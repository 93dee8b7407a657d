"""`fieldkit office letters`: letters about one person to an office elsewhere, and what it answers."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.cli.common import Verbs, open_desk, show
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk

_RESULTS = "received, answered, not_found, declined, wrong_unit, asked_stop"


def add(actions: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the actions to `fieldkit office`."""
    letters = actions.add_parser(
        "letters", parents=[common], help=_("letters about somebody away; without an action it lists them")
    )
    letters.set_defaults(run=run_list)
    ways = letters.add_subparsers(metavar=_("ACTION"))
    write = ways.add_parser("write", parents=[common], help=_("write one, sealed for an office elsewhere"))
    write.add_argument("record", metavar="RECORD", help=_("id of the record"))
    write.add_argument("--unit", metavar="NAME", required=True, help=_("the office, as the list calls it"))
    write.add_argument("--out", metavar="DEST", type=Path, required=True, help=_("folder for the letter"))
    write.add_argument(
        "--say", metavar="ITEM=TEXT", action="append", default=[], help=_("what no record here holds")
    )
    write.set_defaults(run=run_write)
    read = ways.add_parser("read", parents=[common], help=_("open one that another office sent"))
    read.add_argument("file", metavar="FILE", type=Path, help=_("file of the letter, or the folder it is in"))
    read.set_defaults(run=run_read)
    reply = ways.add_parser("reply", parents=[common], help=_("answer one that another office sent"))
    reply.add_argument(
        "file", metavar="FILE", type=Path, help=_("file of the letter, or the folder it is in")
    )
    reply.add_argument("--result", metavar="RESULT", required=True, help=_RESULTS)
    reply.add_argument("--out", metavar="DEST", type=Path, required=True, help=_("folder for the reply"))
    reply.add_argument("--text", metavar="TEXT", default="", help=_("in your own words"))
    reply.set_defaults(run=run_reply)
    take = ways.add_parser("take", parents=[common], help=_("take a reply that came back"))
    take.add_argument("file", metavar="FILE", type=Path, help=_("file of the reply, or the folder it is in"))
    take.set_defaults(run=run_take)
    stop = ways.add_parser("stop", parents=[common], help=_("somebody asked not to be contacted"))
    stop.add_argument("record", metavar="RECORD", help=_("id of the record"))
    stop.set_defaults(run=run_stop)
    unit = ways.add_parser("unit", parents=[common], help=_("the offices that letters go to"))
    units = unit.add_subparsers(metavar=_("ACTION"), required=True)
    new = units.add_parser("add", parents=[common], help=_("add one"))
    new.add_argument("name", metavar="NAME", help=_("what to call the office"))
    new.add_argument("--county", metavar="6DIGITS", required=True, help=_("division code of its county"))
    new.add_argument(
        "--card", metavar="FILE", type=Path, help=_("its card; without one it gets letters on paper")
    )
    new.add_argument(
        "--digits", metavar="DIGITS", default="", help=_("those of its card, as they are read aloud there")
    )
    new.set_defaults(run=run_unit_add)
    units.add_parser("list", parents=[common], help=_("those there are, and our own digits")).set_defaults(
        run=run_unit_list
    )


def _at_desk(options: argparse.Namespace) -> Desk:
    """The desk of whoever may write letters. Raises FieldkitError("role.may-not")."""
    from fieldkit.office.roles import Act

    desk = open_desk(options)
    try:
        desk.need(Act.LIAISE)
    except BaseException:
        desk.close()
        raise
    return desk


def run_list(options: argparse.Namespace) -> int:
    """List the letters."""
    from fieldkit.session.desk.letters import STANDS

    with _at_desk(options) as desk:
        found = desk.letters.all()
    rows = [
        {
            "record": line.record,
            "title": line.title,
            "stands": line.stands,
            "at": line.at,
            "late": line.is_late,
        }
        for line in found
    ]
    lines = [
        "  ".join([line.record, line.title, _(STANDS[line.stands]), line.at, line.result]) for line in found
    ]
    show(options, rows, "\n".join(lines) or _("No letter is to be written, and none waits for a reply."))
    return 0


def run_write(options: argparse.Namespace) -> int:
    """Write a letter."""
    from fieldkit.fieldwork.liaison import Stands

    said = dict(_said(each) for each in options.say)
    with _at_desk(options) as desk:
        rows = [
            line.row
            for line in desk.letters.all()
            if line.record == options.record and line.stands is Stands.READY
        ]
        if not rows:
            raise FieldkitError("letter.no-row")
        fitting = [
            row
            for row in rows
            if options.unit in {each.name for each in desk.letters.units_for(options.record, row)}
        ]
        row = (fitting or rows)[0]
        letter, path = desk.letters.write(options.record, row, options.unit, options.out.expanduser(), said)
    facts = {"file": str(path), "id": letter.id, "reply_due": letter.reply_due.isoformat()}
    text = _(
        "The letter is in {path}. Nobody but {unit} can open it; a reply is due in seven days.",
        path=path,
        unit=options.unit,
    )
    show(options, facts, text)
    return 0


def run_read(options: argparse.Namespace) -> int:
    """Open a letter from another office."""
    from fieldkit.session.letter_page import letter_lines

    with _at_desk(options) as desk:
        opened = desk.incoming.read(options.file.expanduser())
    plain = replace(opened.letter, items=opened.items).to_plain()
    lines = letter_lines(opened.letter, opened.items)
    if opened.hidden:
        lines.append(
            _(
                "{count} {count:answer is|answers are} not shown here: only a reviewer sees {count:it|them}.",
                count=opened.hidden,
            )
        )
    show(options, plain, "\n".join(lines))
    return 0


def run_reply(options: argparse.Namespace) -> int:
    """Answer a letter from another office."""
    with _at_desk(options) as desk:
        path = desk.incoming.reply(
            options.file.expanduser(), options.result, options.out.expanduser(), options.text
        )
    show(options, {"file": str(path)}, _("The reply is in {path}. Bring or send it back.", path=path))
    return 0


def run_take(options: argparse.Namespace) -> int:
    """Take a reply."""
    from fieldkit.session.desk.letters import RESULTS

    with _at_desk(options) as desk:
        told = desk.letters.take(options.file.expanduser())
    facts = {"record": told.record, "unit": told.unit, "result": told.result, "text": told.text}
    lines = [told.title, labelled(told.unit, _(RESULTS[told.result])), told.text]
    if told.result == "asked_stop":
        lines.append(_("From today on everything is closed for this person."))
    show(options, facts, "\n".join(filter(None, lines)))
    return 0


def run_stop(options: argparse.Namespace) -> int:
    """Stop all contact."""
    with _at_desk(options) as desk:
        desk.letters.stop(options.record)
    show(options, {"record": options.record}, _("From today on everything is closed for this person."))
    return 0


def run_unit_add(options: argparse.Namespace) -> int:
    """Add an office; with its card alone only its digits are shown, to be compared first."""
    with _at_desk(options) as desk:
        card, digits = desk.units.card(options.card.expanduser()) if options.card else (None, "")
        if card is not None and not options.digits:
            text = _(
                "{name} was not added yet. Telephone them, by a number you know, let them read the digits of their card, and give them with --digits. The card you have says: {digits}",
                name=card.name,
                digits=digits,
            )
            show(options, {"added": False, "digits": digits}, text)
            return 1
        made = desk.units.add(options.name, options.county, card, options.digits)
    show(
        options,
        {"added": True, "name": made.name, "county": made.county},
        _("{name} is in the list.", name=made.name),
    )
    return 0


def run_unit_list(options: argparse.Namespace) -> int:
    """List the offices elsewhere."""
    with _at_desk(options) as desk:
        found, ours = desk.units.all(), desk.units.ours()
    rows = [{"name": each.name, "county": each.county, "paper": each.is_on_paper} for each in found]
    lines = [
        "  ".join([each.county, each.name, *([_("on paper")] if each.is_on_paper else [])]) for each in found
    ]
    own = _("Digits of our own card, to be read aloud when another office adds us:")
    show(options, {"units": rows, "ours": ours}, "\n".join([*lines, own, ours]))
    return 0


def _said(text: str) -> tuple[str, str]:
    item, equals, words = text.partition("=")
    if not equals:
        raise FieldkitError("usage", reason=_("--say takes ITEM=TEXT"))
    return item, words
