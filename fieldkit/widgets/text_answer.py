"""Answers that are typed: text, numbers, dates, times, coordinates, file paths."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.events import Key

from fieldkit.i18n import _
from fieldkit.session.interview import Interview
from fieldkit.widgets.answer import AnswerWidget
from fieldkit.widgets.line_input import LineInput
from fieldkit.widgets.reading import plain, read_date, read_decimal, read_integer, read_time
from fieldkit.xforms import Question
from fieldkit.xforms.values import in_range


class TextAnswer(AnswerWidget):
    """One line to type in. Enter gives the answer and goes on; up and down leave it."""

    DEFAULT_CSS = "TextAnswer { height: 3; } TextAnswer LineInput { width: 100%; }"

    def __init__(self, interview: Interview, path: str) -> None:
        super().__init__(interview, path)
        item = interview.entry.item(path)
        self.kind = item.bind.type
        masked = "masked" in item.appearance
        self.range = item.parameters if isinstance(item, Question) and item.control == "range" else {}
        hint = f"{self.range.get('start', '')} – {self.range.get('end', '')}" if self.range else ""
        if isinstance(item, Question) and item.control == "upload":
            hint = _("Type the file's path, or drop it here")
        self.line = LineInput(self._shown(), placeholder=hint, password=masked, select_on_focus=False)

    def compose(self) -> ComposeResult:
        """Just the line."""
        yield self.line

    def focus(self, scroll_visible: bool = True) -> TextAnswer:
        """Put the caret into the line."""
        self.line.focus(scroll_visible)
        return self

    def commit(self) -> bool:
        """Give what is typed, read by the kind of the question."""
        typed = self.line.value
        if typed == self._shown():
            return True
        try:
            value = self._reader()(typed) if typed.strip() else None
        except ValueError:
            self.post_message(self.Unreadable(self.path, "range" if self.range else self.kind, typed))
            return False
        self.post_message(self.Answered(self.path, value))
        return True

    def refresh_answer(self) -> None:
        """Show the answer as it is kept."""
        self.line.value = self._shown()

    def on_input_submitted(self) -> None:
        """Enter: give the answer and go on."""
        if self.commit():
            self.post_message(self.Onward())

    def on_key(self, event: Key) -> None:
        """Up goes back, down goes on: a line has no use for them."""
        if event.key in {"up", "down"}:
            event.stop()
            event.prevent_default()
            if self.commit():
                self.post_message(self.Onward(backward=event.key == "up"))

    def _shown(self) -> str:
        value = self.interview.entry.value(self.path)
        return value[:5] if self.kind == "time" and value else value

    def _reader(self) -> Callable[[str], str]:
        today = self.interview.entry.now().date()
        readers: dict[str, Callable[[str], str]] = {
            "int": read_integer,
            "decimal": read_decimal,
            "date": lambda text: read_date(text, today),
            "time": read_time,
            "barcode": plain,
            "geopoint": plain,
        }
        reader = readers.get(self.kind, str.strip)
        return (lambda text: self._within(reader(text))) if self.range else reader

    def _within(self, text: str) -> str:
        """A number of the range. Raises ValueError for another."""
        if not in_range(text, self.range):
            raise ValueError(text)
        return text
