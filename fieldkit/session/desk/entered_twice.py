"""Two entries of one paper side by side: what was answered in each, and where they say different things."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fieldkit.xforms import Event, FormEntry, Question
from fieldkit.xforms.answers import Answer

_FILE = "upload"
"""The control of a file: two copies of it are never the same."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A question whose two entries differ; "" where one has no answer. path: in the first entry, by position.

    is_row: it stands in a row that one of the entries does not have.
    """

    path: str
    first: Answer
    second: Answer
    is_row: bool = False


class Entries:
    """Two entries of one paper. fresh: one that nobody has answered anything in, of the day of the second.

    What is worked out, only shown, a file, a time that the clock fills in, or a day that it filled in and nobody typed, was
    not entered from paper: it is not compared.
    """

    def __init__(self, first: FormEntry, second: FormEntry, fresh: FormEntry) -> None:
        self._first, self._second = first, second
        self._timed = {
            action.target for action in first.form.actions if action.value and "now(" in action.value.source
        }
        self._dated = {
            action.target: fresh.value(action.target)
            for action in first.form.actions
            if action.value and "today(" in action.value.source and _is_there(fresh, action.target)
        }
        self._one, self._other = dict(self._answers(first)), dict(self._answers(second))
        for path in [path for path in self._other if self._is_untouched(path)]:
            del self._other[path]
            self._one.pop(path, None)

    def differences(self) -> list[Difference]:
        """Where they differ, in the order of asking."""
        found = []
        for path in [*self._one, *(path for path in self._other if path not in self._one)]:
            first, second = self._one.get(path, ""), self._other.get(path, "")
            if first != second:
                is_row = not (_is_there(self._first, path) and _is_there(self._second, path))
                found.append(Difference(path, first, second, is_row))
        return found

    def compared(self) -> Mapping[str, int]:
        """Question, as `question_at` → how many answers were compared, of those that either entry has."""
        counts: dict[str, int] = {}
        for path in {*self._one, *self._other}:
            if self._one.get(path, "") or self._other.get(path, ""):
                counts[question_at(path)] = counts.get(question_at(path), 0) + 1
        return counts

    def _answers(self, entry: FormEntry) -> Iterator[tuple[str, Answer]]:
        for place in entry.places():
            if place.event is Event.PROMPT_NEW_REPEAT:
                continue
            for path in entry.page(place):
                if self._is_entered(entry, path):
                    missing = entry.missing(path)
                    yield path, {"missing": missing.value} if missing else entry.value(path)

    def _is_entered(self, entry: FormEntry, path: str) -> bool:
        item = entry.item(path)
        return (
            isinstance(item, Question)
            and bool(item.control)
            and item.control != _FILE
            and not item.is_note
            and not entry.is_readonly(path)
            and item.path not in self._timed
        )

    def _is_untouched(self, path: str) -> bool:
        return self._other[path] == self._dated.get(path, "") != ""


def question_at(path: str) -> str:
    """A path below the root, without the numbers of rows."""
    return "/".join(step.partition("[")[0] for step in path.split("/")[2:])


def _is_there(entry: FormEntry, path: str) -> bool:
    try:
        entry.key(path)
    except LookupError:
        return False
    return True
