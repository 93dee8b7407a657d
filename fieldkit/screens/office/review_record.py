"""One record that is looked over: answer by answer, with what was asked; ask, send back, approve, close, open again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from textual import work
from textual.binding import BindingType
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.office.reviews import State
from fieldkit.session.desk.desk import Desk
from fieldkit.session.desk.review_words import CaseWords
from fieldkit.session.desk.reviews import WAITS, Case
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.message import Notice
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.static import Static

Action = Literal["query", "approve", "close", "correct", "history", "reopen"]
_SETTLES = {"approve": State.APPROVED, "close": State.CLOSED, "reopen": State.RECEIVED}


@dataclass(frozen=True, slots=True)
class About:
    """An answer that may be asked about, by its path; what its question is called."""

    path: str
    label: str


class ReviewRecordScreen(Frame[bool]):
    """Shows a case. Enter on an answer takes a comment; comments go back together, with a day. Returns True where the record
    is to be corrected here, False when somebody is done with it.
    """

    ABOUT = N_(
        "One record, answer by answer. Enter on an answer takes a question about it; the questions go back together with a day. A digit above approves it, closes it, corrects it here or shows how it came to say this."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.UNDO, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    ReviewRecordScreen Static.said { height: auto; padding: 0 2; }
    ReviewRecordScreen Numbered, ReviewRecordScreen Numbered:focus { height: 1fr; padding: 0 1; scrollbar-gutter: stable; }
    """

    def __init__(self, desk: Desk, case: Case) -> None:
        super().__init__()
        self.desk = desk
        self.case = case
        self.comments: dict[str, str] = {}
        self.lines: Numbered[Action | About] = Numbered(self._chosen)

    def body(self) -> Iterable[Widget]:
        """How it stands, then what can be done, what was asked, and the answers."""
        yield Static(classes="said", markup=False)
        yield self.lines

    def title_text(self) -> str:
        """What it is of."""
        return CaseWords(self.case, self.desk.words).title()

    def show_words(self) -> None:
        """Draw all of it; the mark stays where it was."""
        words = CaseWords(self.case, self.desk.words)
        self.query_one(".said", Static).update(words.standing(self.desk.session.today().isoformat()))
        rows: list[tuple[Action | About | None, str]] = []
        asked = words.asked()
        if asked:
            rows.append((None, "-- " + _("What was asked") + " --"))
            rows += [(None, line) for line in asked]
        rows.append((None, "-- " + _("Answers; Enter on one asks about it") + " --"))
        for each in words.answers():
            comment = self.comments.get(each.path, "")
            line = f"{each.line}\n    ? {comment}" if comment else each.line
            rows.append((About(each.path, each.label), f"  {line}"))
        here = self.lines.highlighted
        self.lines.show(self._actions(), rows)
        if here is not None:
            self.lines.highlighted = min(here, self.lines.option_count - 1)

    def _actions(self) -> list[tuple[Action | About, str]]:
        settled = self.case.review.state in {State.APPROVED, State.CLOSED}
        actions: list[tuple[Action | About, str]] = [
            ("query", self._query_words()),
            ("approve", _("Approve")),
            ("close", _("Close: nobody is asked any more")),
            ("correct", _("Correct it here")),
            ("history", _("How it came to say this")),
        ]
        return [*actions, ("reopen", _("Open it again"))] if settled else actions

    def _query_words(self) -> str:
        if not self.comments:
            return _("Send it back: first choose an answer below, and type what is to be asked")
        return _("Send it back with these comments: {count}", count=len(self.comments))

    @work
    async def _chosen(self, what: Action | About) -> None:
        if isinstance(what, About):
            await self._comment(what)
        elif what == "history":
            lines = CaseWords(self.case, self.desk.words).history()
            await self.app.push_screen_wait(Notice("\n".join(lines)))
        elif what == "query":
            await self._send_back()
        elif what == "correct":
            self.dismiss(True)
        elif await self._does(lambda: self.desk.reviews.settle(self.case, _SETTLES[what])):
            self.notify(_("It is kept. {key} on the record takes it back.", key=c.UNDO.key_names))
            self.dismiss(False)

    async def _comment(self, about: About) -> None:
        """Take a comment on an answer; nothing takes it away."""
        before = self.comments.get(about.path, "")
        text = await self.app.push_screen_wait(
            AskText(_("What is to be asked? {label}", label=about.label), before)
        )
        if text is not None:
            self.comments.pop(about.path, None)
            if text.strip():
                self.comments[about.path] = text.strip()
            self.refresh_words()

    async def _send_back(self) -> None:
        """Send the comments back, once it is said by when an answer is wished for."""
        if not self.comments:
            await self.app.push_screen_wait(Notice(explain(FieldkitError("review.nothing-asked"))))
            return
        wished = (self.desk.session.today() + WAITS).isoformat()
        typed = await self.app.push_screen_wait(AskText(_("By which day is an answer wished for?"), wished))
        if typed is None:
            return
        try:
            day = date.fromisoformat(typed.strip())
        except ValueError:
            await self.app.push_screen_wait(Notice(_("“{text}” is no date. Write 2026-03-31.", text=typed)))
            return
        if await self._does(lambda: self.desk.reviews.query(self.case, self.comments, day)):
            names = _(", ").join(each.name for each in self.case.laptops)
            self.notify(_("The next return stick takes it to {names}.", names=names), markup=False)
            self.dismiss(False)

    @work
    async def action_undo(self) -> None:
        """Take the last step of the review back, and show how the record stands then."""
        if await self._does(lambda: self.desk.reviews.undo(self.case)) and await self._does(self._again):
            self.notify(_("The last step was taken back."))

    def _again(self) -> None:
        self.case = self.desk.reviews.open(self.case.record)
        self.refresh_words()

    @work
    async def action_back(self) -> None:
        """Go back; comments that were not sent are asked about first."""
        if self.comments:
            asked = Pick(
                _("{count} {count:comment is|comments are} not sent back yet.", count=len(self.comments)),
                [_("Stay here"), _("Leave without sending them")],
            )
            if await self.app.push_screen_wait(asked) != (1,):
                return
        self.dismiss(False)

    async def _does(self, step: Callable[[], object]) -> bool:
        """Do a step that writes; say in words if it was refused."""
        try:
            step()
        except FieldkitError as error:
            await self.app.push_screen_wait(Notice(explain(error)))
            return False
        return True
