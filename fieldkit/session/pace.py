"""How an interview goes where one person follows the other: it stops only where something must be asked, and ends by itself."""

from __future__ import annotations

from collections.abc import Iterable

from fieldkit.session.interview import Interview
from fieldkit.xforms import Event, Question

_DEFER = "today_defer"
"""The question of a registration why an examination is put off."""


class Pace:
    """The stops of one interview: every question that is required and open, and by their names those that are asked
    although they may stay open (`also`), answers that are shown once to be confirmed (`confirmed`), and whatever is to be
    warned of.

    passed: the stops that were left already, answered or not.
    """

    def __init__(self, also: Iterable[str] = (), confirmed: Iterable[str] = ()) -> None:
        self._also = frozenset(also)
        self._confirmed = frozenset(confirmed)
        self.passed: set[str] = set()

    def next_stop(self, interview: Interview) -> str | None:
        """The path of the next question to stop at, None where nothing is left to ask."""
        entry = interview.entry
        for place in entry.places():
            for path in entry.page(place) if place.event is not Event.PROMPT_NEW_REPEAT else ():
                if self._is_stop(interview, path):
                    return path
        return None

    def beside(self, interview: Interview, path: str) -> list[str]:
        """The notes of the same group that stand before a stop: nobody else stops at them, and they must be there to be read."""
        entry, group = interview.entry, path.rpartition("/")[0]
        notes: list[str] = []
        for place in entry.places():
            for each in entry.page(place) if place.event is not Event.PROMPT_NEW_REPEAT else ():
                if each == path:
                    return notes
                item = entry.item(each)
                if isinstance(item, Question) and item.is_note and each.rpartition("/")[0] == group:
                    notes.append(each)
        return notes

    def to_defer(self, interview: Interview) -> str | None:
        """Where it is asked why somebody is put off, which then is a stop and the last one but what is required; None where
        nobody can be put off here or yet.
        """
        entry = interview.entry
        try:
            path = entry.form.find(_DEFER).path
        except LookupError:
            return None
        if not entry.is_relevant(path):
            return None
        self._also = frozenset()
        return path

    def _is_stop(self, interview: Interview, path: str) -> bool:
        entry, item = interview.entry, interview.entry.item(path)
        if not isinstance(item, Question) or item.is_note or not item.control or entry.is_readonly(path):
            return False
        is_open = not (entry.value(path) or entry.missing(path))
        if is_open and entry.is_required(path):
            return True
        if path in self.passed:
            return False
        if item.name in (self._also if is_open else self._confirmed):
            return True
        return not is_open and any(each.kind == "warning" for each in interview.problems(path))
