"""Questions that are only read: notes, calculated values."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.events import Key
from textual.message import Message

from fieldkit.i18n import _
from fieldkit.widgets.answer import AnswerWidget
from fieldkit.widgets.static import Running


class ReadOnly(AnswerWidget, can_focus=True):
    """Shows a value nobody types; Enter goes on."""

    DEFAULT_CSS = "ReadOnly { height: auto; padding: 0 1; }"

    class TypedOn(Message):
        """A sign was typed where nothing is answered: it is meant for the question that follows."""

        def __init__(self, path: str, key: Key) -> None:
            super().__init__()
            self.path = path
            self.key = key

    def render(self) -> RenderResult:
        """The value, if there is one."""
        return Running(Content(self.interview.entry.value(self.path)))

    def on_key(self, event: Key) -> None:
        """Enter and arrows leave it, up and down once it has been shown to its end; what is typed is for what follows."""
        if event.is_printable and event.key != "space":
            event.stop()
            self.post_message(self.TypedOn(self.path, event))
        if event.key not in {"enter", "down", "up", "left"}:
            return
        event.stop()
        if not self.show_more(event.key):
            self.go_on(backward=event.key in {"up", "left"})


class Acknowledge(ReadOnly):
    """A trigger: Enter says OK and goes on (XForms `trigger`)."""

    def render(self) -> RenderResult:
        """Whether it was said, and how to say it."""
        said = self.interview.entry.value(self.path)
        return Running(Content(f"[{'x' if said else ' '}] " + _("Enter says OK")))

    def on_key(self, event: Key) -> None:
        """Enter acknowledges; Textual then calls the handler of `ReadOnly` too, which goes on. It waits for its answer:
        nothing typed passes it.
        """
        if event.is_printable:
            event.prevent_default()
        if event.key == "enter":
            self.post_message(self.Answered(self.path, "OK"))
