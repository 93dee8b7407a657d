"""The first-run wizard: one thing at a time, by keyboard alone; nothing is made before the step that says so."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from fieldkit import commands as c
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.session.setup.founding import Made
from fieldkit.session.setup.laptop import ENROL_STEP
from fieldkit.session.setup.looking import Looking
from fieldkit.session.setup.walk import Line, Step, Walk
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.line_input import LineInput
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.static import Static


class AskedLine(Vertical):
    """A line to type in, with what it is above, and below what is wrong with it."""

    DEFAULT_CSS = """
    AskedLine { height: auto; margin-top: 1; }
    AskedLine Static { height: auto; padding: 0 1; }
    AskedLine .wrong { color: $text-error; text-style: bold; }
    """

    def compose(self) -> Iterable[Widget]:
        """What it is, the line, what is wrong."""
        yield Static(classes="label", markup=False)
        yield LineInput(select_on_focus=False)
        yield Static(classes="wrong", markup=False)

    @property
    def input(self) -> LineInput:
        """The line itself."""
        return self.query_one(LineInput)

    def ask(self, line: Line, text: str) -> None:
        """Ask for something; what was typed before stands in the line."""
        self.input.password = line.hidden
        self.input.value = text
        self.input.cursor_position = len(text)

    def say(self, line: Line, wrong: str) -> None:
        """Draw the words."""
        self.query_one(".label", Static).update(_(line.label))
        said = self.query_one(".wrong", Static)
        said.update(f"! {wrong}" if wrong else "")
        said.display = bool(wrong)


class SetupScreen(Frame[Made | None]):
    """Goes through the steps of a walk. Returns what was made, None where somebody leaves before."""

    ABOUT = N_(
        "Everything is asked step by step, and nothing is made before the step that says so. A digit or Enter chooses, a line is typed and Enter goes on; PgDn and PgUp show more. Esc goes back one step."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK, c.QUIT)
    BINDINGS: ClassVar[list[BindingType]] = [
        *c.bindings(*KEYS),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    SetupScreen VerticalScroll { padding: 1 1 0 1; }
    SetupScreen #told { height: auto; padding: 0 1; }
    SetupScreen #wrong { height: auto; padding: 0 1; color: $text-error; text-style: bold; }
    """

    class Enrol(Message):
        """Somebody wishes to enrol the laptop that has just been set up."""

    def __init__(self, walk: Walk, looking: Looking) -> None:
        super().__init__()
        self.walk = walk
        self._looking = looking
        self._asked: Step | None = None
        self._is_busy = False
        self._choices: Numbered[str] = Numbered(self._chosen)

    def body(self) -> Iterable[Widget]:
        """What is said, what is wrong, lines to type in, choices."""
        with VerticalScroll(can_focus=False):
            yield Static(id="told", markup=False)
            yield Static(id="wrong", markup=False)
            yield AskedLine()
            yield AskedLine()
            yield self._choices

    def on_mount(self) -> None:
        """Look the program over while the language is chosen."""
        self._look()

    def title_text(self) -> str:
        """What is asked, and how far it is."""
        number, total = self.walk.place
        far = f"  {number}/{total}" if "start" in self.walk.answers else ""
        return f"{self.walk.step.title()}{far}"

    def show_words(self) -> None:
        """Draw the step, with what was typed."""
        step, fault = self.walk.step, self.walk.fault
        told = [step.busy()] if self._is_busy else step.told(self.walk.answers)
        self.query_one("#told", Static).update("\n".join(told))
        wrong = explain(fault.error) if fault else ""
        said = self.query_one("#wrong", Static)
        said.update(f"! {wrong}")
        said.display = bool(wrong and not step.lines)
        is_fresh, self._asked = step is not self._asked, step
        asked = [*self.query(AskedLine)]
        for place, widget in enumerate(asked):
            widget.display = place < len(step.lines) and not self._is_busy
            if place < len(step.lines):
                line = step.lines[place]
                if is_fresh:
                    widget.ask(line, self.walk.answers.get(line.name, ""))
                widget.say(line, wrong if fault and fault.line == line.name else "")
        self._show_choices(step, is_fresh=is_fresh)
        if step.lines and is_fresh:
            asked[0].input.focus()

    def _show_choices(self, step: Step, *, is_fresh: bool) -> None:
        """Draw what can be chosen; what was chosen before is marked."""
        choices = () if self._is_busy else step.choices(self.walk.answers)
        self._choices.display = bool(choices)
        if not choices:
            return
        before = self._choices.highlighted or 0
        ids = [choice for choice, _words in choices]
        chosen = self.walk.answers.get(step.id)
        self._choices.show(choices)
        here = ids.index(chosen) if is_fresh and chosen in ids else 0 if is_fresh else before
        self._choices.highlighted = min(here, len(ids) - 1)

    def action_language(self) -> None:
        """Switch the language; what is typed stays."""
        self._keep()
        super().action_language()

    def action_page(self, by: int) -> None:
        """Show more of what is said."""
        page = self.query_one(VerticalScroll)
        page.scroll_relative(y=by * max(1, page.size.height - 1), animate=False)

    def action_back(self) -> None:
        """Go back one step; what is typed stays."""
        if self._is_busy:
            return
        self._keep()
        if self.walk.back():
            self.refresh_words()
        elif self.walk.made is None:
            self.notify(
                _("This is the first step. {key} leaves; nothing has been made.", key=c.QUIT.key_names)
            )

    def action_quit(self) -> None:
        """Leave; what was made by then stays."""
        self.dismiss(None)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        """Go to the next line, after the last to the next step."""
        event.stop()
        lines = [each.input for each in self.query(AskedLine)][: len(self.walk.step.lines)]
        below = next((two for one, two in pairwise(lines) if one is event.input), None)
        if below is None:
            self._forward()
        else:
            below.focus()

    def _chosen(self, choice: str) -> None:
        self.walk.answers[self.walk.step.id] = choice
        self._forward()

    def _forward(self) -> None:
        """Do what this step agreed to, or go to the next; what is wrong is said instead."""
        if self._is_busy:
            return
        self._keep()
        step = self.walk.step
        if not self.walk.check():
            self.refresh_words()
        elif step.deed is not None:
            self._is_busy = True
            self.refresh_words()
            self._do()
        elif self.walk.answers.get(step.id) == ENROL_STEP:
            self.post_message(self.Enrol())
        else:
            self._go_on()

    def _go_on(self) -> None:
        if self.walk.is_over:
            self.dismiss(self.walk.made)
        else:
            self.walk.forward()
            self.refresh_words()

    def _keep(self) -> None:
        """Keep what is typed in the lines."""
        for line, widget in zip(self.walk.step.lines, self.query(AskedLine), strict=False):
            self.walk.answers[line.name] = widget.input.value

    @work(thread=True)
    def _do(self) -> None:
        """Make what was agreed to, off the screen's thread."""
        self.walk.do()
        self.app.call_from_thread(self._done)

    def _done(self) -> None:
        self._is_busy = False
        if self.walk.fault is None:
            self._go_on()
        else:
            self.refresh_words()

    @work(thread=True, group="background")
    def _look(self) -> None:
        self._looking.look()
        self.app.call_from_thread(self._looked)

    def _looked(self) -> None:
        if self.is_attached:
            self.refresh_words()
