"""An interview at a glance: every question that is asked, with its state by sign and word."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fieldkit.session.asking.telling import asked_at
from fieldkit.session.interview import Interview
from fieldkit.xforms import Event


class State(StrEnum):
    """Where a question stands. SKIPPED was passed without an answer, which is always allowed where none is required."""

    HERE = "here"
    DONE = "done"
    ERROR = "error"
    DOUBT = "doubt"
    MISSING = "missing"
    SKIPPED = "skipped"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Line:
    """A group (no state) or a question. depth: how many groups it lies in. number: as `find_question` counts."""

    path: str
    label: str
    depth: int
    state: State | None = None
    number: int = 0


def outline(interview: Interview) -> list[Line]:
    """The lines of an interview as the answers stand now, in the order of asking."""
    entry = interview.entry
    kinds = {problem.path: problem.kind for problem in reversed(interview.problems())}
    here, passed = interview.index, interview.index.event is not Event.BEGINNING
    lines: list[Line] = []
    shown: list[str] = []
    number = 0
    for index in entry.places():
        if index.event is Event.PROMPT_NEW_REPEAT:
            passed = passed and index != here
            continue
        number += 1
        shown = _open_groups(interview, index.path, shown, lines)
        is_here = index == here
        for path in asked_at(interview, index):
            state = State.HERE if is_here else _state(interview, path, kinds.get(path, ""), passed=passed)
            label = entry.label(path) or entry.item(path).name
            lines.append(Line(path, label, len(shown), state, number))
        passed = passed and not is_here
    return lines


def _open_groups(interview: Interview, path: str, shown: list[str], lines: list[Line]) -> list[str]:
    """Add a line for each group around `path` that has words and is not open yet; give the groups now open."""
    entry = interview.entry
    parts = path.split("/")
    around = ["/".join(parts[:end]) for end in range(3, len(parts))]
    around = [each for each in around if entry.label(each)]
    for depth, group in enumerate(around):
        if shown[: depth + 1] != around[: depth + 1]:
            lines.append(Line(group, entry.label(group) + _member(group), depth))
            shown = around[: depth + 1]
    return around


def _member(path: str) -> str:
    """The number of a repeat instance, as it is said."""
    name = path.rpartition("/")[2]
    return f" {name[name.index('[') + 1 : -1]}" if name.endswith("]") else ""


def _state(interview: Interview, path: str, kind: str, *, passed: bool) -> State:
    entry = interview.entry
    if kind in {"constraint", "type", "check"}:
        return State.ERROR
    if kind == "warning":
        return State.DOUBT
    if entry.value(path) or entry.missing(path):
        return State.DONE
    if not passed or entry.is_readonly(path):
        return State.LATER
    return State.MISSING if kind == "required" else State.SKIPPED
