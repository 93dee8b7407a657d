"""What is done for one person at the window or the door, from seeing to the receipt."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from fieldkit.i18n import N_, _
from fieldkit.session.information import information_page, receipt_lines, receipt_page
from fieldkit.session.rights import Person, Said

if TYPE_CHECKING:
    from fieldkit.session.session import Session

_TAKEN_BACK = {
    "basic": N_("consent to the record"),
    "health": N_("consent to health items"),
    "contact": N_("consent to be contacted"),
    "share": N_("consent to sharing"),
    "stats": N_("consent to statistics"),
}


class Sitting:
    """One person's matter. `acts`: what was done, in words that name neither her nor an answer."""

    def __init__(self, session: Session, person: Person) -> None:
        self._session = session
        self.person = person
        self.acts: list[str] = []
        self._said: list[Said] | None = None

    @property
    def title(self) -> str:
        """Her name and where she lives, for the head of the screen."""
        household = self._session.household(self.person.household)
        place = self._session.place_name(household.village) if household else ""
        name = self.person.name or (_("the whole household") if self.person.household else "")
        return "  ".join(part for part in (name, place, self.person.household) if part)

    @property
    def said(self) -> list[Said]:
        """Everything that is recorded about her."""
        if self._said is None:
            self._said = self._session.rights.said(self.person)
        return self._said

    @property
    def scopes(self) -> tuple[str, ...]:
        """The consents she can take back."""
        return self._session.rights.scopes(self.person)

    def note(self, act: str) -> None:
        """Remember for the receipt what was done."""
        self.acts.append(act)
        self._said = None

    def page(self, *, with_health: bool) -> str:
        """What is recorded about her, to print."""
        session = self._session
        return information_page(
            self.person,
            self.said,
            title_of=self.heading,
            unit=session.name,
            on=session.today().isoformat(),
            with_health=with_health,
            watermark=session.watermark,
        )

    def heading(self, record_id: str) -> str:
        """What a record is of, and its day; unlike in lists, nobody's name."""
        record = self._session.exchange.record(record_id)
        if record is None:
            return record_id
        form = self._session.library.known(record.form)
        title = self._session.title_of(record.form, form.title if form else "")
        return "  ".join((title, record.text("date") or record.made_on.isoformat()))

    def receipt(self) -> str:
        """The receipt, to print."""
        session = self._session
        number = self.person.household or self.person.record[:8]
        lines = receipt_lines(self.acts, unit=session.name, on=session.today().isoformat(), number=number)
        return receipt_page(lines, session.watermark)

    def corrected(self, label: str) -> None:
        """Note that an answer was corrected; which question, not what it says."""
        self.note(_("corrected: {question}", question=label))

    def withdraw(self, scopes: Collection[str], reason: str) -> int:
        """Take consents back; give how many records that touched. Raises FieldkitError as `Rights.withdraw`."""
        count = self._session.rights.withdraw(self.person, scopes, reason)
        self.note(_("taken back: {what}", what=_(", ").join(_(_TAKEN_BACK[each]) for each in scopes)))
        return count

    def erase(self) -> int:
        """Delete everything about her; give how many records that touched."""
        count = self._session.rights.erase(self.person)
        self.note(_("deleted: {count} {count:record|records}", count=count))
        return count
