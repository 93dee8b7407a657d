"""Results on a wall: bars for what was right before and after. No code, no name, and nothing is told in passing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.fieldwork.quizzes import QUESTIONS
from fieldkit.i18n import N_, _, is_plain
from fieldkit.session.quiz_bars import awareness, large_question, question_bars
from fieldkit.session.quizzes import QuizEvent, quiz_results, statements
from fieldkit.session.session import Session
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.static import Static

_EACH = 2
"""Lines of a question among the others."""


class QuizBarsScreen(Frame[None]):
    """Shows all questions, as many as there is room for at a time, or one of them large. Esc goes back."""

    ABOUT = N_(
        "How many answered each statement rightly before and after, drawn for everybody to see; nobody can be told apart. A digit shows one statement large, Enter all of them again, arrows and PgDn go on."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [
        *c.bindings(*KEYS),
        *(Binding(str(n % 10), f"enlarge({n})", show=False) for n in range(1, 11)),
        Binding("enter,space", "swap", show=False),
        Binding("right,down,pagedown", "turn(1)", show=False),
        Binding("left,up,pageup", "turn(-1)", show=False),
    ]
    DEFAULT_CSS = """
    QuizBarsScreen #bars { height: 1fr; padding: 0 1; }
    QuizBarsScreen #keys { height: 1; padding: 0 1; color: $text-muted; }
    QuizBarsScreen ToastHolder { display: none; }
    """

    def __init__(self, session: Session, event: QuizEvent) -> None:
        super().__init__()
        self.event = event
        self.session = session
        self.found = quiz_results(session, event.number)
        self.first = 0
        """The first question of the page."""
        self.large: int | None = None
        """The question that is shown large."""

    def body(self) -> Iterable[Widget]:
        """The bars, and the keys."""
        yield Static(id="bars", markup=False)
        yield Static(id="keys", markup=False)

    def title_text(self) -> str:
        """The event."""
        return self.event.title

    def on_mount(self) -> None:
        """Take away what was being told."""
        self.app.clear_notifications()

    def on_resize(self) -> None:
        """Draw for the room there is."""
        self.call_after_refresh(self.show_words)

    def show_words(self) -> None:
        """Draw the bars."""
        bars = self.query_one("#bars", Static)
        room, height = bars.content_region.size
        if not room:
            return
        plain = is_plain()
        if self.large is not None:
            question = QUESTIONS[self.large]
            said = statements(self.session)[question]
            lines = large_question(self.found, question, said, room, plain=plain)
        else:
            told = awareness(self.found, room)
            here = QUESTIONS[self.first : self.first + self._per_page(height - len(told) - 1)]
            drawn = [line for name in here for line in question_bars(self.found, name, room, plain=plain)]
            lines = [*drawn, "", *told]
        bars.update("\n".join(lines))
        self.query_one("#keys", Static).update(_("A digit: one statement, large. Enter: all. Arrows: on."))

    def action_enlarge(self, number: int) -> None:
        """Show a question large; the one that is large, among the others again."""
        self.large = None if self.large == number - 1 else number - 1
        self.show_words()

    def action_swap(self) -> None:
        """Show the first question of the page large, or all again."""
        self.large = self.first if self.large is None else None
        self.show_words()

    def action_turn(self, by: int) -> None:
        """Go to the next page, or the next question that is large."""
        if self.large is not None:
            self.large = (self.large + by) % len(QUESTIONS)
        else:
            room, height = self.query_one("#bars", Static).content_region.size
            step = self._per_page(height - len(awareness(self.found, room)) - 1)
            beyond = self.first + by * step
            self.first = beyond if 0 <= beyond < len(QUESTIONS) else self.first
        self.show_words()

    def action_back(self) -> None:
        """From one question to all, from all back."""
        if self.large is None:
            self.dismiss(None)
        else:
            self.action_swap()

    @staticmethod
    def _per_page(lines: int) -> int:
        """How many questions so many lines hold."""
        return max(1, min(len(QUESTIONS), lines // _EACH))
