"""One phone of the office: what it was given, what of it waits or was refused; other forms for it, and taking nothing more from it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.i18n import N_, _
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.static import Static

if TYPE_CHECKING:
    from fieldkit.interop.openrosa.phones import Phone
    from fieldkit.session.desk.desk import Desk


class PhoneScreen(Frame["Phone | None"]):
    """Shows a phone, named by what it calls itself; gives it where it is to get other forms, None to go back."""

    ABOUT = N_(
        "One phone: which forms it was given, what of it waits or was refused. A digit gives it other forms, or takes nothing more from it; what it sent stays."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    PhoneScreen VerticalScroll { height: 1fr; padding: 0 2; }
    PhoneScreen #known { height: auto; }
    PhoneScreen Numbered, PhoneScreen Numbered:focus { padding: 0 1; }
    """

    def __init__(self, desk: Desk, user: str) -> None:
        super().__init__()
        self.desk = desk
        self.user = user
        self.phone: Phone | None = None
        self.actions: Numbered[str] = Numbered(self._chosen)

    def body(self) -> Iterable[Widget]:
        """What can be done, and what is known."""
        yield self.actions
        with VerticalScroll():
            yield Static(id="known", markup=False)

    def title_text(self) -> str:
        """Its name."""
        return self.phone.name if self.phone else self.user

    def show_words(self) -> None:
        """Draw what is known of it."""
        try:
            found = next(each for each in self.desk.phones.all() if each.phone.user == self.user)
            lines = self.desk.phones.lines(found)
        except FieldkitError as error:
            self.refuse(error)
            return
        self.phone = found.phone
        self.show_title()
        self.query_one("#known", Static).update("\n".join(lines))
        ways = [
            ("give", _("Other forms or villages")),
            ("revoke", _("Lost, stolen or given away: take nothing more from it (revoke)")),
        ]
        self.actions.show([] if found.phone.revoked else ways)
        if found.phone.revoked:
            self.query_one(VerticalScroll).focus()

    @work
    async def _chosen(self, what: str) -> None:
        """Give it back where it is to get other forms; revoke it."""
        assert self.phone is not None
        if what == "give":
            self.dismiss(self.phone)
            return
        try:
            await self._revoke(self.phone)
        except FieldkitError as error:
            self.refuse(error)
        else:
            self.refresh_words()

    async def _revoke(self, phone: Phone) -> None:
        asked = Pick(
            _(
                "Revoke {name}? What it sent stays. What it has not sent yet cannot come any more, and what it holds stays on it.",
                name=phone.name,
            ),
            [_("Leave it"), _("Revoke it")],
        )
        if await self.app.push_screen_wait(asked) == (1,):
            self.desk.phones.revoke(phone)
            self.notify(_("{name} is revoked.", name=phone.name), markup=False)

    def action_back(self) -> None:
        """Go back to the list."""
        self.dismiss(None)
