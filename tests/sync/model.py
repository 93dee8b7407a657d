"""What a record must show, worked out by a model that shares nothing with the product but the words for operations.

It looks at one pair of writes after the other, as slowly and as plainly as it can be said.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

GONE = "_deleted"
WRITING = frozenset({"put", "resolve"})
DECISIONS = frozenset({"resolve", "delete", "review"})


@dataclass(frozen=True)
class Note:
    """What the test wrote down of a revision. writes: the fields changed; "" for one that was emptied. undoes: the ids of the
    decisions that it takes back.
    """

    id: str
    record: str
    parents: tuple[str, ...]
    operation: str
    writes: Mapping[str, Any]
    answers: Mapping[str, Any]
    device: str
    place: tuple[str, int]
    undoes: tuple[str, ...] = ()

    @property
    def erases(self):
        return self.operation == "erase"


@dataclass(frozen=True)
class Shown:
    """conflicts: path → the values in it, as JSON text; "" where it was removed."""

    state: str
    heads: tuple[str, ...]
    incomplete: bool
    fields: Mapping[str, Any] = field(default_factory=dict)
    conflicts: Mapping[str, frozenset[str]] = field(default_factory=dict)


def heads_of(notes: Collection[Note]) -> tuple[str, ...]:
    """Those that no other follows."""
    return tuple(sorted(n.id for n in notes if not any(n.id in other.parents for other in notes)))


def followers(notes: Collection[Note]) -> dict[str, set[str]]:
    """For each all that come after it: grown until nothing more is found."""
    after: dict[str, set[str]] = {note.id: set() for note in notes}
    grew = True
    while grew:
        grew = False
        for note in notes:
            for parent in note.parents:
                more = {note.id} | after[note.id]
                if parent in after and not more <= after[parent]:
                    after[parent] |= more
                    grew = True
    return after


def shown(notes: Collection[Note], bodies: Collection[str]) -> Shown:
    """What a record must show of which these revisions are there, and of `bodies` the answers too."""
    present = {note.id for note in notes}
    heads = heads_of(notes)
    incomplete = any(parent not in present for note in notes for parent in note.parents)
    if any(note.erases for note in notes):
        return Shown("erased", heads, incomplete)
    after = followers(notes)
    withdrawals = [note.id for note in notes if note.operation == "withdraw"]
    counted = [note for note in notes if all(note.id in after[each] for each in withdrawals)]
    if withdrawals and not any(
        note.operation in WRITING and not (note.undoes and note.id in bodies) for note in counted
    ):
        return Shown("withdrawn", heads, incomplete)
    values: dict[str, set[str]] = {}
    for path, standing in standing_writes(counted, bodies, after).items():
        values[path] = {_text(answer) for _note, answer in standing}
    conflicts = {path: frozenset(found) for path, found in values.items() if len(found) > 1}
    fields = {path: json.loads(next(iter(found))) for path, found in values.items() if len(found) == 1}
    deleted = fields.pop(GONE, "no") == "yes"
    fields = {} if deleted else {path: answer for path, answer in fields.items() if answer != ""}
    return Shown("deleted" if deleted else "live", heads, incomplete, fields, conflicts)


def standing_writes(
    notes: Collection[Note], bodies: Collection[str], after: Mapping[str, Collection[str]]
) -> dict[str, list[tuple[Note, Any]]]:
    """For each field the writes that no other write of it follows."""
    found: dict[str, list[tuple[Note, Any]]] = {}
    gone = taken_back(notes, bodies, after)
    writes = {note.id: {} if note.id in gone else _writes(note, notes, bodies) for note in notes}
    for note in notes:
        for path, answer in writes[note.id].items():
            if not any(path in writes[other.id] for other in notes if other.id in after[note.id]):
                found.setdefault(path, []).append((note, answer))
    return found


def taken_back(
    notes: Collection[Note], bodies: Collection[str], after: Mapping[str, Collection[str]]
) -> set[str]:
    """The decisions of which somebody who had seen them said that they do not hold, and nobody took that back in turn."""
    known = {note.id: note for note in notes}

    def holds(each: str) -> bool:
        return not any(
            each in other.undoes and other.operation == "resolve" and other.id in bodies and holds(other.id)
            for other in notes
            if other.id in after[each]
        )

    return {each for each in known if known[each].operation in DECISIONS and not holds(each)}


def _writes(note: Note, counted: Collection[Note], bodies: Collection[str]) -> dict[str, Any]:
    """What a revision writes; one whose parents are all unknown or withdrawn writes all that its author saw."""
    if note.operation == "delete":
        return {GONE: "yes"}
    if note.operation not in WRITING or note.id not in bodies:
        return {}
    alone = not any(other.id in note.parents for other in counted)
    stays = {} if note.undoes else {GONE: "no"}
    return {**stays, **(note.answers if alone else {}), **note.writes}


def _text(answer: Any) -> str:
    return json.dumps(answer, sort_keys=True)
