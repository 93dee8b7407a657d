"""Records in memory, written by the names of their questions, and rows of facts written by hand: for tests of what is counted."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from fieldkit.library import FormLibrary
from fieldkit.places import Place
from fieldkit.records import Record
from fieldkit.report.facts import Facts
from fieldkit.report.figures import TOWN, Figure, Figures
from fieldkit.report.indicators import MADE, MEASURES, reads
from fieldkit.report.periods import parse_period

A, B, C = "990101100001", "990101100200", "990101100201"
"""Three villages, in the order of their codes."""
PLACES = tuple(Place(code, {"zh": code, "en": code}) for code in (A, B, C))
LIBRARY = FormLibrary(None)
"""The forms that ship."""
_numbers = itertools.count()

Said = str | Mapping[str, str] | Sequence[Mapping[str, "Said"]]
"""An answer, why there is none, or the rows of a repeat."""


@dataclass
class Tables:
    """Records held in memory: RecordTables. lists: name → rows of official figures."""

    found: Sequence[Record]
    villages: Sequence[Place] = PLACES
    lists: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)
    library: FormLibrary = LIBRARY

    def records(self, form: str) -> Iterator[Record]:
        return (each for each in self.found if each.form == form)

    def read(self, take: Callable[[Record], None]) -> str:
        for each in self.found:
            take(each)
        return self.state()

    def places(self) -> Sequence[Place]:
        return self.villages

    def official(self, name: str) -> Sequence[Mapping[str, str]]:
        return self.lists.get(name, ())

    def state(self) -> str:
        return "f" * 64


def tables(*records: Record, **lists: Sequence[Mapping[str, str]]) -> Tables:
    """Tables of these records. lists: those of official figures."""
    return Tables(records, lists=lists)


def record(
    form: str,
    said: Mapping[str, Said],
    *,
    id: str = "",  # noqa: A002 - the field's name
    conflicts: Sequence[str] = (),
    made_on: date = date(2026, 3, 6),
) -> Record:
    """A record of a form that ships, its answers by the names of their questions; those of a repeat as a list of rows, where
    "#" is the id of the row, its number without one. conflicts: the names of questions whose answers are in conflict.
    """
    answers: dict[str, object] = {}
    for name, answer in said.items():
        if isinstance(answer, str | Mapping):
            answers[_path(form, name)] = answer
            continue
        repeat = _path(form, name)
        for number, row in enumerate(answer, 1):
            instance = f"{repeat}/{row.get('#', f'row{number}')}"
            answers[instance] = str(number)
            answers |= {
                instance + _path(form, each).removeprefix(repeat): said
                for each, said in row.items()
                if each != "#"
            }
    number = f"r{next(_numbers):06d}"
    torn = frozenset(_path(form, name) for name in conflicts)
    return Record(id or number, form, answers, torn, made_on)


def facts(**rows: Sequence[Mapping[str, str]]) -> Facts:
    """Facts of these rows: whatever an indicator reads of a table and a row does not say is "". A row without a village lies in
    `A`.
    """
    wanted = reads()
    found = {
        table: [
            dict.fromkeys(wanted.get(table, ()), "")
            | {"record_id": f"{table}-{n}", "village": A, "made_on": "2026-03-06"}
            | row
            for n, row in enumerate(each)
        ]
        for table, each in rows.items()
    }
    return Facts(found, "f" * 64)


def figure(found: Facts | Figures, measure: str, period: str = "2026-03", village: str = TOWN) -> Figure:
    """A measure of a village, or of the township."""
    figures = found if isinstance(found, Figures) else Figures(found, MADE, PLACES)
    return figures.of(MEASURES[measure], parse_period(period))[village]


def counted(found: Facts | Figures, measure: str, period: str = "2026-03", village: str = TOWN) -> tuple:
    """As `figure`: what is counted, and what of."""
    each = figure(found, measure, period, village)
    return each.n, each.of


@lru_cache
def _path(form: str, name: str) -> str:
    """The path of the question, or of the repeat, of that name."""
    known = LIBRARY.get(form).items
    found = min((path for path in known if path.rpartition("/")[2] == name), key=lambda path: path.count("/"))
    return found.split("/", 2)[2]
