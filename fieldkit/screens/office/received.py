"""The received records of one form, a page at a time; those of which no check found anything can be approved together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from textual import work
from textual.binding import BindingType
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.office.review_lists import Page, Place
from fieldkit.session.desk.desk import Desk
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.message import Notice
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.pick import Pick

Action = Literal["approve", "next", "previous"]


@dataclass(slots=True)
class Paging:
    """Where somebody is in the list of a form. behind: where each page up to the one shown begins. at: the marked line."""

    form: str
    behind: list[Place | None] = field(default_factory=lambda: [None])
    at: int = 0


@dataclass(frozen=True, slots=True)
class Opens:
    """A record to be looked over."""

    record: str


class ReceivedScreen(Frame[str | None]):
    """Lists a page. Returns the id of a record to be looked over, None to go back."""

    ABOUT = N_(
        "The records of one form that nobody looked over yet. Enter opens one. 1 approves together those of which no check found anything; that can be taken back."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.UNDO, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    ReceivedScreen Numbered, ReceivedScreen Numbered:focus {
        height: 1fr; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def __init__(self, desk: Desk, paging: Paging) -> None:
        super().__init__()
        self.desk = desk
        self.paging = paging
        self.page = Page((), None)
        self.approved: list[str] = []
        self.lines: Numbered[Action | Opens] = Numbered(self._chosen)

    def body(self) -> Iterable[Widget]:
        """What can be done, then the records."""
        yield self.lines

    def title_text(self) -> str:
        """Which form it is."""
        return "  ".join([_("Review"), _("received"), self.desk.words.form(self.paging.form)])

    def show_words(self) -> None:
        """Draw the page."""
        reviews, paging = self.desk.reviews, self.paging
        self.page = reviews.received(paging.form, paging.behind[-1])
        title = reviews.called(self.page.records)
        actions: list[tuple[Action | Opens, str]] = []
        if self.page.records:
            actions.append(("approve", _("Approve all shown here of which no check found anything")))
        if self.page.more is not None:
            actions.append(("next", _("Earlier ones")))
        if len(paging.behind) > 1:
            actions.append(("previous", _("Later ones")))
        first = len(actions)
        none = [] if self.page.records else [(None, _("Nothing here waits to be looked over."))]
        records = [(Opens(each), f"  {title(each)}") for each in self.page.records]
        self.lines.show(actions, [*none, *records])
        if records:
            self.lines.highlighted = min(paging.at or first, first + len(records) - 1)

    @work
    async def _chosen(self, what: Action | Opens) -> None:
        self.paging.at = self.lines.highlighted or 0
        if isinstance(what, Opens):
            self.dismiss(what.record)
        elif what == "approve":
            await self._approve()
        else:
            self.paging.at = 0
            if what == "previous":
                self.paging.behind.pop()
            else:
                self.paging.behind.append(self.page.more)
            self.refresh_words()

    async def _approve(self) -> None:
        """Approve what is shown and undoubted, once somebody has read how many that are."""
        reviews = self.desk.reviews
        count = len(reviews.approvable(self.page.records))
        if not count:
            await self.app.push_screen_wait(
                Notice(_("Each of these has something that waits to be decided."))
            )
            return
        asked = Pick(
            _(
                "Approve {count} of the {shown} {shown:record|records} shown here?",
                count=count,
                shown=len(self.page.records),
            ),
            [_("Leave it"), _("Approve {count} {count:record|records}", count=count)],
        )
        if await self.app.push_screen_wait(asked) == (1,):
            try:
                self.approved = reviews.approve_all(self.page.records)
            except FieldkitError as error:
                await self.app.push_screen_wait(Notice(explain(error)))
            self.paging.at = 0
            self.refresh_words()
            self.notify(
                _("{count} approved. {key} takes it back.", count=len(self.approved), key=c.UNDO.key_names)
            )

    @work
    async def action_undo(self) -> None:
        """Take back what was approved together here last."""
        if not self.approved:
            self.notify(_("There is nothing to take back or to do again."))
            return
        try:
            self.desk.reviews.take_back(self.approved)
            self.approved = []
        except FieldkitError as error:
            await self.app.push_screen_wait(Notice(explain(error)))
        self.refresh_words()

    def action_back(self) -> None:
        """Go back."""
        self.dismiss(None)
