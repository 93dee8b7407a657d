"""Answers that are typed on one line: text, numbers, dates, times, coordinates, file paths."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.events import Key
from textual.widgets import Static

from fieldkit.errors import FieldkitError
from fieldkit.session.interview import Interview
from fieldkit.session.reading import ReadingError, beside, hidden, read, shown, typing_hint
from fieldkit.widgets.answer import AnswerWidget
from fieldkit.widgets.line_input import LineInput

_MENDED = frozenset({"", "string", "geotrace", "geoshape"})
"""Types of answers that are mended; a number or date is typed anew."""


class TextAnswer(AnswerWidget):
    """One line to type in. Enter gives the answer and goes on; up and down leave it.

    Beside a date stands its day of the week and what the lunar calendar calls it, while it is typed.
    """

    DEFAULT_CSS = """
    TextAnswer { height: auto; }
    TextAnswer LineInput { width: 100%; }
    TextAnswer .beside { height: 1; padding: 0 1; color: $text-muted; }
    """

    def __init__(self, interview: Interview, path: str) -> None:
        super().__init__(interview, path)
        self.item = interview.entry.item(path)
        self.line = LineInput(
            self._shown(),
            placeholder=typing_hint(self.item),
            password=hidden(self.item),
            select_on_focus=self.item.bind.type not in _MENDED,
        )

    def compose(self) -> ComposeResult:
        """The line, and what is worth knowing of a date."""
        yield self.line
        yield Static(classes="beside", markup=False)

    def on_mount(self) -> None:
        """Say what is worth knowing of the answer kept."""
        self._show_beside()

    def focus(self, scroll_visible: bool = True) -> TextAnswer:
        """Put the caret into the line."""
        self.line.focus(scroll_visible)
        return self

    def commit(self) -> bool:
        """Give what is typed, read by the kind of the question; a file that is named is taken in."""
        typed = self.line.value
        if typed == self._shown():
            return True
        try:
            value = self.interview.take_file(self.path, self._read(typed))
        except FieldkitError as error:
            self.post_message(self.Unreadable(self.path, error))
            return False
        self.post_message(self.Answered(self.path, value or None))
        return True

    def refused(self) -> None:
        """What is typed next takes the place of a number or date that was not taken."""
        if self.line.select_on_focus:
            self.line.action_select_all()

    def refresh_answer(self) -> None:
        """Show the answer as it is kept."""
        self.line.placeholder = typing_hint(self.item)
        self.line.value = self._shown()
        if self.is_mounted:
            self._show_beside()

    def on_input_changed(self) -> None:
        """Say while it is typed how a date is understood."""
        self._show_beside()

    def on_input_submitted(self) -> None:
        """Enter: give the answer and go on."""
        if self.commit():
            self.post_message(self.Onward())

    def on_key(self, event: Key) -> None:
        """Up goes back, down goes on, once the question has been shown whole: a line has no use for them."""
        if event.key in {"up", "down"}:
            event.stop()
            event.prevent_default()
            if not self.show_more(event.key) and self.commit():
                self.post_message(self.Onward(backward=event.key == "up"))

    def _shown(self) -> str:
        return shown(self.item, self.interview.entry.value(self.path))

    def _read(self, typed: str) -> str:
        return read(self.item, typed, self.interview.entry.now())

    def _show_beside(self) -> None:
        try:
            value = self._read(self.line.value)
        except ReadingError:
            value = ""
        words = beside(self.item, value)
        known = f"{shown(self.item, value)}  {words}" if words else ""
        line = self.query_one(".beside", Static)
        line.update(known)
        line.display = bool(known)
