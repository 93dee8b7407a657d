"""The values of a conflict in words: who wrote each, when, on what occasion; and a question back that takes no side."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldkit.i18n import N_, _
from fieldkit.office.conflicts import Written
from fieldkit.session.desk.words import called
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from fieldkit.session.desk.words import OfficeWords
    from fieldkit.xforms.answers import Answer

_DEEDS = {
    "put": N_("written"),
    "resolve": N_("decided at the office"),
    "delete": N_("deleted"),
    "withdraw": N_("withdrawn in part"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the values. words: the answer as a person would say it. who, at: as `Written` has them, in words.

    lines: who, when and on what occasion, each a line.
    """

    answer: Answer
    words: str
    who: str
    at: str
    lines: tuple[str, ...]


def side_of(written: Written, said: str, words: OfficeWords, visits: Collection[str]) -> Side:
    """A value with what is known of it. said: the answer in words. visits: the days on which the household was visited."""
    laptop, user = words.laptop(written.device), called(written.user)
    who = laptop if user in {"", laptop} else _(", ").join((laptop, user))
    at = written.at[:16].replace("T", " ")
    return Side(written.answer, said, who, at, (who, *_occasion(written, at, visits)))


def _occasion(written: Written, at: str, visits: Collection[str]) -> Iterator[str]:
    deed = _(_DEEDS.get(written.operation, "written"))
    yield f"{at}  {deed}"
    if written.reason:
        yield labelled(_("why"), written.reason)
    if written.clock_is_doubtful:
        yield _("! The clock of this laptop was wrong: the time says nothing.")
    elif written.at[:10] in visits:
        yield _("on the visit of {day}", day=written.at[:10])


def ask_words(label: str, sides: Sequence[Side]) -> str:
    """A question back that names what was written, by whom and when, and leans to none of it."""
    if not sides:
        return _("{question} There are different answers to this. Which is right?", question=label)
    said = _("; ").join(
        _("{answer} ({who}, {day})", answer=side.words, who=side.who, day=side.at[:10]) for side in sides
    )
    return _("{question} Recorded: {answers}. Which is right?", question=label, answers=said)
