"""`fieldkit office duplicates`: who may be registered twice, across villages and laptops."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from fieldkit.cli.common import Verbs, open_office, show
from fieldkit.i18n import _

if TYPE_CHECKING:
    from fieldkit.office.doubles import Found, OfficeDouble
    from fieldkit.session.desk.words import OfficeWords


def add(actions: Verbs, common: argparse.ArgumentParser) -> None:
    """Add the verb to those of the office."""
    verb = actions.add_parser("duplicates", parents=[common], help=_("who may be registered twice, and why"))
    verb.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """List the pairs that nobody has decided about, with what speaks for each."""
    from fieldkit.office.roles import Act
    from fieldkit.session.desk.words import OfficeWords

    office = open_office(options, Act.DECIDE)
    try:
        found = office.doubles()
        words = OfficeWords(office)
    finally:
        office.close()
    rows = [
        {
            "persons": [asdict(each) | {"laptop": words.enrolled_as(each.device)} for each in (pair.first, pair.second)],
            "evidence": list(pair.evidence),
            "unsure": pair.unsure,
        }
        for pair in found
    ]  # fmt: skip
    lines = [line for pair in found for line in _lines(pair, words)]
    show(options, rows, "\n".join(lines) or _("Nobody here seems to be registered twice."))
    return 0


def _lines(pair: OfficeDouble, words: OfficeWords) -> Iterator[str]:
    """What speaks for it, then both rows."""
    left = "  " + _("left for later") if pair.unsure else ""
    yield words.choices("same_person", "evidence", " ".join(pair.evidence)) + left
    for person in (pair.first, pair.second):
        yield "  " + _line(person, words)


def _line(person: Found, words: OfficeWords) -> str:
    sex = words.choices("household", f"home/members/{person.id}/sex", person.sex)
    member = _("member {number}", number=person.number)
    parts = (words.place(person.village), person.household, member, person.birth_year, sex)
    return "  ".join([*(part for part in parts if part), words.laptop(person.device)])
