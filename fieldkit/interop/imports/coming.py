"""What comes in: a record as a file has it, where in the file, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fieldkit.xforms import Form
from fieldkit.xforms.answers import Answer


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: the file, its row (1-based, 0 where there are no rows), the column as the file calls it."""

    file: str
    row: int = 0
    column: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a place. code, params: of the sentence that says what and how to mend it."""

    place: Place
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Coming:
    """A record of a file. instance: its instanceID. answers: flat. places: flat key → where it stands. files: of those beside it,
    name → what gives the bytes.
    """

    form: Form
    instance: str
    place: Place
    answers: dict[str, Answer] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    files: Mapping[str, Callable[[], bytes]] = field(default_factory=dict)

    def at(self, key: str) -> Place:
        """Where an answer stands; the record itself where the file has no such column."""
        return self.places.get(key, self.place)


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was made of a file or sheet. encoding: "" for a workbook. columns: column → question, as a path below the root;
    passed: columns that are of the server; unknown: columns with answers that the form does not ask.
    """

    file: str
    encoding: str
    form: str
    repeat: str
    rows: int
    columns: Mapping[str, str]
    passed: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
