"""The slip a household keeps: what was agreed, how and when it is contacted, and its rights, as a few lines of text.

A form says what may stand on it (`fk:slip` on its questions, tiers P and N alone), what is said last (`fk:slip` in its
settings) and when there is one at all (`fk:slip_when`). A decline leaves none.
"""

from __future__ import annotations

from collections.abc import Mapping

from fieldkit.exchange import Exchange
from fieldkit.fieldwork.lists import PEOPLE
from fieldkit.privacy.declines import is_declined
from fieldkit.session.history import Histories
from fieldkit.session.interviews import Interviews
from fieldkit.session.words import Words
from fieldkit.xforms import Form, Question
from fieldkit.xforms.answers import Answer
from fieldkit.xforms.lists.choices import list_name

_SHOWN = frozenset({"P", "N"})


class Slips:
    """Writes the slips of one workspace."""

    def __init__(self, exchange: Exchange, interviews: Interviews, histories: Histories) -> None:
        self._exchange = exchange
        self._interviews = interviews
        self._histories = histories

    def of(self, record_id: str) -> str:
        """The slip of a record in the language in use, one thing a line; "" where there is none to give."""
        record = self._exchange.record(record_id)
        if record is None or record.state != "live":
            return ""
        made_with = self._exchange.made_with(record_id)
        form = self._histories.form(record.form, made_with)
        if form is None or not self._is_due(form, record.answers):
            return ""
        words = self._histories.words(record.form, made_with)
        year = record.text("date")[:4]
        lines = [
            f"{words.text(item.bind.slip)} {_short(words.answer(key, record.answers[key]), item, year)}"
            for key in words.ordered(record.answers)
            if isinstance(item := words.item(key), Question)
            and _may_stand(key, item, record.answers[key], words)
        ]
        return "\n".join([*lines, words.text(form.privacy.slip)]).strip()

    def _is_due(self, form: Form, answers: Mapping[str, Answer]) -> bool:
        rule = form.privacy.slip_when
        if rule is None and form.privacy.slip is None:
            return False
        entry = self._interviews.continued(form, answers)
        return not is_declined(entry) and (
            rule is None or entry.evaluate(f"boolean({rule.source})") == "true"
        )


def _may_stand(key: str, item: Question, answer: Answer, words: Words) -> bool:
    """Whether an answer may be read by whoever finds the slip: named by its form, no secret, and nobody's name."""
    if item.bind.slip is None or item.bind.tier not in _SHOWN or words.is_restricted(key):
        return False
    names_people = item.itemset is not None and list_name(item.itemset) in PEOPLE
    return isinstance(answer, str) and bool(answer) and not names_people


def _short(answer: str, item: Question, year: str) -> str:
    """An answer; the year is left out of days to come in the year of the visit, so that the code stays small."""
    is_day = item.bind.type == "date" and item.name != "date"
    return answer[5:] if is_day and year and answer.startswith(year) else answer
