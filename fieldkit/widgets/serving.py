"""What the screens of window, payments and service points share: words above a list, steps that are said in words when refused, undo."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import _
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.message import Notice
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.static import Static

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk

Result = TypeVar("Result")


class Serving(Frame[Result]):
    """Words, and a list with numbered lines. Subclasses give `said` and fill `lines` in `show_lines`."""

    KEYS: ClassVar[tuple[c.Command, ...]] = (c.HELP, c.LANGUAGE, c.UNDO, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    Serving VerticalScroll { height: auto; max-height: 65%; padding: 0 2; }
    Serving Static.said { height: auto; }
    Serving Numbered, Serving Numbered:focus {
        height: 1fr; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.lines: Numbered[Any] = Numbered(self.chosen)

    def body(self) -> Iterable[Widget]:
        """What is known, and what can be chosen."""
        with VerticalScroll(can_focus=False):
            yield Static(classes="said", markup=False)
        yield self.lines

    def said(self) -> str:
        """The words above the list, "" for none."""
        return ""

    def show_lines(self) -> None:
        """Fill the list."""

    def chosen(self, what: Any) -> object:
        """A line of the list was chosen."""

    def again(self) -> None:
        """Read anew what is shown: something was changed."""

    def show_words(self) -> None:
        """Draw the words and the list; the mark stays where it was."""
        words, here = self.said(), self.lines.highlighted
        self.query_one(".said", Static).update(words)
        self.query_one(VerticalScroll).display = bool(words)
        self.show_lines()
        if (
            here is not None
            and here < self.lines.option_count
            and not self.lines.get_option_at_index(here).disabled
        ):
            self.lines.highlighted = here

    def action_back(self) -> None:
        """Go back."""
        self.dismiss(None)

    def action_undo(self) -> None:
        """Undo what was changed last at this desk."""
        try:
            self.desk.entering.undo()
            self.again()
        except FieldkitError as error:
            self.refuse(error)
            return
        self.notify(_("Undone."))
        self.refresh_words()

    async def does(self, step: Callable[[], object]) -> bool:
        """Do a step that writes, and draw what it made; say in words where it was refused."""
        try:
            step()
        except FieldkitError as error:
            await self.app.push_screen_wait(Notice(explain(error)))
            self._read_again()
            return False
        if self.desk.entering.can_undo:
            self.notify(_("Kept. {key} undoes it.", key=c.UNDO.key_names))
        return self._read_again()

    def _read_again(self) -> bool:
        try:
            self.again()
        except FieldkitError as error:
            self.refuse(error)
            return False
        self.refresh_words()
        return True
