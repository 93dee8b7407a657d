"""Choose among a few things over the screen: digits choose, Enter takes, Esc leaves it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen

from fieldkit.i18n import _
from fieldkit.widgets.static import Static

_DIGITS = 9
"""So many lines are chosen by a digit, the others by arrows and Enter."""


class Pick(ModalScreen[tuple[int, ...] | None]):
    """Asks for one or, with `several`, for any number of `lines`; gives their places, () for none, None when left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *[Binding(str(digit), f"mark({digit})", show=False, priority=True) for digit in range(1, 10)],
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
        Binding("space", "mark_here", show=False, priority=True),
        Binding("enter", "take", show=False, priority=True),
        Binding("escape", "give_up", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    Pick { align: center middle; }
    Pick > Vertical {
        width: 80%; max-width: 76; height: auto; max-height: 100%; border: solid $accent; padding: 1 2;
        background: $surface;
    }
    Pick.-narrow > Vertical { width: 100%; padding: 0 1; }
    Pick VerticalScroll { height: auto; }
    Pick Static { height: auto; }
    Pick Horizontal { height: auto; }
    Pick Horizontal > .mark { width: auto; }
    Pick Horizontal > .line { width: 1fr; }
    """
    _AROUND = 7
    """Lines beside question and choices: border, room within it, an empty line and at most two that say how."""

    def __init__(self, question: str, lines: Sequence[str], *, several: bool = False) -> None:
        super().__init__()
        self.question = question
        self.lines = lines
        self.several = several
        self.here = 0
        self.marked: set[int] = set()

    def compose(self) -> ComposeResult:
        """The question and what there is to choose, which are looked through together where they do not fit; how."""
        with Vertical():
            with VerticalScroll(can_focus=False):
                yield Static(self.question + "\n", markup=False)
                for line in self.lines:
                    with Horizontal():
                        yield Static(classes="mark", markup=False)
                        yield Static(line, classes="line", markup=False)
            yield Static(id="how", markup=False)

    def on_mount(self) -> None:
        """Draw the marks."""
        self._draw()

    def on_resize(self) -> None:
        """Leave room for the words that say how."""
        page = self.query_one(VerticalScroll)
        page.styles.max_height = max(3, self.app.size.height - self._AROUND)
        self.call_after_refresh(self._say_how)

    def _say_how(self) -> None:
        if not self.lines:
            self.query_one("#how", Static).update(_("There is nothing to choose here yet. Esc goes back."))
            return
        how = (
            _("Digits or space mark, Enter takes what is marked, Esc leaves it.")
            if self.several
            else _("A digit or Enter chooses, Esc leaves it.")
        )
        if self.query_one(VerticalScroll).max_scroll_y > 0:
            how = _("There is more: arrows or PgDn. {how}", how=how)
        self.query_one("#how", Static).update("\n" + how)

    def action_mark(self, digit: int) -> None:
        """Mark the line of that number or take the mark away; where one is wanted, choose it."""
        if digit > len(self.lines):
            return
        self.here = digit - 1
        if self.several:
            self.marked ^= {self.here}
            self._draw()
        else:
            self.dismiss((self.here,))

    def action_mark_here(self) -> None:
        """Mark the line at the arrow."""
        if self.lines:
            self.action_mark(self.here + 1)

    def action_move(self, by: int) -> None:
        """Move the arrow; the line it is at is in view."""
        self.here = max(0, min(len(self.lines) - 1, self.here + by))
        self._draw()
        if self.lines:
            self.query(Horizontal)[self.here].scroll_visible(animate=False)

    def action_page(self, by: int) -> None:
        """Show more of what does not fit."""
        page = self.query_one(VerticalScroll)
        page.scroll_relative(y=by * max(1, page.size.height - 1), animate=False)

    def action_take(self) -> None:
        """Give what is chosen; where there is nothing to choose, leave it."""
        if not self.lines:
            self.dismiss(None)
        else:
            self.dismiss(tuple(sorted(self.marked)) if self.several else (self.here,))

    def action_give_up(self) -> None:
        """Choose nothing."""
        self.dismiss(None)

    def _draw(self) -> None:
        for number, mark in enumerate(self.query(".mark").results(Static)):
            digit = str(number + 1) if number < _DIGITS else " "
            box = ("[x] " if number in self.marked else "[ ] ") if self.several else ""
            mark.update(f"{'>' if number == self.here else ' '} {digit} {box}")
