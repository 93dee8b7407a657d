"""Paper: what is entered, what is to be entered a second time, and the two entries side by side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.i18n import N_, _
from fieldkit.office.roles import Act
from fieldkit.widgets.ask import AskText
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.static import Static

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.entered_twice import Difference
    from fieldkit.session.desk.paper import Twice
    from fieldkit.xforms.answers import Answer

ENTER, EVERY, RESULTS = "enter", "every", "results"
_ASKED = 6
_TYPE, _ROWS = "type", "rows"


class PaperScreen(Frame[str | None]):
    """What can be done with paper, and what waits. Returns `ENTER`, `EVERY`, `RESULTS` or the id of a record.

    every: all that was entered once is listed, rather than a share.
    """

    ABOUT = N_(
        "Forms that were filled in on paper. 1 enters one; below wait those that somebody else enters a second time, without seeing the first entry."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    PaperScreen Static { height: auto; padding: 1 2 0 2; }
    PaperScreen Numbered { margin: 1 1 0 1; height: 1fr; }
    """

    def __init__(self, desk: Desk, *, every: bool) -> None:
        super().__init__()
        self.desk = desk
        self.every = every
        self.lines: Numbered[str] = Numbered(self.dismiss)

    def body(self) -> Iterable[Widget]:
        """What it is for, and the list."""
        yield Static(id="said", markup=False)
        yield self.lines

    def title_text(self) -> str:
        """What it is."""
        return _("Paper")

    def show_words(self) -> None:
        """Draw what waits."""
        actions = [(ENTER, _("Enter a paper form"))] if self.desk.may(Act.SERVE) else []
        said = [_("Forms filled in on paper are entered here.")]
        waiting = []
        if self.desk.may(Act.CHECK):
            said.append(
                _("Every one is entered a second time by somebody else; the first entry is not shown.")
                if self.every
                else _(
                    "One in twenty, which nobody picks, is entered a second time by somebody else; the first entry is not shown."
                )
            )
            waiting = self.desk.paper.waiting(every=self.every)
            said.append(_("{count} to enter again here", count=len(waiting)))
            actions += [
                (EVERY, _("One in twenty again") if self.every else _("Every one")),
                (RESULTS, _("How often two entries differed")),
            ]
        self.query_one("#said", Static).update("\n".join(said))
        rest = [(record, f"  {title}") for record, title in waiting[_ASKED:]]
        self.lines.show([*actions, *waiting[:_ASKED]], rest)
        if waiting:
            self.lines.highlighted = len(actions)

    def action_back(self) -> None:
        """Leave."""
        self.dismiss(None)


class DifferencesScreen(Frame[tuple[dict[str, "Answer"], bool] | None]):
    """Asks of one difference after the other what the paper says. Returns what is otherwise than at first, and whether rows
    are to be corrected afterwards; None where it was left. There is at least one difference.
    """

    ABOUT = N_(
        "Where two entries of one paper differ. Look at the paper; a digit says what stands on it. Esc leaves it, and it is compared again next time."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.UNDO, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    DifferencesScreen Static { height: auto; padding: 1 2 0 2; }
    DifferencesScreen #both { height: auto; }
    DifferencesScreen #both Static { width: 1fr; }
    DifferencesScreen Numbered { margin: 1 1 0 1; height: 1fr; }
    """

    def __init__(self, desk: Desk, twice: Twice) -> None:
        super().__init__()
        self.desk = desk
        self.twice = twice
        self.said: list[Answer | None] = []
        """What the paper says of each so far; None where rows are to be corrected."""
        self.lines: Numbered[tuple[str, Answer]] = Numbered(self._chosen)

    def body(self) -> Iterable[Widget]:
        """The question, both entries, and what the paper may say."""
        yield Static(id="asked", markup=False)
        with Horizontal(id="both"):
            yield Static(id="first", markup=False)
            yield Static(id="second", markup=False)
        yield self.lines

    def title_text(self) -> str:
        """What it is."""
        return _("Two entries of one paper")

    @property
    def _here(self) -> Difference:
        return self.twice.differences[min(len(self.said), len(self.twice.differences) - 1)]

    def show_words(self) -> None:
        """Draw the difference that is asked about."""
        paper, each = self.desk.paper, self._here
        first, second = (paper.answer(self.twice, each, answer) for answer in (each.first, each.second))
        asked = paper.question(self.twice, each)
        count = len(self.twice.differences) - len(self.said)
        self.query_one("#asked", Static).update(
            _("{question}\nWhat does the paper say? {count} to look at", question=asked, count=count)
        )
        self.query_one("#first", Static).update(_("First entry") + f"\n{first}")
        self.query_one("#second", Static).update(_("Second entry") + f"\n{second}")
        lines: list[tuple[tuple[str, Answer], str]] = [
            (("", each.first), _("as at first: {answer}", answer=first))
        ]
        if each.is_row:
            lines.append(((_ROWS, ""), _("the rows are otherwise: correct them in the form afterwards")))
        else:
            lines.append((("", each.second), _("as now: {answer}", answer=second)))
            lines += [(("", value), words) for value, words in paper.others(self.twice, each)]
            if paper.takes_text(self.twice, each):
                lines.append(((_TYPE, ""), _("something else: type it")))
        self.lines.show(lines[:9], [(choice, f"  {words}") for choice, words in lines[9:]])

    @work
    async def _chosen(self, choice: tuple[str, Answer]) -> None:
        kind, answer = choice
        said: Answer | None = None if kind == _ROWS else answer
        if kind == _TYPE:
            said = await self.app.push_screen_wait(AskText(_("What does the paper say?")))
            if said is None:
                return
        self.said.append(said)
        if len(self.said) < len(self.twice.differences):
            self.refresh_words()
            return
        pairs = list(zip(self.twice.differences, self.said, strict=True))
        otherwise = {each.path: said for each, said in pairs if said is not None and said != each.first}
        self.dismiss((otherwise, any(said is None for _each, said in pairs)))

    def action_undo(self) -> None:
        """Ask of the one before again."""
        if self.said:
            self.said.pop()
            self.refresh_words()

    def action_back(self) -> None:
        """Leave; the second entry stays, and is compared the next time."""
        self.dismiss(None)
