"""The list of records in conflict: those that wait for a person, or those of which all answers were kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.i18n import N_, _
from fieldkit.session.desk.decisions import Done
from fieldkit.session.desk.desk import Desk
from fieldkit.session.desk.in_view import InView
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.line_list import LineList
from fieldkit.widgets.static import Static

LATELY = "lately"
_OTHERS = 2
"""Lines before the first record: what was decided lately, and the other list."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody chose: a record's id, or LATELY. state, at: which list they were in, and where."""

    record: str
    state: str
    at: int


class ConflictsScreen(Frame[Wanted | None]):
    """Enter opens a record. state: which of the lists is shown first; at: the line that is marked."""

    ABOUT = N_(
        "Records in which two laptops say different things. Enter opens one; nothing is decided by itself, and what was decided can be taken back. The first two lines lead to what was decided lately and to those of which all answers were kept."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.UNDO, c.REDO, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    ConflictsScreen #said { height: auto; padding: 1 1 0 1; }
    ConflictsScreen LineList { padding: 0 1; margin-top: 1; }
    """

    def __init__(self, desk: Desk, state: str = "open", at: int = _OTHERS) -> None:
        super().__init__()
        self.desk = desk
        self.state = state
        self.rows = desk.conflicts.rows(state)
        self._at = at

    def body(self) -> Iterable[Widget]:
        """What to do, and the list."""
        yield Static(id="said", markup=False)
        yield LineList()

    def title_text(self) -> str:
        """What it is."""
        return _("Conflicts") if self.state == "open" else _("Conflicts of which all answers were kept")

    def show_words(self) -> None:
        """Draw the list as it is now: something may have been decided meanwhile."""
        conflicts = self.desk.conflicts
        self.rows = conflicts.rows(self.state)
        waiting, kept = conflicts.counts()
        if self.state != "open":
            said = _(
                "All answers of these stand side by side, with a note. Enter opens one: it can still be decided."
            )
            other = _("Back to those that wait: {count}", count=waiting)
        elif self.rows:
            said = _("The same question was answered differently on two laptops. Enter opens one; you choose what is right. {count} wait.", count=waiting)  # fmt: skip
            other = _("All answers kept, with a note: {count}", count=kept)
        else:
            said = _(
                "{first} {second}",
                first=_("No conflicts wait."),
                second=_("They are found when sticks are taken in the inbox, and stand here then."),
            )
            other = _("All answers kept, with a note: {count}", count=kept)
        self.query_one("#said", Static).update(said)
        first = [_("Decided lately: look at it, or take it back"), other]
        lines = self.query_one(LineList)
        shown = InView(first, self.rows, conflicts.lines)
        lines.show(shown, (), max(0, min(self._at, len(shown) - 1)))
        lines.focus()

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Open what the line stands for, or show the other list."""
        event.stop()
        if event.number == 1:
            self.state = "both" if self.state == "open" else "open"
            self._at = _OTHERS
            self.refresh_words()
            return
        record = LATELY if event.number == 0 else self.rows[event.number - _OTHERS].record
        self.dismiss(Wanted(record, self.state, event.number))

    def action_back(self) -> None:
        """Go back; what was not decided waits."""
        self.dismiss(None)

    def action_undo(self) -> None:
        """Take back what was decided at this desk last."""
        self._again(self.desk.decisions.undo, _("Taken back."))

    def action_redo(self) -> None:
        """Do again what was taken back last."""
        self._again(self.desk.decisions.redo, _("Done again."))

    def _again(self, step: Callable[[], Done | None], said: str) -> None:
        try:
            done = step()
        except FieldkitError as error:
            self.refuse(error)
            return
        self.notify(said if done else _("There is nothing to take back or to do again."))
        self._at = self.query_one(LineList).highlighted or 0
        self.refresh_words()
