"""What was decided lately, newest first, by whomever: Enter takes one back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.session.desk.desk import Desk
from fieldkit.session.desk.in_view import InView
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.line_list import LineList
from fieldkit.widgets.message import Notice
from fieldkit.widgets.static import Static


class DecisionsScreen(Frame[None]):
    """The list; what is taken back stays in it, and can be done again the same way: by taking back the taking back."""

    ABOUT = N_(
        "What was decided about conflicts lately, by whomever, the latest first. Enter takes one back: the record is in conflict again, and nothing is lost."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.UNDO, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    DecisionsScreen #said { height: auto; padding: 1 1 0 1; }
    DecisionsScreen LineList { padding: 0 1; margin-top: 1; }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.found = desk.decisions.lately()

    def body(self) -> Iterable[Widget]:
        """What to do, and the list."""
        yield Static(id="said", markup=False)
        yield LineList()

    def title_text(self) -> str:
        """What it is."""
        return _("Decided lately")

    def show_words(self) -> None:
        """Draw the list as it is now."""
        self.found = self.desk.decisions.lately()
        said = _("Enter takes a decision back; nothing is lost by that.") if self.found else _("Nothing was decided here yet.")  # fmt: skip
        self.query_one("#said", Static).update(said)
        lines = self.query_one(LineList)
        lines.show(InView((), self.found, self.desk.decisions.lines), (), lines.highlighted)
        lines.focus()

    def action_back(self) -> None:
        """Go back."""
        self.dismiss(None)

    @on(LineList.Chosen)
    @work
    async def _chosen(self, event: LineList.Chosen) -> None:
        """Ask why, and take the decision back."""
        decided = self.found[event.number]
        [line] = self.desk.decisions.lines([decided])
        reason = await self.app.push_screen_wait(AskText(_("Take this back? {line}\nWhy? (may stay empty)", line=line)))  # fmt: skip
        if reason is None:
            return
        try:
            self.desk.decisions.take_back(decided, reason.strip())
        except FieldkitError as error:
            await self.app.push_screen_wait(Notice(explain(error)))
        else:
            self.notify(_("Taken back."))
        self.refresh_words()

    def action_undo(self) -> None:
        """Take back what was done at this desk last: a decision, or a taking back."""
        try:
            done = self.desk.decisions.undo()
        except FieldkitError as error:
            self.refuse(error)
            return
        self.notify(_("Taken back.") if done else _("There is nothing to take back or to do again."))
        self.refresh_words()
