"""Walking an interview: from question to question, from page to page, back, and where a person wants to be."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection
from functools import partial

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.i18n import _
from fieldkit.session.asking.walking import where_changed
from fieldkit.session.interview import Interview
from fieldkit.widgets.frame import Frame, Result
from fieldkit.widgets.full_stop import FullStop
from fieldkit.widgets.page import Page
from fieldkit.widgets.question import QuestionView
from fieldkit.wording import problem_text
from fieldkit.xforms import Problem

_STOPS = "stop"
"""The appearance of a question whose wrong answer stops the screen."""


class Walks(Frame[Result]):
    """A screen that walks `interview` on its `page`. What a screen does besides: `_show_page` puts the place on screen,
    `action_finish` finishes.
    """

    interview: Interview
    page: Page

    def __init__(self) -> None:
        super().__init__()
        self._warned: set[str] = set()

    @abstractmethod
    async def _show_page(self) -> None:
        """Put the place on screen."""

    @abstractmethod
    def action_finish(self) -> object:
        """Finish, or show what stands in the way."""

    async def action_next(self) -> None:
        """Tab, PgDn: take what is typed and go on."""
        await self._commit_then_leave(backward=False)

    async def action_previous(self) -> None:
        """Shift+Tab, PgUp: take what is typed and go back."""
        await self._commit_then_leave(backward=True)

    async def action_undo(self) -> None:
        """Take back the last step and show where it was."""
        await self._turn(self.interview.undo)

    async def action_redo(self) -> None:
        """Do again what was taken back, and show where."""
        await self._turn(self.interview.redo)

    async def action_first_error(self) -> None:
        """Go to the first thing that is missing or wrong."""
        found = self.interview.problems()
        if found:
            await self._go(found[0].path)
        else:
            self.notify(_("Nothing is missing or wrong."))

    async def action_begin(self) -> None:
        """Go to the first question."""
        first = next(self.interview.entry.places(), None)
        if first is not None and self.page.commit():
            await self._go(first.path)

    async def action_end(self) -> None:
        """Go to the end of the form."""
        if self.page.commit():
            await self._step(self.interview.go_to_end)

    async def action_member(self, by: int) -> None:
        """Go to the same question of the next or previous member."""
        path = self.interview.same_in_member(by)
        if path and self.page.commit():
            await self._go(path)

    # -- inside -------------------------------------------------------------------------------------------

    async def _commit_then_leave(self, *, backward: bool) -> None:
        view = self.page.current()
        if view is None:
            await self._leave_question("", backward=backward)
        elif view.answer.commit():
            view.answer.go_on(backward=backward)

    async def _leave_question(self, path: str, *, backward: bool = False) -> None:
        """Go to the next question of the page, or to the next page if this one has nothing to stop it."""
        view = self.page.view_of(path)
        if view and not backward and not self._passes(view):
            return
        if self.interview.pace is not None and not backward:
            await self._to_next_stop(path)
            return
        beside = self.page.beside(view, backward=backward)
        if beside is not None:
            beside.answer.focus()
            return
        if self.page.commit():
            await self._step(self.interview.previous if backward else self.interview.next)

    async def _to_next_stop(self, path: str) -> None:
        """Go to where something is still to be asked; where nothing is, finish."""
        if not self.page.commit():
            return
        pace = self.interview.pace
        assert pace is not None
        pace.passed.add(path)
        stop = pace.next_stop(self.interview)
        if stop is None:
            self.action_finish()
        else:
            await self._go(stop)

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
            self._attempt(partial(self.interview.overrule, problem.path))
        view.show_problem("")
        return True

    def _show_problem(self, view: QuestionView, problem: Problem) -> None:
        if (
            problem.kind in {"constraint", "check"}
            and _STOPS in self.interview.entry.item(view.path).appearance
        ):
            self._stop(view, problem)
            return
        warning = problem.kind == "warning"
        more = (
            "  " + _("Enter again lets it stand; {key} writes a note.", key=c.NOTE.key_names)
            if warning
            else ""
        )
        view.show_problem(problem_text(problem) + more, warning=warning)

    def _stop(self, view: QuestionView, problem: Problem) -> None:
        """Nothing goes on until somebody has read what is wrong; the wrong answer is not kept."""
        given = self.interview.entry.value(view.path)
        self._attempt(partial(self.interview.answer, view.path, ""))
        view.refresh_words()
        self.app.push_screen(FullStop(problem_text(problem), given))

    async def _go(self, path: str) -> None:
        """Go to where a question is asked; on a page of several, to the question."""
        await self._step(lambda: self.interview.jump(path))
        view = self.page.view_of(path)
        if view is not None:
            view.answer.focus()

    async def _step(self, step: Callable[[], object]) -> None:
        if self._attempt(step):
            await self._show_page()

    async def _turn(self, step: Callable[[], Collection[str]]) -> None:
        """Take a step back or do it again, and go to what it changed: nothing may change unseen."""
        before = self.interview.entry.answers()
        changed: Collection[str] = ()

        def turned() -> None:
            nonlocal changed
            changed = step()

        if not self._attempt(turned):
            return
        if not changed and self.interview.entry.answers() == before:
            self.notify(_("There is nothing to take back or to do again."))
            return
        view = self.page.current()
        path = where_changed(self.interview, changed, view.path if view else "")
        await self._go(path) if path else await self._show_page()

    def _attempt(self, step: Callable[[], object]) -> bool:
        """Do a step that writes; say in words if it was refused."""
        try:
            step()
        except FieldkitError as error:
            self.refuse(error)
            return False
        return True
