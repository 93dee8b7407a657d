"""The evening of a screening day: what the records count beside what people counted, and closing when it adds up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from rich.cells import cell_len
from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.session.closing import Line, finding_text
from fieldkit.session.session import Session
from fieldkit.widgets.fitting import fitted
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.line_input import LineInput
from fieldkit.widgets.line_list import LineList
from fieldkit.widgets.message import Notice
from fieldkit.widgets.static import Static

_SIGNS = {
    "left": "  = ", "registered": "  + ", "eligible": "      = ", "deferred": "      + ", "ineligible": "      + ",
    "void": "  - ", "sent": "  = ",
}  # fmt: skip
"""How a figure stands to the one above it."""
_NUMBER, _MARK = 10, 5
"""Columns of a figure, and of the sign that the two are not the same, with the bar beside a list that is longer."""


class ClosingScreen(Frame[bool]):
    """Walks through the figures: digits and Enter. Returns whether the day is closed; Esc leaves it open."""

    ABOUT = N_(
        "At the end of a screening day, what people counted is typed beside what the records say. Digits and Enter take a figure and go on; arrows go to another line; PgDn and PgUp show more of what does not add up. Enter on the last line closes the day. Until then nothing is closed."
    )
    KEYS: ClassVar = (
        c.HELP,
        c.LANGUAGE,
        c.DECLINED.saying(N_("One more left without registering"), N_("One left")),
        c.UNDO.saying(N_("One less left without registering")),
        c.BACK,
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *c.bindings(*KEYS),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    ClosingScreen Static { height: auto; padding: 0 1; }
    ClosingScreen LineList { padding: 0 1; }
    ClosingScreen #open { height: auto; max-height: 40%; }
    ClosingScreen #typed { border: none; height: 1; padding: 0 1; margin: 0 0 1 0; }
    """

    def __init__(self, session: Session, event: str) -> None:
        """Raises FieldkitError as `Closings.begin`."""
        super().__init__()
        self.session = session
        self.event = event
        self.closing = session.closing.begin(event)
        self._lines: list[Line] = []

    def body(self) -> Iterable[Widget]:
        """The ledger, the figures, what does not add up, and where to type."""
        yield Static(id="ledger", markup=False)
        yield LineList(can_focus=False)
        with VerticalScroll(id="open", can_focus=False):
            yield Static(id="findings", markup=False)
        yield Static(id="asked", markup=False)
        yield LineInput(id="typed", select_on_focus=False)

    def title_text(self) -> str:
        """Which day."""
        return _("Closing of the screening day {event}", event=self.event)

    def on_screen_resume(self) -> None:
        """Count again: a stick may have brought records meanwhile."""
        self.closing.recount()
        super().on_screen_resume()

    def show_words(self) -> None:
        """Draw figures, findings and what is asked."""
        self._draw(self._here)
        self.query_one(LineInput).focus()

    @property
    def _here(self) -> int:
        """Which line is asked for; the one after the last closes the day."""
        marked = self.query_one(LineList).highlighted
        return marked - 1 if marked else 0

    def _draw(self, at: int) -> None:
        self._lines = self.closing.lines()
        room = self.query_one(LineList).content_size.width - 2 * _NUMBER - _MARK
        heading = _row("", _("records"), _("typed"), room)
        rows = [self._line(each, room) for each in self._lines]
        close = _("Close it again with these figures") if self.closing.is_closed else _("Close the day")
        self.query_one(LineList).show([heading, *rows, f"[{close}]"], [0], at + 1)
        found = [finding_text(each) for each in self.closing.findings()] or [_("Everything adds up.")]
        closed = [_("The day is closed.")] if self.closing.is_closed else []
        self.query_one("#findings", Static).update("\n".join([*closed, *found, *self.closing.notes()]))
        code = _(
            "Ledger of the day: {code}. Laptops that hold the same say the same.", code=self.closing.code
        )
        self.query_one("#ledger", Static).update(code)
        self._ask()

    def _ask(self) -> None:
        """Say what is asked at the marked line."""
        here = self._here
        if here < len(self._lines):
            line = self._lines[here]
            words = (
                _(
                    "{label}: {typed}. Enter leaves it, digits and Enter change it.",
                    label=line.label,
                    typed=line.typed,
                )
                if line.figure
                else _("{label} May stay empty.", label=line.label)
            )
            if line.figure == "left":
                words += " " + _(
                    "{more}: one more left; {less}: one less. Nothing says who.",
                    more=c.DECLINED.key_names,
                    less=c.UNDO.key_names,
                )
        else:
            words = _("Enter closes the day.")
        self.query_one("#asked", Static).update(words)

    @staticmethod
    def _line(line: Line, room: int) -> str:
        if not line.figure:
            return f"{fitted(line.label, room)} {line.typed}"
        row = _row(_SIGNS.get(line.figure, "") + line.label, str(line.counted), line.typed, room)
        return row if line.typed == str(line.counted) else f"{row} ≠"

    def on_resize(self) -> None:
        """Draw the figures for the width there is."""
        if self.is_current:
            self._draw(self._here)

    def action_move(self, by: int) -> None:
        """Go to another line."""
        self.query_one(LineList).move(by)
        self._ask()

    def action_page(self, by: int) -> None:
        """Show more of what does not add up."""
        page = self.query_one("#open", VerticalScroll)
        page.scroll_relative(y=by * max(1, page.size.height - 1), animate=False)

    def action_missing(self, _code: str) -> None:
        """One more left without registering; nothing says who she was."""
        self._count_left(self.closing.one_more_left)

    def action_undo(self) -> None:
        """One less left without registering."""
        self._count_left(self.closing.one_less_left)

    def _count_left(self, count: Callable[[], None]) -> None:
        try:
            count()
        except FieldkitError as error:
            self.refuse(error)
            return
        self._draw(self._here)

    def action_back(self) -> None:
        """Go back; without closing, nothing typed is kept."""
        self.dismiss(self.closing.is_closed)

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """A click goes to a line; one on the last closes."""
        event.stop()
        self._ask()
        if self._here == len(self._lines):
            self._close()

    @on(Input.Submitted, "#typed")
    def _enter(self, event: Input.Submitted) -> None:
        """Take what was typed and go on; at the end, close."""
        event.stop()
        here = self._here
        if here >= len(self._lines):
            self._close()
            return
        try:
            self.closing.take(self._lines[here], event.value)
        except FieldkitError as error:
            self.refuse(error)
            return
        event.input.value = ""
        self._draw(here + 1)

    @work
    async def _close(self) -> None:
        """Close the day, or say what is in the way."""
        try:
            self.closing.close()
        except FieldkitError as error:
            await self.app.push_screen_wait(Notice(explain(error)))
            return
        self.notify(_("The day is closed."))
        self.refresh_words()


def _row(label: str, counted: str, typed: str, room: int) -> str:
    return fitted(label, room) + _right(counted) + _right(typed)


def _right(text: str) -> str:
    return " " * max(1, _NUMBER - cell_len(text)) + text
