"""Interviews that were begun at this desk and not finished: gone on with, or given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.i18n import _
from fieldkit.office.roles import Act
from fieldkit.session.desk.told import told
from fieldkit.session.drafts import Unfinished

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk

ASKING = (Act.SERVE, Act.DECIDE, Act.CHECK, Act.REVIEW, Act.LIAISE, Act.ASSIGN)
"""Whoever may do one of these may be asked something at a desk."""


class UnfinishedHere:
    """The unfinished interviews of one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def state(self) -> str:
        """How many there are, in words, for Home; "" for none."""
        count = len(self._desk.session.unfinished())
        return _("{count} to go on with", count=count) if count else ""

    def all(self) -> list[Unfinished]:
        """All of them, the one touched last first. Raises FieldkitError("role.may-not")."""
        self._need()
        return self._desk.session.unfinished()

    def line(self, each: Unfinished) -> str:
        """One in a line: when it was last touched, its form, the household, and whether it corrects a record."""
        kind = _("Correction") if each.amends else ""
        title = self._desk.session.title_of(each.form, each.title)
        touched = each.updated.isoformat()[:16].replace("T", " ")
        return "  ".join(part for part in (touched, title, each.household, kind) if part)

    @told()
    def give_up(self, draft: str) -> None:
        """Erase one; nothing of it stays, and a record that it would have corrected is as it was. Raises FieldkitError, StoreError."""
        self._need()
        self._desk.session.interviews.discard(draft)
        self._desk.hand_in()

    def _need(self) -> None:
        if not any(self._desk.may(act) for act in ASKING):
            self._desk.need(ASKING[0])
