"""The end of an interview: what is missing or doubtful, each one key from its question, and finishing."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from fieldkit.commands import FINISH, HELP
from fieldkit.i18n import N_, _
from fieldkit.session.history import aside_line, aside_text
from fieldkit.session.in_words import nothing_wrong
from fieldkit.session.interview import Interview
from fieldkit.session.standing import consents
from fieldkit.widgets.explained import Explained
from fieldkit.widgets.fitting import shortened
from fieldkit.widgets.static import Running, Static
from fieldkit.wording import labelled, problem_text
from fieldkit.xforms import Event

if TYPE_CHECKING:
    from fieldkit.session.session import Session


_SHARE = 0.9
_LEAST, _MOST = 6, 14
"""Of the height of the screen, what the box may take; lines of the list, its border among them."""
_LABEL = 80
"""Cells of a question's label by which it is known again."""


class Review(Explained, ModalScreen[str | None]):
    """Returns "finish", the path of a question to go to, or None to go back."""

    ABOUT = N_(
        "What is still missing (!) or doubtful (?) before this is finished. Arrows mark a line, Enter goes to the question. What is doubtful may stay. Esc goes back to the questions."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        HELP.binding,
        Binding("escape,shift+tab,pageup", "return_none", show=False, priority=True),
        Binding(FINISH.key, "finish", show=False, priority=True, id=FINISH.id),
        Binding("enter", "enter", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    Review { align: center middle; }
    Review > Vertical {
        width: 90%; max-width: 100; height: auto; max-height: 90%; border: solid $accent; padding: 1 2;
        background: $surface;
    }
    Review .consents { color: $text-muted; height: auto; }
    Review OptionList { height: auto; margin: 1 0; }
    """

    def __init__(self, session: Session, interview: Interview) -> None:
        super().__init__()
        self.session = session
        self.interview = interview
        declined = session.declined(interview)
        self.problems = [] if declined else interview.problems()
        passed = declined or interview.index.event is Event.END
        self.open = None if passed else interview.first_open()
        """Where the questions go on for who looks here on the way; None for who has been through them."""

    def compose(self) -> ComposeResult:
        """Summary, list, keys."""
        entry = self.interview.entry
        with Vertical():
            yield Static(entry.instance_name or self.session.form_title(entry.form), markup=False)
            yield Static("\n".join(consents(self.interview)), markup=False, classes="consents")
            if self.session.declined(self.interview):
                yield Static(
                    _("Declined. Only village, date and outcome will be kept; all else is erased."),
                    markup=False,
                )
            elif not self.problems:
                yield Static(nothing_wrong(self.interview), markup=False)
            else:
                yield Static(
                    _("{count} to look at. Enter goes to the question:", count=len(self.problems)),
                    markup=False,
                )
                yield OptionList(*(Option(Running(Content(line))) for line in self._lines()), markup=False)
            yield from self._kept_aside()
            yield Static(self._ways_on() + "  " + _("Esc goes back to the questions."), markup=False)

    def on_resize(self) -> None:
        """What was agreed to, and then the list, give way to what stands around them: the keys are always in sight."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        box = self.query_one(Vertical)
        agreed = self.query_one(".consents", Static)
        for lines in self.query(OptionList):
            around = sum(each.outer_size.height for each in box.children if each not in {lines, agreed})
            room = int(self.size.height * _SHARE) - box.gutter.height - lines.styles.margin.height - around
            needed = min(_LEAST, lines.virtual_size.height + lines.gutter.height)
            agreed.show_at_most(max(1, room - needed))
            taken = agreed.get_content_height(self.size, self.size, agreed.content_size.width)
            lines.styles.max_height = min(_MOST, room - taken)

    def _ways_on(self) -> str:
        key = FINISH.key_names
        if self.problems:
            return _("{key} finishes when nothing is marked !.", key=key)
        if self.open:
            return _("{key} finishes, Enter goes to the next question without an answer.", key=key)
        return _("{key} or Enter finishes.", key=key)

    def _kept_aside(self) -> ComposeResult:
        """Answers to an earlier version of the form, which stay with the record."""
        if self.interview.kept_aside:
            lines = [aside_text(aside_line(kept)) for kept in self.interview.kept_aside]
            yield Static("\n".join([_("Kept from an earlier form:"), *lines]), markup=False)

    def _lines(self) -> list[str]:
        entry = self.interview.entry
        return [
            f"{'?' if problem.kind == 'warning' else '!'} {labelled(shortened(entry.label(problem.path), _LABEL), problem_text(problem))}"
            for problem in self.problems
        ]

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self.problems[event.option_index].path)

    def action_enter(self) -> None:
        """Go to the highlighted question, to the next one without an answer, or finish."""
        lists = self.query(OptionList)
        if not lists:
            self.dismiss(self.open or "finish")
        elif lists.first().highlighted is not None:
            self.dismiss(self.problems[lists.first().highlighted or 0].path)

    def action_finish(self) -> None:
        """Finish if nothing blocks it."""
        if any(problem.kind != "warning" for problem in self.problems):
            self.notify(_("Something marked ! is still missing."), severity="warning")
        else:
            self.dismiss("finish")

    def action_return_none(self) -> None:
        """Go back."""
        self.dismiss(None)
