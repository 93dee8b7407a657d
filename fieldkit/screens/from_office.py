"""Taking what the office sent back on the stick, and looking at what it says of records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.session.returns import Returned
from fieldkit.session.session import Session
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.line_input import LineInput
from fieldkit.widgets.paged import Paged
from fieldkit.widgets.static import Static


@dataclass(frozen=True, slots=True)
class Chosen:
    """A record to be looked at, and what had come when it was chosen."""

    record: str
    found: Returned | None


class FromOfficeScreen(Paged, Frame[Chosen | None]):
    """Asks for a folder, takes what is there for this laptop, says what came; lists the office's comments.

    Returns the record of a comment that was chosen, None to go back. found: what had come before.
    """

    ABOUT = N_(
        "What the office gave back on the stick is taken here: receipts, lists of visits, forms, comments. Type the folder of the stick, Enter takes it. Arrows go over the comments, Enter shows the record; PgDn and PgUp show more."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [
        *c.bindings(*KEYS),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        *Paged.PAGING,
    ]
    DEFAULT_CSS = """
    FromOfficeScreen Static { padding: 0 2; height: auto; }
    FromOfficeScreen OptionList, FromOfficeScreen OptionList:focus { height: auto; border: none; padding: 0 1; }
    """

    def __init__(self, session: Session, found: Returned | None = None) -> None:
        super().__init__()
        self.session = session
        self.found = found
        self._refused: FieldkitError | None = None
        self._is_taking = False
        self._records: list[str] = []

    def body(self) -> Iterable[Widget]:
        """Explanation, folder, what came, comments."""
        yield Static(id="explanation", markup=False)
        yield LineInput(str(self.session.sticks.folder), id="folder")
        with VerticalScroll(id="page", can_focus=False):
            yield Static(id="result", markup=False)
            yield OptionList(id="comments", markup=False)

    def title_text(self) -> str:
        """What this is."""
        return _("From the office")

    def show_words(self) -> None:
        """Draw the words; whoever has comments to look at begins there."""
        self.query_one("#explanation", Static).update(
            _("Type the folder of the stick, then Enter. What is meant for other laptops is left alone.")
        )
        lines = [explain(self._refused)] if self._refused else []
        if self.found is not None and not lines:
            lines = self.session.sticks.returned_lines(self.found)
        comments = self.session.sticks.comments()
        if comments:
            lines += ["", _("Comments from the office; Enter shows the record:")]
        self.query_one("#result", Static).update("\n".join(lines))
        self._records = [comment.record for comment, _line in comments]
        options = self.query_one("#comments", OptionList)
        options.clear_options()
        options.add_options(Option(line) for _comment, line in comments)
        options.highlighted = 0 if comments else None
        begins = options if comments and self.found is not None else self.query_one("#folder")
        begins.focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if not self._is_taking:
            self._is_taking = True
            self._take(event.value)

    @work(thread=True)
    def _take(self, folder: str) -> None:
        """Take what is there, off the screen's thread: forms are converted meanwhile."""
        self._refused = None
        try:
            self.found = self.session.sticks.take(folder)
        except FieldkitError as error:
            self._refused = error
        self._is_taking = False
        self.app.call_from_thread(self._show)

    def _show(self) -> None:
        """Show what came, unless somebody has gone on."""
        if self.is_attached:
            self.refresh_words()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(Chosen(self._records[event.option_index], self.found))

    def action_move(self, by: int) -> None:
        """Move over the comments, from the folder's line too."""
        options = self.query_one("#comments", OptionList)
        if self._records:
            if options.has_focus:
                here = options.highlighted or 0
                options.highlighted = max(0, min(len(self._records) - 1, here + by))
            options.focus()

    def action_back(self) -> None:
        """Go back to Home."""
        self.dismiss(None)
