"""Interviews that were begun at this desk and not finished: gone on with, or given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.i18n import _
from fieldkit.office.roles import ASKING
from fieldkit.session.desk.told import told
from fieldkit.session.drafts import Unfinished

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk

WHY = "unfinished"
"""The word for the log of looks."""


class UnfinishedHere:
    """The unfinished interviews of one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def state(self) -> str:
        """How many there are, in words, for Home; "" for none."""
        self._need()
        count = len(self._desk.session.unfinished())
        return _("{count} to go on with", count=count) if count else ""

    def all(self) -> list[Unfinished]:
        """All of them, the one touched last first. Raises FieldkitError("role.may-not")."""
        self._need()
        return self._desk.session.unfinished()

    def line(self, each: Unfinished) -> str:
        """One in a line: when it was last touched, its form, the household, and whether it corrects a record."""
        self._need()
        kind = _("Correction") if each.amends else ""
        title = self._desk.session.title_of(each.form, each.title)
        touched = each.updated.isoformat()[:16].replace("T", " ")
        return "  ".join(part for part in (touched, title, each.household, kind) if part)

    @told()
    def take_up(self, draft: str) -> None:
        """See that one may be gone on with here. A correction shows its record, so that is a look at it, and nobody goes on with
        one of which they may not see all by now. Raises FieldkitError("draft.unknown"), as `Desk.borrow`, StoreError.
        """
        self._need()
        found = next((each for each in self._desk.session.unfinished() if each.id == draft), None)
        if found is None:
            raise FieldkitError("draft.unknown", id=draft)
        if found.amends:
            self._desk.borrow(draft, WHY)

    @told()
    def give_up(self, draft: str) -> None:
        """Erase one; nothing of it stays, and a record that it would have corrected is as it was. Raises FieldkitError, StoreError."""
        self._need()
        self._desk.session.interviews.discard(draft)
        self._desk.hand_in()

    def _need(self) -> None:
        self._desk.need_any(*ASKING)
