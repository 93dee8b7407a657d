"""Questions of the office about records of this laptop: which wait, and the way to answer them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldkit.exchange import Comment, Exchange
from fieldkit.i18n import _

if TYPE_CHECKING:
    from fieldkit.session.interview import Interview


@dataclass(frozen=True, slots=True)
class Queried:
    """A record that the office asks about. deadline: the first day by which an answer is wished for, ISO 8601 or ""."""

    record: str
    deadline: str
    count: int


class Questions:
    """Those of one session. record_title: what a record is called."""

    def __init__(self, exchange: Exchange, record_title: Callable[[str], str]) -> None:
        self._exchange = exchange
        self._record_title = record_title

    def waiting(self) -> list[Queried]:
        """The records with questions that have no answer, the first to be answered first."""
        found: dict[str, list[Comment]] = {}
        for each in self._exchange.questions():
            found.setdefault(each.record, []).append(each)
        return [Queried(record, asked[0].deadline, len(asked)) for record, asked in found.items()]

    def line(self, queried: Queried) -> str:
        """A record that is asked about: by when, how many questions, what it is of."""
        by = _("by {day}", day=queried.deadline) if queried.deadline else ""
        count = _("questions: {count}", count=queried.count)
        return "  ".join(part for part in (by, count, self._record_title(queried.record)) if part)

    @staticmethod
    def go_through(interview: Interview) -> Interview:
        """Let a correction go from one question of the office to the next, beginning with the first; what is asked about
        the record as a whole leads nowhere. Raises StoreError.
        """
        from fieldkit.session.answering import ToQuestions

        pace = ToQuestions()
        stop = pace.next_stop(interview)
        if stop is not None:
            interview.pace = pace
            interview.jump(stop)
        return interview


def question_line(question: Comment) -> str:
    """What the office asks, as it stands beside the question."""
    if question.deadline:
        return _("The office asks (by {day}): {text}", day=question.deadline, text=question.text)
    return _("The office asks: {text}", text=question.text)
