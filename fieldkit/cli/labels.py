"""`fieldkit labels`: household codes to print: stickers, cards for the inside of the door, or a label printer's own file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.cli.common import Verbs, open_session, show
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _, language

if TYPE_CHECKING:
    from fieldkit.places import Place
    from fieldkit.session.labels import Label

_HTML, _TSPL = ".html", ".tspl"
_SIZES = ("40x30", "50x30")


def add(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to the command line."""
    verb = verbs.add_parser("labels", parents=[common], help=_("print household codes: stickers or cards"))
    whose = verb.add_mutually_exclusive_group(required=True)
    whose.add_argument(
        "--village", metavar="CODE", help=_("every household registered here: the village's code or name")
    )
    whose.add_argument("--numbers", metavar="FILE", type=Path, help=_("household numbers, one on each line"))
    where = verb.add_mutually_exclusive_group(required=True)
    where.add_argument(
        "--out", metavar="FILE", type=Path, help=_(".html to print on A4, .tspl for a label printer")
    )
    where.add_argument(
        "--printer", metavar="PATH", type=Path, help=_("send it to a label printer: /dev/usb/lp0, LPT1")
    )
    verb.add_argument(
        "--cards", action="store_true", help=_("a page for each household instead of stickers (.html)")
    )
    verb.add_argument("--size", choices=_SIZES, default=_SIZES[0], help=_("of the printer's labels, in mm"))
    verb.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write or print them; refuses a file of numbers as a whole where one of them is wrong."""
    from fieldkit.session.labels import cards, sheets, tspl

    ending = options.out.suffix.lower() if options.out else _TSPL
    if ending not in {_HTML, _TSPL}:
        raise FieldkitError("labels.unknown-format", path=str(options.out))
    if options.cards and ending != _HTML:
        raise FieldkitError("labels.cards", size=options.size)
    labels, watermark = _of_file(options.numbers) if options.numbers else _of_village(options)
    if ending == _TSPL:
        content = tspl(labels, options.size)
    else:
        content = (cards if options.cards else sheets)(labels, watermark).encode("utf-8")
    target: Path = options.out or options.printer
    try:
        target.write_bytes(content)
    except OSError as error:
        raise FieldkitError(
            "labels.unwritable", path=str(target), reason=error.strerror or str(error)
        ) from error
    said = _("{count} household codes: {path}", count=len(labels), path=target)
    if ending == _HTML:
        said += "\n" + _(
            "Open it in a browser and print it at 100 %, without margins; “save as PDF” gives a PDF."
        )
    show(options, {"labels": len(labels), "file": str(target)}, said)
    return 0


def _of_village(options: argparse.Namespace) -> tuple[list[Label], str]:
    from fieldkit.session.labels import Label

    place = _village(options.village)
    with open_session(options) as session:
        numbers = sorted(
            each.id for each in session.registry().households.values() if each.village == place.code
        )
        watermark = session.watermark
    if not numbers:
        raise FieldkitError("labels.none", place=place.name(language()))
    return [Label(number, place.name(language())) for number in numbers], watermark


def _village(named: str) -> Place:
    from fieldkit.places import places

    for place in places():
        if named in {place.code, *place.names.values()}:
            return place
    raise FieldkitError("labels.village", text=named, known=[each.code for each in places()])


def _of_file(path: Path) -> tuple[list[Label], str]:
    from fieldkit.datatypes.numbers import parse_household
    from fieldkit.datatypes.refused import RefusedError
    from fieldkit.explain import explain
    from fieldkit.places import places
    from fieldkit.session.labels import Label

    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        raise FieldkitError("labels.unreadable", path=str(path), reason=str(error)) from error
    names = {place.code: place.name(language()) for place in places()}
    labels, faults = [], []
    for row, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            number = parse_household(line)
        except RefusedError as refused:
            faults.append(_("line {row}: {reason}", row=row, reason=explain(refused)))
        else:
            labels.append(Label(number, names.get(number[:12], number[:12])))
    if faults or not labels:
        raise FieldkitError("labels.numbers", path=str(path), problems=faults)
    return labels, ""
