"""One sheet in twenty is entered again without the first entry in sight; what differs is decided by the paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Input

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.fieldwork.quizzes import BEFORE, QUESTIONS, Sheet
from fieldkit.fieldwork.second_entry import Difference, differences, sample, wilson
from fieldkit.i18n import N_, _
from fieldkit.session.quizzes import Batch, Line, QuizEvent, read_line
from fieldkit.session.session import Session
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.line_input import LineInput
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.static import Static

_WORDS = {"true": N_("true"), "false": N_("not true"), "dk": N_("don't know"), "": N_("left empty")}


class QuizCheckScreen(Frame[None]):
    """Asks for the sheets of the sample one after another, and says at the end how often the two entries differ."""

    ABOUT = N_(
        "One sheet in twenty is entered once more without the first entry in sight. Where the two differ, the paper decides. Esc goes back; what is not compared yet is asked for next time."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    takes_codes = True  # twelve digits and Enter, however fast they come, are a sheet here
    DEFAULT_CSS = """
    QuizCheckScreen Static { height: auto; padding: 0 2; }
    QuizCheckScreen #asked { padding: 1 2 0 2; text-style: bold; }
    QuizCheckScreen #line { margin: 1 0; border: none; height: 1; padding: 0 2; }
    QuizCheckScreen #said { color: $text-error; text-style: bold; }
    """

    def __init__(self, session: Session, event: QuizEvent) -> None:
        super().__init__()
        self.event = event
        self.pile = Batch(session, event.number)
        self.waiting = sample(event.number, self.pile.sheets)
        self.compared = 0
        self.differing: list[str] = []
        """The questions in which two entries differed, one for each time."""

    def body(self) -> Iterable[Widget]:
        """Which sheet is asked for, the line, what is wrong with it, and what was found."""
        yield Static(id="asked", markup=False)
        yield LineInput(id="line", select_on_focus=False)
        yield Static(id="said", markup=False)
        yield Static(id="found", markup=False)

    def title_text(self) -> str:
        """The event."""
        return f"{self.event.title}   {_('entered again')}"

    def show_words(self) -> None:
        """Draw which sheet is asked for, or the end."""
        line = self.query_one("#line", LineInput)
        line.placeholder = _("the ten digits, such as 1221332102")
        line.display = bool(self.waiting)
        if self.waiting:
            line.focus()
        self.query_one("#asked", Static).update(self._asked())
        self.query_one("#found", Static).update("\n".join(self._found()))

    def _asked(self) -> str:
        if not self.waiting:
            return _("All are compared.") if self.compared else _("There is no sheet with a code to compare.")
        sheet = self.waiting[0]
        words = _("filled in before") if sheet.phase == BEFORE else _("filled in after")
        left = _("{count} to compare", count=len(self.waiting))
        return _("Take the sheet {code}, {phase}.", code=sheet.code, phase=words) + "  " + left

    def _found(self) -> Iterable[str]:
        """How often the entries differ, of all and by question."""
        if not self.compared:
            return
        count, of = len(self.differing), self.compared * len(QUESTIONS)
        low, high = wilson(count, of)
        yield _(
            "{count} of {of} {of:answer differs|answers differ}: {percent} ({low} to {high} with a certainty of 95 per cent).",
            count=count, of=of, percent=f"{count / of:.1%}", low=f"{low:.1%}", high=f"{high:.1%}",
        )  # fmt: skip
        times = {name: self.differing.count(name) for name in QUESTIONS if name in self.differing}
        if times:
            parts = (_("statement {n}: {times}", n=name[1:], times=n) for name, n in times.items())
            yield _("By statement: {list}", list=_(", ").join(parts))
        yield _("This is about the entry of these sheets, and about nobody.")

    @on(Input.Submitted, "#line")
    @work
    async def _enter(self, event: Input.Submitted) -> None:
        """Compare the sheet with its first entry; where they differ, ask what the paper says."""
        event.stop()
        sheet = self.waiting[0]
        try:
            again = read_line(event.value)
            if again.code not in {"", sheet.code}:
                raise FieldkitError("quiz.other-sheet", code=sheet.code)
            await self._compare(sheet, again)
        except FieldkitError as error:
            self.query_one("#said", Static).update(explain(error))
            return
        self.query_one("#said", Static).update("")
        self.query_one("#line", LineInput).value = ""
        self.refresh_words()

    async def _compare(self, sheet: Sheet, again: Line) -> None:
        found = differences(sheet, again.answers)
        said = dict(sheet.answers)
        for each in found:
            on_paper = await self._on_paper(each)
            if on_paper is None:  # left: the sheet is asked for once more
                return
            if on_paper != each.first:
                said[each.question] = on_paper
        if said != sheet.answers:
            self.pile.correct(sheet, Line(sheet.code, said), _("the paper says otherwise"))
        self.waiting.pop(0)
        self.compared += 1
        self.differing += [each.question for each in found]

    async def _on_paper(self, found: Difference) -> str | None:
        """What the paper says: one of the two entries, or something else."""
        values: Sequence[str] = [found.first, found.second]
        others = [value for value in _WORDS if value not in values]
        lines = [
            _("as at first: {answer}", answer=_(_WORDS[found.first])),
            _("as now: {answer}", answer=_(_WORDS[found.second])),
            *(_(_WORDS[value]) for value in others),
        ]
        asked = Pick(_("Statement {n}: what does the paper say?", n=found.question[1:]), lines)
        chosen = await self.app.push_screen_wait(asked)
        return [*values, *others][chosen[0]] if chosen else None

    def action_back(self) -> None:
        """Leave; what is not compared is asked for next time."""
        self.dismiss(None)
