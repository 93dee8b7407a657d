"""The interview: one question, or one page of a field-list, at a time. What is shown as answered is on disk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _, language
from fieldkit.session.interview import Finished, Interview
from fieldkit.session.session import Session
from fieldkit.widgets.answer import AnswerWidget
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.question import QuestionView
from fieldkit.widgets.repeat_prompt import RepeatPrompt
from fieldkit.widgets.review import Review
from fieldkit.wording import problem_text, unreadable_text
from fieldkit.xforms import Event, Missing, Problem


class InterviewScreen(Frame[Finished | None]):
    """Asks one interview. Returns what finishing it made, None when it was left unfinished."""

    KEYS: ClassVar = (
        c.HELP, c.JUMP, c.NOTE, c.LANGUAGE, c.DONT_KNOW, c.DECLINED, c.PREFER_NOT, c.NOT_APPLICABLE,
        c.REVIEW, c.FINISH, c.BACK, c.PREVIOUS, c.NEXT, c.UNDO, c.REDO,
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    InterviewScreen #progress { height: 1; color: $text-muted; padding: 0 1; }
    InterviewScreen #page { height: 1fr; padding: 0 1; }
    """

    def __init__(self, session: Session, interview: Interview) -> None:
        super().__init__()
        self.session = session
        self.interview = interview
        self._warned: set[str] = set()

    def body(self) -> Iterable[Widget]:
        """Progress and the page."""
        yield Static(id="progress", markup=False)
        yield VerticalScroll(id="page", can_focus=False)

    def title_text(self) -> str:
        """What is being asked, and of whom."""
        entry = self.interview.entry
        return "  ".join(part for part in (self.session.form_title(entry.form), self._about()) if part)

    async def on_mount(self) -> None:
        """Show the first page."""
        self.interview.entry.language = language()
        self.refresh_words()
        await self._show_page()

    def show_words(self) -> None:
        """Draw the page's words anew."""
        if self.interview.entry.language != self.interview.form.language_for(language()):
            self._attempt(lambda: self.interview.use_language(language()))
        for view in self.query(QuestionView):
            view.refresh_words()
        for prompt in self.query(RepeatPrompt):
            prompt.repeat_name = self._repeat_label()
            prompt.refresh()
        self._show_progress()

    # -- what a person does -------------------------------------------------------------------------------

    @on(AnswerWidget.Answered)
    def _answered(self, message: AnswerWidget.Answered) -> None:
        message.stop()
        self._warned.discard(message.path)
        if self._attempt(lambda: self.interview.answer(message.path, message.value)):
            self._show_answers()

    @on(AnswerWidget.Unreadable)
    def _unreadable(self, message: AnswerWidget.Unreadable) -> None:
        message.stop()
        view = self._view_of(message.path)
        if view:
            view.show_problem(unreadable_text(message.kind, message.text))

    @on(AnswerWidget.Onward)
    async def _onward(self, message: AnswerWidget.Onward) -> None:
        message.stop()
        await self._leave_question(backward=message.backward)

    @on(RepeatPrompt.Add)
    async def _add(self, message: RepeatPrompt.Add) -> None:
        message.stop()
        if self._attempt(lambda: self.interview.add_member(self.interview.index.path)):
            await self._show_page()

    async def action_next(self) -> None:
        """Tab, PgDn: take what is typed and go on."""
        await self._commit_then_leave(backward=False)

    async def action_previous(self) -> None:
        """Shift+Tab, PgUp: take what is typed and go back."""
        await self._commit_then_leave(backward=True)

    async def action_missing(self, code: str) -> None:
        """One key for each missing answer; it goes on at once."""
        view = self._current_view()
        if view and self._attempt(lambda: self.interview.answer(view.path, Missing(code))):
            self._show_answers()
            await self._leave_question(backward=False)

    async def action_undo(self) -> None:
        """Take back the last step and show where it was."""
        await self._step(self.interview.undo)

    async def action_redo(self) -> None:
        """Do again what was taken back."""
        await self._step(self.interview.redo)

    @work
    async def action_jump(self) -> None:
        """Go to a question by its number or part of its words."""
        wanted = await self.app.push_screen_wait(AskText(_("Go to which question? (number or words)")))
        path = self.session.find_question(self.interview, wanted) if wanted else None
        if path:
            self.interview.jump(path)
            await self._show_page()
        elif wanted:
            self.notify(_("No question matches “{text}”.", text=wanted), severity="warning")

    @work
    async def action_note(self) -> None:
        """Write a note beside the question."""
        view = self._current_view()
        if view is None:
            return
        key = self.interview.entry.key(view.path)
        text = await self.app.push_screen_wait(
            AskText(_("Note on this question"), self.interview.notes.get(key, ""))
        )
        if text is not None and self._attempt(lambda: self.interview.note(view.path, text)):
            view.refresh_words()

    @work
    async def action_review(self) -> None:
        """List what is missing or doubtful; Enter goes to it."""
        await self._review()

    @work
    async def action_finish(self) -> None:
        """Finish, or show what stands in the way."""
        await self._finish()

    def action_back(self) -> None:
        """Leave; everything is kept and Home offers it again."""
        for view in self.query(QuestionView):
            view.answer.commit()
        self.call_after_refresh(self._leave)

    def _leave(self) -> None:
        self.dismiss(None)

    # -- inside -------------------------------------------------------------------------------------------

    async def _commit_then_leave(self, *, backward: bool) -> None:
        view = self._current_view()
        if view is None:
            await self._leave_question(backward=backward)
        elif view.answer.commit():
            view.answer.post_message(AnswerWidget.Onward(backward=backward))

    async def _leave_question(self, *, backward: bool) -> None:
        """Go to the next question of the page, or to the next page if this one has nothing to stop it."""
        views = list(self.query(QuestionView))
        view = self._current_view()
        if view and not backward and not self._passes(view):
            return
        place = views.index(view) + (-1 if backward else 1) if view in views else -1
        if view and 0 <= place < len(views):
            views[place].answer.focus()
            return
        if not self._attempt(self.interview.previous if backward else self.interview.next):
            return
        await self._show_page()

    def _passes(self, view: QuestionView) -> bool:
        """Whether a question may be left; a warning stops once, then it is overruled."""
        found = self.interview.problems(view.path)
        errors = [problem for problem in found if problem.kind != "warning"]
        if errors:
            self._show_problem(view, errors[0])
            return False
        for problem in found:
            if problem.path not in self._warned:
                self._warned.add(problem.path)
                self._show_problem(view, problem)
                return False
            self._attempt(lambda path=problem.path: self.interview.overrule(path))
        view.show_problem("")
        return True

    def _show_problem(self, view: QuestionView, problem: Problem) -> None:
        warning = problem.kind == "warning"
        more = "  " + _("Enter again lets it stand; F3 writes a note.") if warning else ""
        view.show_problem(problem_text(problem) + more, warning=warning)

    async def _step(self, step: object) -> None:
        if callable(step) and self._attempt(step):
            await self._show_page()

    async def _show_page(self) -> None:
        """Put the questions of the place on screen; at the end, the review."""
        page = self.query_one("#page", VerticalScroll)
        async with self.batch():
            await page.remove_children()
            index = self.interview.index
            if index.event is Event.PROMPT_NEW_REPEAT:
                count = self.interview.entry.count(index.path)
                await page.mount(RepeatPrompt(self._repeat_label(), count))
            elif index.event is not Event.END:
                await page.mount_all(QuestionView(self.interview, path) for path in self._page_paths())
        self._show_progress()
        if self.interview.index.event is Event.END:
            self.action_review()
        else:
            self._focus_first()

    def _page_paths(self) -> list[str]:
        return self.interview.entry.page(self.interview.index)

    def _focus_first(self) -> None:
        for view in self.query(QuestionView):
            view.answer.focus(scroll_visible=False)
            self.query_one("#page", VerticalScroll).scroll_home(animate=False)
            return
        for prompt in self.query(RepeatPrompt):
            prompt.focus()

    def _show_answers(self) -> None:
        """An answer may change what the rest of the page asks."""
        wanted = self._page_paths()
        if [
            view.path for view in self.query(QuestionView)
        ] != wanted and self.interview.index.event is Event.PAGE:
            self.call_later(self._show_page_keeping_focus)
            return
        for view in self.query(QuestionView):
            view.refresh_words()
            view.show_problem("")

    async def _show_page_keeping_focus(self) -> None:
        current = self._current_view()
        await self._show_page()
        again = self._view_of(current.path) if current else None
        if again:
            again.answer.focus()

    async def _review(self) -> None:
        review = Review(self.session, self.interview)
        answer = await self.app.push_screen_wait(review)
        if answer == "finish":
            await self._finish()
        elif answer:
            self._attempt(lambda: self.interview.jump(answer))
            await self._show_page()
        elif self.interview.index.event is Event.END:
            self._attempt(self.interview.previous)
            await self._show_page()

    async def _finish(self, reason: str = "") -> None:
        for view in self.query(QuestionView):
            if not view.answer.commit():
                return
        try:
            finished = self.session.interviews.finish(self.interview, reason)
        except FieldkitError as error:
            if error.code == "interview.unfinished":
                await self._review()
            elif error.code == "amend.no-reason" and not reason:
                said = await self.app.push_screen_wait(AskText(_("Why is the record corrected?")))
                # What is typed with nothing in it is refused in words; Esc goes back without one.
                if said is not None:
                    await self._finish(said or "-")
            else:
                self.refuse(error)
            return
        self.dismiss(finished)

    def _attempt(self, step: object) -> bool:
        """Do a step that writes; say in words if it was refused."""
        assert callable(step)
        try:
            step()
        except FieldkitError as error:
            self.refuse(error)
            return False
        return True

    def _show_progress(self) -> None:
        entry = self.interview.entry
        places = [place.path for place in entry.places() if place.event is not Event.PROMPT_NEW_REPEAT]
        here = places.index(entry.index.path) + 1 if entry.index.path in places else len(places)
        trail = self.session.trail(self.interview)
        self.query_one("#progress", Static).update(f"{here}/{len(places)}  {trail}")

    def _about(self) -> str:
        return self.session.about(self.interview)

    def _repeat_label(self) -> str:
        return self.session.repeat_label(self.interview)

    def _view_of(self, path: str) -> QuestionView | None:
        return next((view for view in self.query(QuestionView) if view.path == path), None)

    def _current_view(self) -> QuestionView | None:
        focused = self.focused
        for view in self.query(QuestionView):
            if focused is not None and (focused is view.answer or view.answer in focused.ancestors):
                return view
        return next(iter(self.query(QuestionView)), None)
