"""Unfinished interviews of this desk: go on with one, or give it up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import BindingType
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.i18n import N_, _
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.static import Static

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.drafts import Unfinished


class UnfinishedScreen(Frame[str | None]):
    """Returns the id of the interview to go on with, None to go back."""

    ABOUT = N_(
        "Interviews that were begun at this desk and not finished. Enter goes on with one, or gives it up."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    UnfinishedScreen Static.said { height: auto; padding: 0 2; }
    UnfinishedScreen Numbered, UnfinishedScreen Numbered:focus {
        height: 1fr; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.lines: Numbered[Unfinished] = Numbered(self._chosen)

    def body(self) -> Iterable[Widget]:
        """What can be done, and the list."""
        yield Static(classes="said", markup=False)
        yield self.lines

    def title_text(self) -> str:
        """What it is."""
        return _("Unfinished interviews")

    def show_words(self) -> None:
        """Draw the list."""
        found = self.desk.unfinished.all()
        said = (
            _("Enter goes on with one, or gives it up.") if found else _("Nothing was left unfinished here.")
        )
        self.query_one(".said", Static).update(said)
        lines = [(each, self.desk.unfinished.line(each)) for each in found]
        self.lines.show(lines[:9], [(each, f"  {line}") for each, line in lines[9:]])

    def action_back(self) -> None:
        """Go back to Home."""
        self.dismiss(None)

    @work
    async def _chosen(self, each: Unfinished) -> None:
        """Go on with it or give it up, as the person wishes."""
        asked = Pick(
            self.desk.unfinished.line(each),
            [_("Go on with it"), _("Give it up: nothing that was answered in it is kept")],
        )
        chosen = await self.app.push_screen_wait(asked)
        if chosen == (0,):
            self.dismiss(each.id)
        elif chosen == (1,):
            try:
                self.desk.unfinished.give_up(each.id)
            except FieldkitError as error:
                self.refuse(error)
            self.refresh_words()
