"""The place after the last instance of a repeat: one more, or on."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.widget import Widget

from fieldkit.i18n import _
from fieldkit.widgets.answer import AnswerWidget
from fieldkit.widgets.static import Running


class RepeatPrompt(Widget, can_focus=True):
    """Asks whether to add one more of `name`, of which there are `count`. 1 adds, 2 or Enter goes on."""

    DEFAULT_CSS = "RepeatPrompt { height: auto; padding: 0 2; }"

    class Add(Message):
        """One more is wanted."""

    def __init__(self, name: str, count: int) -> None:
        super().__init__()
        self.repeat_name = name
        self.count = count

    def render(self) -> RenderResult:
        """The question and its two answers."""
        lines = [
            _("{name}: {count} so far. Add one more?", name=self.repeat_name, count=self.count),
            "",
            " 1  " + _("Add one more"),
            " 2  " + _("No more, go on (Enter)"),
        ]
        return Running(Content("\n".join(lines)))

    def on_key(self, event: Key) -> None:
        """1, 2, Enter, arrows."""
        key = event.character if event.character and event.character.isdigit() else event.key
        if key.isdigit() and int(key) == 1:
            self.post_message(self.Add())
        elif key in {"enter", "down"} or (key.isdigit() and int(key) == 2):
            self.post_message(AnswerWidget.Onward())
        elif key in {"up", "left"}:
            self.post_message(AnswerWidget.Onward(backward=True))
        else:
            return
        event.stop()
