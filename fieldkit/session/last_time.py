"""What was answered last time, shown beside the question and taken again with one key.

Never shown: what was not answered, consents and whatever else is true of one visit only (they are asked anew each
time), and contact and restricted answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fieldkit.privacy.tiers import CONTACT, RESTRICTED
from fieldkit.records import Record
from fieldkit.session.in_words import value_in_words
from fieldkit.xforms import FormEntry, Question
from fieldkit.xforms.answers import Answer

_CONSENT = "consent"
_EACH_TIME = frozenset({"outcome", "private_now", "date", "arrive", "leave", "visit_no", "revisit_on"})
"""Questions of a visit (domain F2) whose earlier answer says nothing about today."""


@dataclass(frozen=True, slots=True)
class LastTime:
    """The answers of an earlier record of the same form: its day, and answers by stable path."""

    day: str
    answers: Mapping[str, Answer]

    @classmethod
    def of(cls, record: Record) -> LastTime:
        """What a record answered."""
        return cls(record.text("date") or record.made_on.isoformat(), record.answers)

    def value(self, entry: FormEntry, path: str) -> str:
        """The answer to a question, "" where none may be shown or taken again."""
        item = entry.item(path)
        answer = self.answers.get(entry.key(path))
        anew = item.name in _EACH_TIME or _CONSENT in item.steps
        hidden = anew or item.bind.tier in CONTACT | RESTRICTED or entry.is_readonly(path)
        asked = isinstance(item, Question) and item.control not in {"", "upload"}
        return answer if asked and not hidden and isinstance(answer, str) else ""

    def words(self, entry: FormEntry, path: str) -> str:
        """The same as a person reads it: labels for choices."""
        return value_in_words(entry, path, self.value(entry, path))
