"""The columns of a flat file: keys, answers, a 0/1 column for each choice of several, and why answers are missing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter

from fieldkit.i18n import _
from fieldkit.privacy.leaving import Way
from fieldkit.report.exports.columns import KEY, ROW, Row, Table, Value


class Kind(StrEnum):
    """What stands in a field. CODE: one of its `choices`. FLAG: 1 for chosen, 0 for not. WHY: a reason (`reasons`)."""

    TEXT = "text"
    CODE = "code"
    INTEGER = "integer"
    DECIMAL = "decimal"
    FLAG = "flag"
    WHY = "why"


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a file. at: the place in a row that it is made of. choice: of a FLAG. choices: values with their words.
    is_free: whether its texts may be any.
    """

    name: str
    label: str
    kind: Kind
    at: int
    choice: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    is_free: bool = False


_KINDS = {Way.CODE: Kind.CODE, Way.INTEGER: Kind.INTEGER, Way.DECIMAL: Kind.DECIMAL}


def fields_of(
    table: Table, language: str, missing: Collection[int], with_reason: Collection[Kind]
) -> list[Field]:
    """The fields of a table. missing: the places of a row where a reason stands at least once; with_reason: the kinds of field
    that have one more beside them, for the reason.
    """
    found = [Field(name, _of_fixed(name), _of_fixed_kind(name), at) for at, name in enumerate(table.fixed)]
    for at, column in enumerate(table.columns, len(table.fixed)):
        label = column.label[language]
        kind = _KINDS.get(column.way, Kind.TEXT)
        choices = tuple((each.value, each.words[language]) for each in column.choices)
        is_free = column.way is Way.TEXT
        found.append(Field(column.name, label, kind, at, choices=choices, is_free=is_free))
        found += [
            Field(each.name, f"{label}: {each.words[language]}", Kind.FLAG, at, each.value)
            for each in column.choices
            if each.name
        ]
        if at in missing and kind in with_reason:
            found.append(Field(column.why, _("{question}: why it is missing", question=label), Kind.WHY, at))
    return found


def cells_maker(fields: Sequence[Field]) -> Callable[[Row], list[Value]]:
    """What makes the cells of a row: its values, in the places of the fields; a reason is left as it is, a WHY is its code."""
    places = [each.at for each in fields]
    pick = itemgetter(*places) if len(places) > 1 else None
    flags = [(at, each.at, each.choice) for at, each in enumerate(fields) if each.kind is Kind.FLAG]
    whys = [(at, each.at) for at, each in enumerate(fields) if each.kind is Kind.WHY]

    def cells(row: Row) -> list[Value]:
        made = list(pick(row)) if pick is not None else [row[place] for place in places]
        chosen: dict[int, list[str]] = {}
        for at, place, choice in flags:
            value = row[place]
            if isinstance(value, str):
                if place not in chosen:
                    chosen[place] = value.split()
                made[at] = "1" if choice in chosen[place] else "0"
        for at, place in whys:
            value = row[place]
            made[at] = value[0] if isinstance(value, list) else None
        return made

    return cells


def _of_fixed(name: str) -> str:
    return {KEY: _("Record (pseudonym)"), ROW: _("Row in the record")}.get(name) or _("Row around it")


def _of_fixed_kind(name: str) -> Kind:
    return Kind.TEXT if name == KEY else Kind.INTEGER
