"""Sheets from paper, one after another: a line is a sheet, Enter keeps it. Only codes are shown while entering."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Input

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.fieldwork.quizzes import BEFORE, Sheet
from fieldkit.i18n import N_, _
from fieldkit.session.quizzes import Batch, Line, QuizEvent, line_of, read_line
from fieldkit.session.session import Session
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.line_input import LineInput
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.static import Static

_LAST = 12
"""How many of the last codes are shown."""


class QuizBatchScreen(Frame[None]):
    """Takes the sheets of an event, of one phase. Esc leaves; what was entered is kept."""

    ABOUT = N_(
        "The sheets of paper are entered here, one in each line: the code of the sheet, ten digits, Enter. Esc empties the line; on an empty line it goes back. What was entered is kept."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.UNDO.saying(N_("Bring back the sheet entered last")), c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    takes_codes = True  # twelve digits and Enter, however fast they come, are a sheet here
    DEFAULT_CSS = """
    QuizBatchScreen Static { height: auto; padding: 0 2; }
    QuizBatchScreen #progress { padding: 1 2 0 2; text-style: bold; }
    QuizBatchScreen #line { margin: 1 0; border: none; height: 1; padding: 0 2; }
    QuizBatchScreen #said { color: $text-error; text-style: bold; }
    QuizBatchScreen #how { padding: 1 2 0 2; color: $text-muted; }
    """

    def __init__(self, session: Session, event: QuizEvent, phase: str) -> None:
        super().__init__()
        self.event = event
        self.phase = phase
        self.pile = Batch(session, event.number)
        self.done: list[Sheet] = []
        self.correcting: Sheet | None = None

    def body(self) -> Iterable[Widget]:
        """How many there are, the line, what is wrong with it, the last codes, how it is typed."""
        yield Static(id="progress", markup=False)
        yield LineInput(id="line", select_on_focus=False)
        yield Static(id="said", markup=False)
        yield Static(id="codes", markup=False)
        yield Static(id="how", markup=False)

    def title_text(self) -> str:
        """The event and the phase."""
        words = _("filled in before") if self.phase == BEFORE else _("filled in after")
        return f"{self.event.title}   {words}"

    def show_words(self) -> None:
        """Draw everything but the line."""
        line = self.query_one("#line", LineInput)
        line.placeholder = _("code and ten digits, such as dy371221332102")
        line.focus()
        count = len(self.pile.of(self.phase))
        told = (
            _("Sheets: {count}", count=count)
            if self.correcting is None
            else _(
                "Once more the sheet {code}: Enter keeps what stands here, an empty line takes it out.",
                code=self.correcting.code or "-",
            )
        )
        self.query_one("#progress", Static).update(told)
        codes = "  ".join(sheet.code or "-" for sheet in reversed(self.done[-_LAST:]))
        self.query_one("#codes", Static).update(_("Entered last: {codes}", codes=codes) if codes else "")
        self.query_one("#how", Static).update(
            _(
                "Two letters and two digits, then ten digits: 1 true, 2 not true, 3 don't know, 0 left empty. Enter keeps "
                "the sheet. Without a code on the paper type the ten digits alone. {key} brings the last one back.",
                key=c.UNDO.key_names,
            )
        )

    @on(Input.Changed, "#line")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value:
            self._say("")

    @on(Input.Submitted, "#line")
    @work
    async def _enter(self, event: Input.Submitted) -> None:
        """Keep the sheet and empty the line, or say what is wrong with it."""
        event.stop()
        try:
            if self.correcting is None:
                await self._take(read_line(event.value))
            else:
                await self._correct(self.correcting, event.value)
        except FieldkitError as error:
            self._say(explain(error))

    async def _take(self, line: Line) -> None:
        if self.pile.knows(self.phase, line.code) and not await self._is_another(line.code):
            self._empty()
            return
        self.done.append(self.pile.store(self.phase, line))
        self._empty()

    async def _is_another(self, code: str) -> bool:
        """Whether a code that is there already stands on another sheet."""
        lines = [
            _("The same sheet again: it is not kept twice"),
            _("Another sheet with the same code: kept, and neither is paired"),
        ]
        asked = Pick(_("The code {code} is there already.", code=code), lines)
        return await self.app.push_screen_wait(asked) == (1,)

    async def _correct(self, sheet: Sheet, text: str) -> None:
        place = self.done.index(sheet)
        if not text.strip():
            self.pile.take_out(sheet)
            del self.done[place]
        else:
            line = read_line(text)
            is_new = line.code != sheet.code
            if is_new and self.pile.knows(self.phase, line.code) and not await self._is_another(line.code):
                return
            self.done[place] = self.pile.correct(sheet, line, _("typed wrong"))
        self.correcting = None
        self._empty()

    def action_undo(self) -> None:
        """Bring the sheet entered last back into the line."""
        if not self.done:
            self._say(_("There is nothing to take back or to do again."))
            return
        self.correcting = self.done[-1]
        line = self.query_one("#line", LineInput)
        line.value = line_of(self.correcting)
        line.action_end()
        self.refresh_words()

    def action_back(self) -> None:
        """Leave what is being corrected as it was; empty the line; else leave."""
        if self.correcting is None and not self.query_one("#line", LineInput).value:
            self.dismiss(None)
            return
        self.correcting = None
        self._empty()

    def _empty(self) -> None:
        self.query_one("#line", LineInput).value = ""
        self._say("")
        self.refresh_words()

    def _say(self, words: str) -> None:
        self.query_one("#said", Static).update(words)
