"""How a record stands with those who look it over: received, queried, answered, approved or closed.

A pure function of the set of its revisions, so that order and repetition of imports cannot matter:

- A review asks (`state` "queried", with `comments` by path) or settles ("approved", "closed", or "received" where somebody
  opened the record again). One that was undone, or whose record was withdrawn meanwhile, does not count.
- What a review asks stands until a review that follows it settles the record. A review made apart, by somebody who had not
  seen the question, settles nothing: queried wins over approved, and no question is lost.
- A question is answered by a revision that names it (`answers` or `replies` in its note), or that writes its answer and that
  whoever asked had not seen. Every answer counts alike: another value, a reason why there is none, or a word that it is
  right as it is.
- Queried: a question has no answer. Answered: every question has one. Otherwise approved or closed, as long as the record
  says what it said when that was decided; once anybody has changed it, it is received again, and that is told.
- A record that was deleted, withdrawn or erased is in no list and asks nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from fieldkit.library import FormLibrary
from fieldkit.office.looks import SENSITIVE, tier_of
from sync import (
    Answer,
    Operation,
    RecordView,
    Revision,
    covers,
    merge,
    undone,
    withdrawn,
    withdrawn_paths,
)
from sync.derived import Derivation, Row
from sync.merge import ancestors

KIND = "review"


class State(StrEnum):
    """How a record stands."""

    RECEIVED = "received"
    QUERIED = "queried"
    ANSWERED = "answered"
    APPROVED = "approved"
    CLOSED = "closed"


_SETTLES = (State.RECEIVED, State.CLOSED, State.APPROVED)
"""What a review may settle a record as; of several made apart the first of these counts."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a question. text: words, "" for "it is right as it is", None where the answer itself was written.

    at: ISO 8601.
    """

    revision: str
    device: str
    by: str
    at: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a review that stands. path: of the answer, "" for the record as a whole. deadline: ISO 8601 or "".

    seen: the revisions that whoever asked had before them.
    """

    id: str
    review: str
    path: str
    text: str
    by: str
    at: str
    deadline: str
    replies: tuple[Reply, ...]
    seen: frozenset[str]

    @property
    def is_open(self) -> bool:
        """Whether it has no answer."""
        return not self.replies


@dataclass(frozen=True, slots=True)
class Review:
    """How a record stands. questions: those that stand, in the order they were asked.

    changed_since: "approved" or "closed" where the record was that, and was changed afterwards. last: the review made
    last of those that count; "" for none. at: when it came to stand so, of a queried one the first day by which an answer
    is wished for; ISO 8601 or "".
    """

    state: State
    questions: tuple[Asked, ...] = ()
    changed_since: str = ""
    last: str = ""
    at: str = ""

    @property
    def open(self) -> tuple[Asked, ...]:
        """The questions that have no answer."""
        return tuple(each for each in self.questions if each.is_open)


def question_id(review: str, path: str) -> str:
    """What a question is called wherever it goes. review: the id of the revision that asks it."""
    return hashlib.sha256(f"{review}\0{path}".encode()).hexdigest()[:32]


def review_of(revisions: Iterable[Revision], view: RecordView | None = None) -> Review:
    """How a record stands. view: of all its revisions, where it is at hand."""
    known = {each.id: each for each in revisions}
    view = view or merge(known.values())
    if view.state != "live":
        return Review(State.RECEIVED)
    return _Reviewed(known, view).review()


def derivation(library: FormLibrary) -> Derivation:
    """The rows of the records that somebody looked over: state; village; the day or time by which lists are in order; form,
    laptops, how many questions stand and are open, and whether it was changed since it was approved or closed.
    """
    return Derivation(KIND, "1", partial(_rows, library), operation=Operation.REVIEW)


def _rows(library: FormLibrary, view: RecordView, revisions: Sequence[Revision]) -> Iterator[Row]:
    review = review_of(revisions, view)
    if review.last:
        made = {each.envelope.device for each in revisions if each.envelope.operation is Operation.PUT}
        facts = {
            "form": view.form, "devices": sorted(made), "asked": len(review.questions), "open": len(review.open),
            "changed": review.changed_since,
        }  # fmt: skip
        yield Row(view.record, "", review.state.value, _village(view, library), review.at, facts)


def _village(view: RecordView, library: FormLibrary) -> str:
    """The village's code, "" where there is none, or it may not stand in a list."""
    form = library.known(view.form)
    for path, answer in view.fields.items():
        is_village = path.rpartition("/")[2] == "village" and isinstance(answer, str)
        if is_village and tier_of(path, form) not in SENSITIVE:
            return str(answer)
    return ""


class _Reviewed:
    """The reviews of one live record."""

    def __init__(self, known: Mapping[str, Revision], view: RecordView) -> None:
        self._known = known
        self._view = view
        self._bodies = {each: revision.body for each, revision in known.items()}
        self._before = ancestors(known.values())
        self._parts = withdrawn_paths(known.values())
        gone = undone(known.values()) | withdrawn(known.values())
        self._counted = [each for each in view.revisions if each not in gone]
        self._states = {each: state for each in self._counted if (state := self._state(each)) is not None}
        self._settling = [each for each, state in self._states.items() if state is not State.QUERIED]

    def review(self) -> Review:
        """How the record stands."""
        last = next(reversed(self._states), "")
        questions = tuple(self._questions())
        left = [each.deadline for each in questions if each.is_open]
        if left:
            return Review(State.QUERIED, questions, "", last, min(filter(None, left), default=""))
        if questions:
            at = max(reply.at for each in questions for reply in each.replies)
            return Review(State.ANSWERED, questions, "", last, at)
        return self._settled(last)

    def _questions(self) -> Iterator[Asked]:
        for each, state in self._states.items():
            if state is State.QUERIED and not any(each in self._before[one] for one in self._settling):
                envelope, note = self._known[each].envelope, self._note(each)
                for path, text in sorted(_comments(note).items()):
                    if not covers(self._parts.get(each, ()), path):
                        name = question_id(each, path)
                        yield Asked(
                            name, each, path, text, envelope.user, envelope.wall, str(note.get("deadline", "")),
                            tuple(self._replies(name, each, path)), self._before[each],
                        )  # fmt: skip

    def _replies(self, name: str, review: str, path: str) -> Iterator[Reply]:
        for each in self._counted:
            named, said = (self._note(each).get(part) for part in ("answers", "replies"))
            text = said.get(name) if isinstance(said, dict) else None
            words = text if isinstance(text, str) else None
            is_named = isinstance(named, list) and name in named
            if words is not None or is_named or self._writes(each, review, path):
                envelope = self._known[each].envelope
                yield Reply(each, envelope.device, envelope.user, envelope.wall, words)

    def _writes(self, each: str, review: str, path: str) -> bool:
        """Whether a revision writes what a review asked about, and was not there when it asked."""
        body, operation = self._bodies[each], self._known[each].envelope.operation
        if body is None or each in self._before[review]:
            return False
        return operation in {Operation.PUT, Operation.RESOLVE} and path in body.changed

    def _settled(self, last: str) -> Review:
        followed = frozenset[str]().union(*(self._before[each] for each in self._settling))
        standing = [each for each in self._settling if each not in followed]
        changed_since = ""
        for each in sorted(standing, key=lambda each: _SETTLES.index(self._states[each])):
            state, at = self._states[each], self._known[each].envelope.wall
            seen = [self._known[one] for one in (*self._before[each], each)]
            if state is State.RECEIVED or _says(merge(seen)) == _says(self._view):
                return Review(state, last=last, at=at)
            changed_since = changed_since or state.value
        return Review(State.RECEIVED, changed_since=changed_since, last=last, at=self._view.wall)

    def _state(self, each: str) -> State | None:
        """What a revision does to how its record stands; None for nothing."""
        if self._known[each].envelope.operation is not Operation.REVIEW:
            return None
        note = self._note(each)
        said = note.get("state", State.QUERIED.value)
        if said == State.QUERIED.value:
            return State.QUERIED if _comments(note) else None
        return next((state for state in _SETTLES if said == state.value), None)

    def _note(self, each: str) -> Mapping[str, Any]:
        body = self._bodies[each]
        return body.note if body is not None else {}


def _comments(note: Mapping[str, Any]) -> dict[str, str]:
    """What a review asks, by path."""
    found = note.get("comments")
    return {path: str(text) for path, text in found.items()} if isinstance(found, dict) else {}


def _says(view: RecordView) -> tuple[Mapping[str, Answer], dict[str, frozenset[str]]]:
    """What a record says: its answers, and those it cannot decide between."""
    apart = {
        path: frozenset(repr(each.answer) for each in versions) for path, versions in view.conflicts.items()
    }
    return view.fields, apart
