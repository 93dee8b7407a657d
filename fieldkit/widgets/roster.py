"""The members of a household (or any repeat) as a table: answered row by row or column by column."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.session.interview import Interview
from fieldkit.session.roster import RosterTable
from fieldkit.widgets.answer import AnswerWidget
from fieldkit.widgets.explained import Explained
from fieldkit.widgets.keybar import KeyBar
from fieldkit.widgets.message import Notice
from fieldkit.widgets.question import QuestionView
from fieldkit.widgets.roster_grid import RosterGrid
from fieldkit.widgets.static import Static
from fieldkit.widgets.typing import AfterTyping
from fieldkit.wording import problem_text
from fieldkit.xforms import Missing

if TYPE_CHECKING:
    from fieldkit.session.session import Session


class Roster(AfterTyping, Explained, ModalScreen[str | None]):
    """The table above, the question of the marked cell below. Returns the question where it was left."""

    ABOUT = N_(
        "Everybody of the list as a table. The marked cell is asked below: digits choose, Enter goes to the next cell. Esc goes back to the questions; everything is kept."
    )
    KEYS: ClassVar = (
        c.HELP, c.DONT_KNOW, c.DECLINED, c.PREFER_NOT, c.NOT_APPLICABLE, c.INSERT_MEMBER, c.REMOVE_MEMBER,
        c.SORT_MEMBERS, c.ENTRY_ORDER, c.BACK, c.PREVIOUS, c.NEXT, c.NEXT_MEMBER, c.PREVIOUS_MEMBER, c.UNDO, c.REDO,
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS, after_typing=True)]
    DEFAULT_CSS = """
    Roster { background: $background; }
    Roster > .title { height: 1; dock: top; background: $block-cursor-background; color: $block-cursor-foreground; padding: 0 1; }
    Roster > VerticalScroll { height: auto; max-height: 60%; dock: bottom; margin-bottom: 2; border-top: solid $accent; }
    """

    def __init__(self, session: Session, interview: Interview, repeat: str) -> None:
        super().__init__()
        self.session = session
        self.interview = interview
        self.table = RosterTable(interview, repeat)
        self.table.go_to(interview.index.path)
        self.by_column = False

    def compose(self) -> ComposeResult:
        """Title, table, question, keys."""
        yield Static(classes="title", markup=False)
        yield RosterGrid()
        yield VerticalScroll(can_focus=False)
        yield KeyBar(self.KEYS)

    async def on_mount(self) -> None:
        """Show the cell where the interview stands."""
        await self._show_cell()

    @on(AnswerWidget.Answered)
    def _answered(self, message: AnswerWidget.Answered) -> None:
        message.stop()
        if self._attempt(lambda: self.interview.answer(message.path, message.value)):
            self.query_one(QuestionView).refresh_words()
            self._show_table()

    @on(AnswerWidget.Unreadable)
    def _unreadable(self, message: AnswerWidget.Unreadable) -> None:
        message.stop()
        self.query_one(QuestionView).show_problem(explain(message.error))

    @on(AnswerWidget.Onward)
    async def _onward(self, message: AnswerWidget.Onward) -> None:
        message.stop()
        await self._leave_cell(-1 if message.backward else 1)

    @on(RosterGrid.Chosen)
    async def _chosen(self, message: RosterGrid.Chosen) -> None:
        message.stop()
        if self._commit():
            self.table.row, self.table.column = message.row, message.column
            await self._show_cell()

    async def action_missing(self, code: str) -> None:
        """One key for each missing answer; it goes on at once."""
        view = next(iter(self.query(QuestionView)), None)  # none where the marked cell is not asked
        if view and self._attempt(lambda: self.interview.answer(view.path, Missing(code))):
            view.refresh_words()
            await self._leave_cell(1)

    def action_next(self) -> None:
        """The next cell."""
        self._pass_on(backward=False)

    def action_previous(self) -> None:
        """The previous cell."""
        self._pass_on(backward=True)

    async def action_member(self, by: int) -> None:
        """The same question of another member."""
        if self._commit():
            self.table.move_row(by)
            await self._show_cell()

    async def action_insert(self) -> None:
        """Put a member in."""
        if self.table.fixed:
            self.notify(_("The form itself says how many there are."))
        elif self._commit() and self._attempt(self.table.insert):
            await self._show_cell()

    async def action_remove(self) -> None:
        """Take the marked member out; undo brings it back."""
        if self.table.fixed:
            self.notify(_("The form itself says how many there are."))
        elif self._attempt(self.table.remove):
            self.notify(_("Removed. {key} brings it back.", key=c.UNDO.key_names))
            await self._show_cell()

    async def action_sort(self) -> None:
        """Order the rows on screen by the marked column."""
        if self._commit():
            self.table.sort()
            await self._show_cell()

    def action_order(self) -> None:
        """Change between row by row and column by column."""
        self.by_column = not self.by_column
        self._show_table()

    async def action_undo(self) -> None:
        """Take back the last step."""
        if self._attempt(self.interview.undo):
            self.table.move_row(0)
            await self._show_cell()

    async def action_redo(self) -> None:
        """Do again what was taken back."""
        if self._attempt(self.interview.redo):
            self.table.move_row(0)
            await self._show_cell()

    def action_back(self) -> None:
        """Back to the questions, where the mark is."""
        if self._commit():
            self.call_after_refresh(self._leave)

    def _leave(self) -> None:
        self.dismiss(self.table.here)

    # -- inside -------------------------------------------------------------------------------------------

    def _pass_on(self, *, backward: bool) -> None:
        for view in self.query(QuestionView):
            if view.answer.commit():
                view.answer.go_on(backward=backward)

    def _commit(self) -> bool:
        return all(view.answer.commit() for view in self.query(QuestionView))

    async def _leave_cell(self, by: int) -> None:
        """Go on to the next cell, unless something is wrong with this one."""
        path = self.table.here
        errors = [p for p in self.interview.problems(path) if p.kind != "warning"] if path and by > 0 else []
        if errors:
            self.query_one(QuestionView).show_problem(problem_text(errors[0]))
            return
        if self.table.step(by, by_column=self.by_column):
            await self._show_cell()
        elif by > 0:
            self._show_table()
            self.notify(_("That was the last one. Insert adds a member, Esc goes back to the questions."))

    async def _show_cell(self) -> None:
        """Ask the question of the marked cell."""
        below = self.query_one(VerticalScroll)
        path = self.table.here
        async with self.batch():
            await below.remove_children()
            if path and self.interview.entry.is_relevant(path):
                view = QuestionView(self.interview, path)
                await below.mount(view)
                view.answer.focus()
            else:
                said = (
                    _("This is not asked here.") if path else _("Nobody is here yet. Insert adds a member.")
                )
                await below.mount(Static(said, markup=False))
        self._show_table()

    def _show_table(self) -> None:
        table = self.table
        columns = range(len(table.columns))
        rows = [
            [str(number), *(table.text(row, n) for n in columns)] for row, number in enumerate(table.rows)
        ]
        self.query_one(RosterGrid).show(["", *map(table.heading, columns)], rows, table.row, table.column)
        order = _("column by column") if self.by_column else _("row by row")
        name = self.interview.entry.repeat_label(table.repeat)
        self.query_one(".title", Static).update(
            f"{name}   {_('{count} {count:row|rows}', count=len(rows))}   {order}"
        )

    def _attempt(self, step: Callable[[], object]) -> bool:
        try:
            step()
        except FieldkitError as error:
            self.app.push_screen(Notice(explain(error)))
            return False
        return True
