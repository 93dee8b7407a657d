"""One laptop of the office: what is known of it, and taking no more from it without asking."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import BindingType
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.i18n import N_, _
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.static import Static

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk


class LaptopScreen(Frame[None]):
    """Shows a laptop, named by its id, until somebody goes back."""

    ABOUT = N_(
        "One laptop: when it was heard of last, which numbers it has. 1 revokes it, once you have confirmed that; what it brought stays."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    LaptopScreen #known { height: auto; padding: 1 2; }
    LaptopScreen Numbered, LaptopScreen Numbered:focus { padding: 0 1; }
    """

    def __init__(self, desk: Desk, device: str) -> None:
        super().__init__()
        self.desk = desk
        self.device = device
        self.name_of_laptop = device[:8]
        self.actions: Numbered[str] = Numbered(self._chosen)

    def body(self) -> Iterable[Widget]:
        """What is known, and what can be done."""
        yield Static(id="known", markup=False)
        yield self.actions

    def title_text(self) -> str:
        """Its name."""
        return self.name_of_laptop

    def show_words(self) -> None:
        """Draw what is known of it."""
        try:
            laptop = next(each for each in self.desk.laptops.all() if each.device.id == self.device)
            lines = self.desk.laptops.lines(laptop)
        except FieldkitError as error:
            self.refuse(error)
            return
        self.name_of_laptop = laptop.device.name
        self.show_title()
        self.query_one("#known", Static).update("\n".join(lines))
        words = (
            _("Revoked already; say anew up to where it is still taken")
            if laptop.device.revoked
            else _("Lost, stolen or given away: take no more from it without asking (revoke)")
        )
        self.actions.show([("revoke", words)])

    @work
    async def _chosen(self, _what: str) -> None:
        """Revoke it, once somebody has confirmed that and said from where on."""
        name = self.name_of_laptop
        asked = Pick(
            _(
                "Revoke {name}? What it brought stays. What it brings from now on is kept aside until somebody lets it in; nothing is dropped.",
                name=name,
            ),
            [_("Leave it"), _("Revoke it")],
        )
        if await self.app.push_screen_wait(asked) != (1,):
            return
        last = await self.app.push_screen_wait(
            AskText(
                _("The last number of its chain that is still taken; leave it empty for all that is here.")
            )
        )
        if last is None:
            return
        try:
            self.desk.laptops.revoke(self.device, last)
        except FieldkitError as error:
            self.refuse(error)
        else:
            self.notify(_("{name} is revoked.", name=name), markup=False)
            self.refresh_words()

    def action_back(self) -> None:
        """Go back to the list."""
        self.dismiss(None)
