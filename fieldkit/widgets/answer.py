"""What every question widget does: show a question of an interview, and say what was answered."""

from __future__ import annotations

from textual.message import Message
from textual.widget import Widget

from fieldkit.errors import FieldkitError
from fieldkit.session.interview import Interview
from fieldkit.xforms import Missing
from fieldkit.xforms.values import Settable


class AnswerWidget(Widget):
    """The part of a question that takes the answer.

    It posts `Answered` when a person gives an answer and `Onward` when they want to go on. `refresh_answer`
    shows what the interview holds. `takes_answer` is False for what only looks like a question.
    """

    takes_answer = True

    class Answered(Message):
        """An answer was given. `value` None takes it away."""

        def __init__(self, path: str, value: Settable | Missing) -> None:
            super().__init__()
            self.path = path
            self.value = value

    class Onward(Message):
        """The person is done with the question at `path`, "" for none; `backward` when they want to go back."""

        def __init__(self, path: str = "", *, backward: bool = False) -> None:
            super().__init__()
            self.path = path
            self.backward = backward

    class TakeBack(Message):
        """The answer just given at `path` was nobody's: it was the beginning of a code."""

        def __init__(self, path: str) -> None:
            super().__init__()
            self.path = path

    class Unreadable(Message):
        """What was typed is no answer of this kind; `error` says why."""

        def __init__(self, path: str, error: FieldkitError) -> None:
            super().__init__()
            self.path = path
            self.error = error

    class Command(Message):
        """A command key was pressed; sent to where the caret is, so that it comes behind the keys typed before it."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    class Settled(Message):
        """What was typed before a command has been given as an answer; `readable` is False where it is none."""

        def __init__(self, action: str, *, readable: bool) -> None:
            super().__init__()
            self.action = action
            self.readable = readable

    def __init__(self, interview: Interview, path: str) -> None:
        super().__init__()
        self.interview = interview
        self.path = path

    def on_answer_widget_command(self, message: Command) -> None:
        """Give what is typed, then let the command follow it."""
        message.stop()
        readable = self.commit()
        self.post_message(self.Settled(message.action, readable=readable))

    def go_on(self, *, backward: bool = False) -> None:
        """Say that the person is done here."""
        self.post_message(self.Onward(self.path, backward=backward))

    def commit(self) -> bool:
        """Give the answer that is typed but not yet given. False when it cannot be read."""
        return True

    def show_more(self, key: str) -> bool:
        """Scroll by up or down in a question that is longer than the screen. False for other keys, and where the
        question has no more in that direction.
        """
        view = self.parent
        page = view.parent if isinstance(view, Widget) else None
        if key not in {"up", "down"} or not isinstance(view, Widget) or not isinstance(page, Widget):
            return False
        question, top = view.virtual_region.shrink(view.gutter), page.scroll_offset.y
        more = top - question.y if key == "up" else question.bottom - top - page.size.height
        if more <= 0:
            return False
        lines = min(more, max(1, page.size.height - 2))
        page.scroll_relative(y=-lines if key == "up" else lines, animate=False)
        return True

    def refused(self) -> None:
        """The answer was not taken: be ready for another."""

    def refresh_answer(self) -> None:
        """Show what the interview holds now."""
        self.refresh()
