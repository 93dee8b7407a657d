"""Walking an interview one question at a time: the questions of a page one after the other."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

from fieldkit.errors import FieldkitError
from fieldkit.session.asking.telling import asked_at, is_read_only
from fieldkit.session.interview import Interview
from fieldkit.xforms import Event, Index, Repeat

_MEMBER = re.compile(r"\[\d+\]$")


def paths_here(interview: Interview) -> list[str]:
    """The questions asked at the place where the interview stands."""
    return asked_at(interview, interview.index)


def arrive(interview: Interview, at: Literal["first", "last", "open"]) -> str:
    """The question to begin with where the interview stands, "" where there is none.

    "open": the one after the last that has an answer, for who comes back to a page.
    """
    paths = paths_here(interview)
    if not paths:
        return ""
    if at == "first":
        return paths[0]
    if at == "last":
        return paths[-1]
    entry = interview.entry
    answered = [
        place
        for place, path in enumerate(paths)
        if not is_read_only(interview, path) and (entry.value(path) or entry.missing(path))
    ]
    return paths[min(answered[-1] + 1, len(paths) - 1)] if answered else paths[0]


def step_on(interview: Interview, path: str) -> str:
    """Go to the question after `path`; a place without questions (the end, a repeat that may grow) gives ""."""
    paths = paths_here(interview)
    place = paths.index(path) + 1 if path in paths else len(paths)
    if place < len(paths):
        return paths[place]
    interview.next()
    return arrive_over_empty(interview)


def step_back(interview: Interview, path: str) -> str:
    """Go to the question before `path`; the first stays where it is."""
    paths = paths_here(interview)
    place = paths.index(path) if path in paths else 0
    if place > 0:
        return paths[place - 1]
    before = interview.index
    while interview.previous() != before:
        if paths_here(interview) or interview.index.event is Event.PROMPT_NEW_REPEAT:
            return arrive(interview, "last")
        before = interview.index
    return arrive_over_empty(interview)


def arrive_over_empty(interview: Interview) -> str:
    """The first question from here on; pages on which nothing is asked now are passed over."""
    while interview.index.event is Event.PAGE and not paths_here(interview):
        interview.next()
    return arrive(interview, "first")


def where_changed(interview: Interview, changed: Collection[str], path: str) -> str:
    """Go to the first question among the `changed` paths; else stay at `path`, or nearby if it is gone."""
    entry = interview.entry
    for index in entry.places():
        for asked in asked_at(interview, index):
            if asked in changed and not is_read_only(interview, asked):
                interview.stand(index)
                return asked
    return path if path in paths_here(interview) else arrive(interview, "first")


def remove_member(interview: Interview, path: str) -> None:
    """Take out the member that `path` is asked about, and go to where another may be added.

    Raises FieldkitError("asking.no-member") outside a repeat, or in one whose members are counted by the form.
    """
    above = path
    while above and not _MEMBER.search(above):
        above = above.rpartition("/")[0]
    item = interview.entry.item(above) if above else None
    if not isinstance(item, Repeat) or item.fixed:
        raise FieldkitError("asking.no-member")
    interview.entry.index = Index(Event.PROMPT_NEW_REPEAT, _MEMBER.sub("", above))
    interview.remove_member(above)
