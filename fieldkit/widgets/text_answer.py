"""Answers that are typed on one line: text, numbers, dates, times, coordinates, file paths."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.events import Key

from fieldkit.session.interview import Interview
from fieldkit.session.leaking import leak_words
from fieldkit.session.reading import ReadingError, beside, hidden, shown, typing_hint
from fieldkit.widgets.line_input import LineInput
from fieldkit.widgets.static import Static
from fieldkit.widgets.typed_answer import TypedAnswer

_MENDED = frozenset({"", "string", "geotrace", "geoshape"})
"""Types of answers that are mended; a number or date is typed anew."""


class TextAnswer(TypedAnswer):
    """One line to type in. Enter gives the answer and goes on; up and down leave it.

    Beside a date stands its day of the week and what the lunar calendar calls it, while it is typed; below free text, that
    there is a number of a card or a telephone in it.
    """

    DEFAULT_CSS = """
    TextAnswer { height: auto; }
    TextAnswer LineInput { width: 100%; }
    TextAnswer .beside { height: 1; padding: 0 1; color: $text-muted; }
    """

    def __init__(self, interview: Interview, path: str) -> None:
        super().__init__(interview, path)
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

    @property
    def typed(self) -> str:
        """What stands in the line."""
        return self.line.value

    @typed.setter
    def typed(self, text: str) -> None:
        self.line.value = text

    def refused(self) -> None:
        """What is typed next takes the place of a number or date that was not taken."""
        if self.line.select_on_focus:
            self.line.action_select_all()

    def refresh_answer(self) -> None:
        """Show the answer as it is kept."""
        super().refresh_answer()
        self.line.placeholder = typing_hint(self.item)
        if self.is_mounted:
            self._show_beside()

    def on_input_changed(self) -> None:
        """Say while it is typed how a date is understood."""
        self._show_beside()

    def on_input_submitted(self) -> None:
        """Enter: give the answer and go on."""
        if self.commit():
            self.go_on()

    def on_key(self, event: Key) -> None:
        """Up goes back, down goes on, once the question has been shown whole: a line has no use for them."""
        if event.key in {"up", "down"}:
            event.stop()
            event.prevent_default()
            if not self.show_more(event.key) and self.commit():
                self.go_on(backward=event.key == "up")

    def _show_beside(self) -> None:
        line = self.query_one(".beside", Static)
        known = leak_words(self.item, self.line.value) or self._understood()
        line.update(known)
        line.display = bool(known)

    def _understood(self) -> str:
        try:
            value = self._read()
        except ReadingError:
            return ""
        words = beside(self.item, value)
        return f"{shown(self.item, value)}  {words}" if words else ""
