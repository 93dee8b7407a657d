"""Answering what the office asks about a record, while it is being corrected: which questions are left, and what is said."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from fieldkit.exchange import Comment, Exchange, Operation
from fieldkit.session.pace import Pace
from fieldkit.wording import labelled
from fieldkit.xforms import Event

if TYPE_CHECKING:
    from fieldkit.session.interview import Interview
    from fieldkit.xforms import FormEntry
    from fieldkit.xforms.answers import Answer


class Answering:
    """The office's questions about one record. before: its answers as the correction began. replies: what was said to
    questions already, by their ids, "" for "it is right as it is". keep: writes what is said into the draft.

    Another answer, a reason why there is none, a note beside the question, or that it is right as it is: each of them
    answers it.
    """

    def __init__(
        self,
        questions: Iterable[Comment],
        before: Mapping[str, Answer],
        replies: Mapping[str, str],
        keep: Callable[[Mapping[str, Any]], None],
    ) -> None:
        self.questions = tuple(questions)
        self._before = before
        self.replies = dict(replies)
        self._keep = keep

    def at(self, key: str) -> list[Comment]:
        """What is asked about the answer at a key."""
        return [each for each in self.questions if each.path == key]

    def reply(self, questions: Iterable[Comment], text: str = "") -> None:
        """Say something to questions, "" that it is right as it is. Raises StoreError."""
        said = {each.id: text for each in questions}
        self._keep({"replies": said})
        self.replies |= said

    def left(self, interview: Interview) -> list[Comment]:
        """The questions that nothing was said to yet, in the order of the form; of the record as a whole first."""
        places = list(_asked(interview.entry))
        now = interview.entry.answers()
        found = [each for each in self.questions if not self._is_answered(each, now, interview.notes)]
        return sorted(found, key=lambda each: places.index(each.path) if each.path in places else -1)

    def line(self, question: Comment, interview: Interview) -> str:
        """What is asked, and beside which question, where that is asked."""
        path = _asked(interview.entry).get(question.path, "")
        return labelled(interview.entry.label(path), question.text) if path else question.text

    def apart(self, interview: Interview) -> list[Comment]:
        """Those left that stand beside no question of the form: about the record as a whole, or what is not asked now."""
        places = _asked(interview.entry)
        return [each for each in self.left(interview) if each.path not in places]

    def place(self, interview: Interview, passed: Collection[str] = ()) -> str | None:
        """The path of the first question of the form that nothing was said to, without those passed; None for none."""
        left = {each.path for each in self.left(interview)}
        places = _asked(interview.entry).items()
        return next((path for key, path in places if key in left and path not in passed), None)

    def note(self, changed: Collection[str], notes: Mapping[str, str]) -> dict[str, Any]:
        """What a correction that changes the answers at these keys says of the questions. notes: those beside questions."""
        answers = [each.id for each in self.questions if each.path in changed]
        noted = {each.id: notes[each.path] for each in self.questions if notes.get(each.path)}
        replies = self.replies | noted
        return ({"answers": answers} if answers else {}) | ({"replies": replies} if replies else {})

    def _is_answered(self, question: Comment, now: Mapping[str, Answer], notes: Mapping[str, str]) -> bool:
        path = question.path
        is_changed = bool(path) and now.get(path, "") != self._before.get(path, "")
        return is_changed or question.id in self.replies or bool(notes.get(path))


def answering(
    exchange: Exchange, draft: Mapping[str, Any], keep: Callable[[Mapping[str, Any]], None]
) -> Answering | None:
    """What the office asks about the record that a draft corrects; None for nothing. keep: writes into the draft."""
    heads = draft.get("amends") or ()
    questions = exchange.questions(draft["id"]) if heads else []
    before = exchange.as_of(draft["id"], heads) if questions else None
    return Answering(questions, before.answers, draft.get("replies", {}), keep) if before else None


def say(exchange: Exchange, record: str, heads: Collection[str], note: Mapping[str, Any]) -> None:
    """Answer in words, about a record as somebody saw it whose latest revisions were `heads`: no answer of it is written.

    Raises StoreError.
    """
    seen = exchange.view_as_of(record, heads)
    assert seen is not None
    exchange.decide(seen, Operation.REVIEW, seen.fields, note=note)


def answered_in(note: Mapping[str, Any]) -> int:
    """How many questions a note says something of."""
    return len({*note.get("answers", ()), *note.get("replies", ())})


class ToQuestions(Pace):
    """Goes from one question of the office to the next, and ends after the last."""

    def next_stop(self, interview: Interview) -> str | None:
        """The path of the next question that nothing was said to, and that was not left already."""
        return interview.answering.place(interview, self.passed) if interview.answering else None


def _asked(entry: FormEntry) -> dict[str, str]:
    """The key of every question that is asked, with its path, in the order of the form."""
    return dict(_keyed(entry))


def _keyed(entry: FormEntry) -> Iterator[tuple[str, str]]:
    for place in entry.places():
        for path in entry.page(place) if place.event is not Event.PROMPT_NEW_REPEAT else ():
            yield entry.key(path), path
