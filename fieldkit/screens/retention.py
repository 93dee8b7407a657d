"""What has been kept as long as it may be: look first, then let it go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.session.session import Session
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.line_list import LineList
from fieldkit.widgets.message import Notice
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.static import Static

TIERS = {
    "C": N_("contact"),
    "R": N_("health and the like"),
    "N": N_("all that ties it to anybody"),
}


class RetentionScreen(Frame[None]):
    """The preview; Enter removes everything on it, after asking."""

    ABOUT = N_(
        "Answers may be kept only as long as their form says. What is over stands here; arrows look through it, Enter removes all of it for good, after asking."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = "RetentionScreen #said { height: auto; padding: 1 2; }"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.due = session.retention.due()

    def body(self) -> Iterable[Widget]:
        """How much, then the records."""
        yield Static(id="said", markup=False)
        yield LineList(id="list")

    def title_text(self) -> str:
        """What it is."""
        return _("Kept long enough")

    def show_words(self) -> None:
        """Draw the preview."""
        said = (
            _(
                "{count} {count:record holds|records hold} answers whose time is over. Enter removes them, after asking.",
                count=len(self.due),
            )
            if self.due
            else _("Nothing here has been kept longer than its form allows.")
        )
        self.query_one("#said", Static).update(said)
        lines = self.query_one(LineList)
        lines.show([self._line(number) for number in range(len(self.due))])
        lines.focus()

    def _line(self, number: int) -> str:
        each = self.due[number]
        tiers = _(", ").join(_(TIERS[tier]) for tier in sorted(each.tiers))
        return "  ".join([each.since.isoformat(), self.session.record_title(each.record), tiers])

    def action_back(self) -> None:
        """Go back; nothing is removed."""
        self.dismiss(None)

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Ask, and remove."""
        event.stop()
        self._remove()

    @work
    async def _remove(self) -> None:
        asked = Pick(
            _("These answers cannot be brought back, here or at the office. Remove them?"),
            [_("Keep them"), _("Remove them for good")],
        )
        if await self.app.push_screen_wait(asked) != (1,):
            return
        try:
            count = self.session.retention.remove(self.due)
        except FieldkitError as error:
            await self.app.push_screen_wait(Notice(explain(error)))
        else:
            self.notify(
                _(
                    "Removed from {count} {count:record|records}. It goes everywhere with the next stick.",
                    count=count,
                )
            )
        self.due = self.session.retention.due()
        self.refresh_words()
