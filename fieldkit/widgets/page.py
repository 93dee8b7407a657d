"""What is asked at one place of an interview: a question, the questions of a field-list, or whether to add a member."""

from __future__ import annotations

from collections.abc import Iterator

from textual.containers import VerticalScroll

from fieldkit.session.interview import Interview
from fieldkit.session.last_time import LastTime
from fieldkit.widgets.question import QuestionView
from fieldkit.widgets.repeat_prompt import RepeatPrompt
from fieldkit.xforms import Event


class Page(VerticalScroll):
    """Shows the place where an interview stands; never more than that is mounted."""

    DEFAULT_CSS = "Page { height: 1fr; padding: 0 1; }"

    def __init__(self, interview: Interview) -> None:
        super().__init__(can_focus=False)
        self.interview = interview
        self.last: LastTime | None = None

    def on_resize(self) -> None:
        """With less room, keep the question with the caret on screen, its label first."""
        view = self.current()
        if view is not None:
            self.scroll_to_widget(view, animate=False)

    async def show_place(self, repeat_name: str) -> None:
        """Put the place on screen and the caret into its first question. `repeat_name`: what the repeat is called."""
        async with self.batch():
            await self.remove_children()
            index = self.interview.index
            if index.event is Event.PROMPT_NEW_REPEAT:
                await self.mount(RepeatPrompt(repeat_name, self.interview.entry.count(index.path)))
            elif index.event is not Event.END:
                await self.mount_all(QuestionView(self.interview, path, self.last) for path in self._paths())
        if index.event is not Event.END:
            self._focus_first()

    async def show_again(self, repeat_name: str) -> None:
        """Show the place anew with the caret where it was: another answer has changed what is asked."""
        current = self.current()
        await self.show_place(repeat_name)
        again = self.view_of(current.path) if current else None
        if again:
            again.answer.focus()

    def has_changed(self) -> bool:
        """Whether the place asks other questions now than are on screen."""
        return (
            self.interview.index.event is Event.PAGE and [view.path for view in self.views()] != self._paths()
        )

    def refresh_words(self, repeat_name: str) -> None:
        """Draw every word anew; what is no longer asked is about to give way."""
        asked = set(self._paths())
        for view in self.views():
            if view.path in asked:
                view.refresh_words()
        for prompt in self.query(RepeatPrompt):
            prompt.repeat_name = repeat_name
            prompt.refresh()

    def views(self) -> list[QuestionView]:
        """The questions on screen, in order."""
        return [child for child in self.children if isinstance(child, QuestionView)]

    def view_of(self, path: str) -> QuestionView | None:
        """The view of a question."""
        return next((view for view in self.views() if view.path == path), None)

    def current(self) -> QuestionView | None:
        """The question with the caret, else the first."""
        focused = self.screen.focused
        views = self._asking()
        holding = (
            v for v in views if focused is not None and (focused is v.answer or v.answer in focused.ancestors)
        )
        return next(holding, next(iter(views), None))

    def beside(self, view: QuestionView | None, *, backward: bool) -> QuestionView | None:
        """The question before or after another on the same page."""
        views = self._asking()
        place = views.index(view) + (-1 if backward else 1) if view in views else -1
        return views[place] if view and 0 <= place < len(views) else None

    def commit(self) -> bool:
        """Give what is typed and not yet given; False where something cannot be read, and the caret goes there."""
        unread = [view for view in self.views() if not view.answer.commit()]
        if unread and self.current() not in unread:
            unread[0].answer.focus()
        return not unread

    def on_descendant_focus(self) -> None:
        """Give what is typed where the caret was: a click takes it away without a key that does so."""
        here = self.current()
        for view in self.views():
            if view is not here:
                view.answer.commit()

    def _asking(self) -> list[QuestionView]:
        """The questions that take an answer: not the head of a table."""
        return [view for view in self.views() if view.answer.takes_answer]

    def _paths(self) -> list[str]:
        index, pace = self.interview.index, self.interview.pace
        paths = self.interview.entry.page(index)
        return (
            [*pace.beside(self.interview, index.path), *paths]
            if pace and index.event is Event.QUESTION
            else paths
        )

    def _focus_first(self) -> None:
        asked = self.view_of(self.interview.index.path)
        if self.interview.pace is not None and asked is not None:
            asked.answer.focus()
            self.call_after_refresh(
                self.scroll_to_widget, asked, animate=False
            )  # what is above it may be long
            return
        for widget in self._first():
            widget.focus(scroll_visible=False)
            self.scroll_home(animate=False)
            return

    def _first(self) -> Iterator[QuestionView | RepeatPrompt]:
        yield from (view.answer for view in self._asking())  # type: ignore[misc]  # an answer takes the caret for its view
        yield from self.query(RepeatPrompt)
