"""Text of several lines (appearance `multiline`)."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.events import Key
from textual.widgets import TextArea

from fieldkit.i18n import _
from fieldkit.session.interview import Interview
from fieldkit.session.leaking import leak_words
from fieldkit.widgets.static import Static
from fieldkit.widgets.typed_answer import TypedAnswer


class _Lines(TextArea):
    """Lines that leave Enter to others while there are none."""

    async def _on_key(self, event: Key) -> None:
        if event.key == "enter" and not self.text:
            event.prevent_default()
            return
        await super()._on_key(event)

    def way_back(self) -> Callable[[], None] | None:
        """Take back a digit typed here; not where it would take the place of what is marked."""
        start, end = self.selection
        if start != end:
            return None
        row, column = start
        return lambda: self._without(row, column)

    def _without(self, row: int, column: int) -> None:
        self.delete((row, column), (row, column + 1))


class MultilineAnswer(TypedAnswer):
    """Lines to type in: Enter begins a new one; before anything is typed it goes on, as it does everywhere else.
    Ctrl+J goes on, as do Tab and PgDn.

    Ctrl+J because terminals send it as a key of its own, while most cannot tell Ctrl+Enter from Enter.
    """

    DEFAULT_CSS = """
    MultilineAnswer { height: auto; }
    MultilineAnswer TextArea { height: 8; }
    MultilineAnswer .how { height: 1; padding: 0 1; color: $text-muted; }
    """

    def __init__(self, interview: Interview, path: str) -> None:
        super().__init__(interview, path)
        self.lines = _Lines(self._shown(), soft_wrap=True, show_line_numbers=False)
        self.how = Static(markup=False, classes="how")

    def compose(self) -> ComposeResult:
        """The lines, and how to leave them."""
        yield self.lines
        yield self.how

    def on_mount(self) -> None:
        """Say how to leave."""
        self.refresh_answer()

    def focus(self, scroll_visible: bool = True) -> MultilineAnswer:
        """Put the caret behind the text."""
        self.lines.focus(scroll_visible)
        self.lines.move_cursor(self.lines.document.end)
        return self

    @property
    def typed(self) -> str:
        """The lines."""
        return self.lines.text

    @typed.setter
    def typed(self, text: str) -> None:
        self.lines.text = text

    def refresh_answer(self) -> None:
        """Show the answer as it is kept, and how to leave."""
        super().refresh_answer()
        self._say_how()

    def on_text_area_changed(self) -> None:
        """Say while it is typed that there is a number of a card or a telephone in it."""
        self._say_how()

    def _say_how(self) -> None:
        how = _("Enter: a new line. Ctrl+J or Tab: on.")
        self.how.update(leak_words(self.item, self.lines.text) or how)

    def on_key(self, event: Key) -> None:
        """Ctrl+J goes on, and so does an Enter that the lines have no use for."""
        if event.key in {"ctrl+j", "enter"}:
            event.stop()
            self.commit()
            self.go_on()
