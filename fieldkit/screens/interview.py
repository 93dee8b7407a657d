"""The interview: one question, or one page of a field-list, at a time. What is shown as answered is on disk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.events import Key
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _, language
from fieldkit.session.interview import Finished, Interview
from fieldkit.session.questions import question_line
from fieldkit.session.session import Session
from fieldkit.session.standing import find_question, repeat_label, trail_of
from fieldkit.widgets.answer import AnswerWidget
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.guide import Guide
from fieldkit.widgets.message import Notice
from fieldkit.widgets.outline import Outline, OutlinePanel
from fieldkit.widgets.page import Page
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.read_only import ReadOnly
from fieldkit.widgets.repeat_prompt import RepeatPrompt
from fieldkit.widgets.review import Review
from fieldkit.widgets.roster import Roster
from fieldkit.widgets.scans import TakesScans
from fieldkit.widgets.static import Static
from fieldkit.widgets.typing import AfterTyping
from fieldkit.widgets.walks import Walks
from fieldkit.xforms import Event, Missing


class InterviewScreen(TakesScans, AfterTyping, Walks[Finished | None]):
    """Asks one interview. Returns what finishing it made, None when it was left unfinished."""

    ABOUT = N_(
        "One question after the other. Digits choose an answer, letters and digits type one, Enter goes on, arrows move. What is shown as answered is kept already. Every question may be left unanswered, and four keys say why. Esc goes back; Home goes on from here."
    )
    KEYS: ClassVar = (
        c.HELP, c.JUMP, c.NOTE, c.LANGUAGE, c.DONT_KNOW, c.DECLINED, c.PREFER_NOT, c.NOT_APPLICABLE,
        c.REVIEW, c.FINISH, c.GUIDE, c.OUTLINE, c.BACK, c.SAME, c.SAME_ALL, c.PREVIOUS, c.NEXT, c.UNDO, c.REDO, c.ROSTER,
        c.NEXT_MEMBER, c.PREVIOUS_MEMBER, c.DEFER, c.FIRST_ERROR, c.FORM_BEGIN, c.FORM_END,
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS, after_typing=True)]
    AUTO_FOCUS = ""  # the page puts the caret where it belongs, and shows a question from its beginning
    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (110, "-roomy")]  # noqa: RUF012 - as Textual declares it
    DEFAULT_CSS = """
    InterviewScreen OutlinePanel { display: none; }
    InterviewScreen.-roomy OutlinePanel { display: block; }
    InterviewScreen #progress { height: 1; color: $text-muted; padding: 0 1; }
    """

    def __init__(self, session: Session, interview: Interview) -> None:
        super().__init__()
        self.session = session
        self.interview = interview
        self.page = Page(interview)
        self.panel = OutlinePanel(interview)
        self._warned_of_leaving = False

    def body(self) -> Iterable[Widget]:
        """Progress, the page, and the outline where there is room."""
        yield Static(id="progress", markup=False)
        with Horizontal():
            yield self.page
            yield self.panel

    def title_text(self) -> str:
        """What is being asked, and of whom."""
        entry = self.interview.entry
        about = self.session.about(self.interview)
        return "  ".join(part for part in (self.session.form_title(entry.form), about) if part)

    async def on_mount(self) -> None:
        """Show the first page."""
        self.interview.entry.language = language()
        self.page.last = self.session.last_time(self.interview)
        self.refresh_words()
        await self._show_page()
        asking = self.interview.answering
        apart = asking.apart(self.interview) if asking else []
        if apart:
            self.app.push_screen(Notice("\n\n".join(map(question_line, apart))))

    def on_resize(self) -> None:
        """The outline may have got or lost its room."""
        self.call_after_refresh(self.panel.refresh_lines)

    def show_words(self) -> None:
        """Draw the page's words anew."""
        if self.interview.entry.language != self.interview.form.language_for(language()):
            self._attempt(lambda: self.interview.use_language(language()))
        self.page.refresh_words(repeat_label(self.interview))
        self._show_progress()

    # -- what a person does -------------------------------------------------------------------------------

    @on(AnswerWidget.Answered)
    async def _answered(self, message: AnswerWidget.Answered) -> None:
        message.stop()
        self._warned.discard(message.path)
        if self._attempt(lambda: self.interview.answer(message.path, message.value)):
            await self._show_answers()

    @on(AnswerWidget.Unreadable)
    def _unreadable(self, message: AnswerWidget.Unreadable) -> None:
        message.stop()
        view = self.page.view_of(message.path)
        if view:
            view.show_problem(explain(message.error))

    @on(AnswerWidget.Onward)
    async def _onward(self, message: AnswerWidget.Onward) -> None:
        message.stop()
        await self._leave_question(message.path, backward=message.backward)

    @on(ReadOnly.TypedOn)
    def _typed_on(self, message: ReadOnly.TypedOn) -> None:
        """What is typed on a note answers the question below it, if that is in sight."""
        message.stop()
        view = self.page.beside(self.page.view_of(message.path), backward=False)
        if view is not None and self.page.region.contains_region(view.region):
            view.answer.focus()
            self.app.call_later(self._type, Key(message.key.key, message.key.character))

    def _type(self, key: Key) -> None:
        """Hand a key to the caret, once that has come to where it was sent."""
        if self.focused is not None:
            self.focused.post_message(key)

    @on(RepeatPrompt.Add)
    async def _add(self, message: RepeatPrompt.Add) -> None:
        message.stop()
        if self._attempt(lambda: self.interview.add_member(self.interview.index.path)):
            await self._show_page()

    async def action_missing(self, code: str) -> None:
        """One key for each missing answer; it goes on at once."""
        view = self.page.current()
        if view and self._attempt(lambda: self.interview.answer(view.path, Missing(code))):
            await self._show_answers()
            await self._leave_question(view.path)

    @work
    async def action_jump(self) -> None:
        """Go to a question by its number or part of its words."""
        wanted = await self.app.push_screen_wait(AskText(_("Go to which question? (number or words)")))
        path = find_question(self.interview, wanted) if wanted else None
        if path:
            await self._go(path)
        elif wanted:
            self.notify(_("No question matches “{text}”.", text=wanted), severity="warning", markup=False)

    @work
    async def action_note(self) -> None:
        """Write a note beside the question."""
        view = self.page.current()
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

    @work
    async def action_guide(self) -> None:
        """Say why the question is asked, who sees the answer, that it may be skipped, and what to know."""
        view = self.page.current()
        if view is not None:
            await self.app.push_screen_wait(Guide(self.interview, view.path))

    async def action_same(self) -> None:
        """Give the answer of last time again, and go on; where the office asks, say that the answer is right as it is."""
        view = self.page.current()
        asking = self.interview.answering
        asked = asking.at(self.interview.entry.key(view.path)) if view and asking else []
        if view and asking and asked:
            if self.page.commit() and self._attempt(lambda: asking.reply(asked)):
                view.refresh_words()
                await self._leave_question(view.path)
            return
        value = self.page.last.value(self.interview.entry, view.path) if view and self.page.last else ""
        if view and value and self._attempt(lambda: self.interview.answer(view.path, value)):
            await self._show_answers()
            await self._leave_question(view.path)

    async def action_same_all(self) -> None:
        """Give the answers of last time to all that follows and is not answered; go to the first that is left."""
        if self.page.last is None or not self.page.commit():
            return
        try:
            taken = self.interview.take_again(self.page.last)
        except FieldkitError as error:
            self.refuse(error)
            return
        self.notify(
            _(
                "{count} {count:answer|answers} taken from last time. Look them over; each can be changed.",
                count=taken,
            )
        )
        left = self.interview.first_open()
        await (self._go(left) if left else self._step(self.interview.go_to_end))

    async def action_defer(self) -> None:
        """At a screening, ask why she is put off to another day; then her registration ends."""
        pace = self.interview.pace
        path = pace.to_defer(self.interview) if pace else None
        if path:
            await self._go(path)
        elif pace:
            self.notify(_("First comes what she agrees to; then she can be put off."))

    @work
    async def action_outline(self) -> None:
        """Show every question with its state; go to the one chosen."""
        path = await self.app.push_screen_wait(Outline(self.interview))
        if path:
            await self._go(path)

    @work
    async def action_roster(self) -> None:
        """Show the members as a table; come back to where the caret was there."""
        repeat = self.interview.repeat_here()
        if repeat is None:
            self.notify(_("There are no members to show here."))
        elif self.page.commit():
            path = await self.app.push_screen_wait(Roster(self.session, self.interview, repeat))
            await (self._go(path) if path else self._show_page())

    def action_back(self) -> None:
        """Leave; everything is kept and Home offers it again. What cannot be read stops it once."""
        if self.page.commit() or self._warned_of_leaving:
            self.call_after_refresh(self._leave)
            return
        self._warned_of_leaving = True
        self.notify(_("What cannot be read is not kept. {key} again leaves it.", key=c.BACK.key_names))

    def _leave(self) -> None:
        self.dismiss(None)

    # -- inside -------------------------------------------------------------------------------------------

    async def _show_page(self) -> None:
        """Put the questions of the place on screen; at the end, the review."""
        self._warned_of_leaving = False
        await self.page.show_place(repeat_label(self.interview))
        self._show_progress()
        if self.interview.index.event is Event.END:
            self.action_review()

    async def _show_answers(self) -> None:
        """An answer may change what the rest of the page asks."""
        if self.page.has_changed():
            await self.page.show_again(repeat_label(self.interview))
            return
        for view in self.page.views():
            view.refresh_words()
            view.show_problem("")

    async def _review(self) -> None:
        review = Review(self.session, self.interview)
        answer = await self.app.push_screen_wait(review)
        if answer == "finish":
            await self._finish()
        elif answer:
            await self._go(answer)
        elif self.interview.index.event is Event.END:
            await self._step(self.interview.previous)

    async def _finish(self, reason: str = "") -> None:
        if not self.page.commit() or not await self._has_answered():
            return
        asking = self.interview.answering
        if asking is not None and len(asking.left(self.interview)) < len(asking.questions):
            reason = reason or _("asked by the office")
        try:
            finished = self.session.interviews.finish(self.interview, reason)
        except FieldkitError as error:
            if error.code == "interview.unfinished":
                await self._review()
            elif error.code == "amend.no-reason" and not reason:
                said = await self.app.push_screen_wait(
                    AskText(_("Why is the record corrected?"), self.interview.reason)
                )
                # What is typed with nothing in it is refused in words; Esc goes back without one.
                if said is not None:
                    await self._finish(said or "-")
            else:
                self.refuse(error)
            return
        self.dismiss(finished)

    async def _has_answered(self) -> bool:
        """Ask about the questions of the office that nothing was said to; False to go back to them."""
        asking = self.interview.answering
        left = asking.left(self.interview) if asking else []
        if asking is None or not left:
            return True
        lines = [
            _("It is right as it is now"), _("Answer in words"), _("Back to the questions"), _("Later; they wait"),
        ]  # fmt: skip
        told = [
            _("The office has no answer yet to: {count}", count=len(left)),
            *(asking.line(each, self.interview) for each in left),
        ]
        chosen = await self.app.push_screen_wait(Pick("\n".join(told), lines))
        said: str | None = ""
        if chosen == (1,):
            said = await self.app.push_screen_wait(AskText(_("What is to be told to the office?")))
        if chosen in {(0,), (1,)} and said is not None:
            return self._attempt(lambda: asking.reply(left, (said or "").strip()))
        place = asking.place(self.interview) if chosen == (2,) else None
        if place is not None:
            await self._go(place)
        return chosen == (3,)

    def _show_progress(self) -> None:
        """Where the interview stands, and of whom it is: that may have been answered just now."""
        self.show_title()
        entry = self.interview.entry
        places = [place.path for place in entry.places() if place.event is not Event.PROMPT_NEW_REPEAT]
        here = places.index(entry.index.path) + 1 if entry.index.path in places else len(places)
        trail = trail_of(self.interview)
        self.query_one("#progress", Static).update(f"{here}/{len(places)}  {trail}")
        self.panel.refresh_lines()
