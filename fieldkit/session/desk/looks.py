"""The log of looks: who was shown a contact or restricted answer of which record, when and why; never what it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldkit.i18n import N_, _
from fieldkit.interop.client_office import PUSHED
from fieldkit.office.looks import looks
from fieldkit.office.roles import Act
from fieldkit.office.titles import titles
from fieldkit.session.desk.told import told

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.words import OfficeWords

TIERS = {"C": N_("contact"), "R": N_("health and other restricted answers")}
MOST = 500
"""How many are listed at once, the newest."""
_WHY = {
    "backcheck": N_("back-check"),
    "check": N_("a finding of a check"),
    "conflict": N_("a conflict"),
    "double": N_("suspected double"),
    "indicator": N_("an indicator"),
    "letter": N_("a letter"),
    "paper": N_("paper"),
    "payment": N_("a payment"),
    "report": N_("a report in the register"),
    "review": N_("a review"),
    "service point": N_("a service point"),
    "unfinished": N_("an unfinished interview"),
    "window": N_("a matter at the window"),
}
"""What the words that parts give for the log mean; another is the id of a form that was asked."""


@dataclass(frozen=True, slots=True)
class Looked:
    """One look. at: ISO 8601; by: whose desk; title: what the record is of, without names; why, tiers: words."""

    at: str
    by: str
    record: str
    title: str
    why: str
    tiers: str


class LookLog:
    """The log, for whoever keeps the office or reviews."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @told()
    def latest(self, record: str = "", last: int = MOST) -> list[Looked]:
        """The latest looks, of one record or all, newest first. Raises FieldkitError."""
        self._desk.need_any(Act.KEEP, Act.REVIEW)
        events = looks(self._desk.office, last if not record else None)
        found = [each for each in reversed(events) if record in {"", each.facts["record"]}][:last]
        words = self._desk.words
        known = titles(self._desk.office, {each.facts["record"] for each in found})
        return [
            Looked(
                each.at,
                each.facts["by"],
                each.facts["record"],
                words.title(known[each.facts["record"]])
                if each.facts["record"] in known
                else words.form(each.facts["form"]),
                _why(each.facts["why"], words),
                _(", ").join(_(TIERS[tier]) for tier in each.facts["tiers"]),
            )
            for each in found
        ]


def _why(why: str, words: OfficeWords) -> str:
    if why.startswith(PUSHED):
        return _("sent to {recipient}", recipient=why.removeprefix(PUSHED))
    return _(_WHY[why]) if why in _WHY else words.form(why)
