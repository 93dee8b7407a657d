"""A laboratory's table as rows about numbers: each cell read, or said what is wrong with it and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fieldkit.datatypes.numbers import normal, parse_participant
from fieldkit.datatypes.refused import RefusedError
from fieldkit.errors import FieldkitError
from fieldkit.fieldwork.lab_words import (
    ADEQUACY,
    HPV,
    PID,
    RESULTS,
    TCT,
    TYPES,
    closeness,
    column_of,
    is_unsatisfactory,
    result_of,
)

Line = tuple[int, Sequence[str]]
"""A row's number in its file, 1-based, and its cells as text."""
_SAMPLE = re.compile(r"-?[Cc]$")
_HEADER_WITHIN = 20
_PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a row. column: the header as the file has it. code: of the sentence that says what and how to mend
    it. text: the cell as it was written. params: of that sentence.
    """

    column: str
    code: str
    text: str = ""
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LabRow:
    """A row: its place in the file, the participant's number (as written where that is wrong), what it says of her sample
    (question → stored word, only those with a result), and what is wrong in it.
    """

    line: int
    pid: str
    results: Mapping[str, str]
    faults: tuple[Fault, ...] = ()


def lab_rows(lines: Iterable[Line]) -> list[LabRow]:
    """The rows of a table whose header stands within its first lines; empty rows are none.

    Raises FieldkitError("lab.no-header") without a column of numbers, ("lab.no-results") without one of results,
    ("lab.twice") where two columns mean the same.
    """
    table = [(line, [cell.strip() for cell in cells]) for line, cells in lines]
    at, columns = _header(table)
    names = {place: table[at][1][place] for place in columns}
    return list(_rows(table[at + 1 :], columns, names))


def _header(table: Sequence[tuple[int, list[str]]]) -> tuple[int, dict[int, str]]:
    """Where the header stands, and which column means what."""
    for at, (_line, cells) in enumerate(table[:_HEADER_WITHIN]):
        found = {place: name for place, cell in enumerate(cells) if (name := column_of(cell))}
        if PID not in found.values() or len([cell for cell in cells if cell]) == 1:
            continue
        numbers = [place for place, name in found.items() if name == PID]
        surest = min(numbers, key=lambda place: closeness(cells[place]))
        found = {place: name for place, name in found.items() if name != PID or place == surest}
        for name in set(found.values()):
            same = [cells[place] for place, each in found.items() if each == name]
            if len(same) > 1:
                raise FieldkitError("lab.twice", columns=same)
        if not {HPV, TCT, ADEQUACY} & set(found.values()):
            raise FieldkitError("lab.no-results", found=[cell for cell in cells if cell])
        return at, found
    first = table[0][1] if table else []
    raise FieldkitError("lab.no-header", found=[cell for cell in first if cell])


def _rows(
    table: Iterable[tuple[int, list[str]]], columns: Mapping[int, str], names: Mapping[int, str]
) -> Iterator[LabRow]:
    for line, cells in table:
        said = {
            name: (names[place], cells[place] if place < len(cells) else "")
            for place, name in columns.items()
        }
        if any(text for _header, text in said.values()):
            yield _row(line, said)


def _row(line: int, said: Mapping[str, tuple[str, str]]) -> LabRow:
    faults: list[Fault] = []
    header, text = said[PID]
    try:
        pid = parse_participant(_SAMPLE.sub("", normal(text)))
    except RefusedError as refused:
        pid = normal(text)
        faults.append(Fault(header, refused.code, text, refused.params))
    results: dict[str, str] = {}
    for name in RESULTS:
        header, text = said.get(name, ("", ""))
        found = result_of(name, text)
        if name == TCT and is_unsatisfactory(text):
            results.setdefault(ADEQUACY, "unsat")
        elif found is None:
            faults.append(Fault(header, f"lab.cell-{name.replace('_', '-')}", text))
        elif found and found != _PENDING:
            results[name] = found
    if not faults:
        faults += _contradictions(results, said)
    if results.get(TCT):
        results.setdefault(ADEQUACY, "sat")
    return LabRow(line, pid, results, tuple(faults))


def _contradictions(results: Mapping[str, str], said: Mapping[str, tuple[str, str]]) -> Iterator[Fault]:
    """What cannot stand together in one row."""
    types, _text = said.get(TYPES, said.get(HPV, ("", "")))
    if results.get(HPV) == "pos" and not results.get(TYPES):
        yield Fault(types, "lab.cell-no-type")
    if results.get(TYPES) and results.get(HPV) != "pos":
        yield Fault(types, "lab.cell-type-without-positive", said[TYPES][1])
    if results.get(ADEQUACY) == "unsat" and results.get(TCT):
        yield Fault(said[TCT][0], "lab.cell-read-though-unsat", said[TCT][1])
