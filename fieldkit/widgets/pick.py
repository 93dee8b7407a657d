"""Choose among a few things over the screen: digits choose, Enter takes, Esc leaves it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from fieldkit.i18n import _


class Pick(ModalScreen[tuple[int, ...] | None]):
    """Asks for one or, with `several`, for any number of `lines`; gives their places, () for none, None when left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *[Binding(str(digit), f"mark({digit})", show=False, priority=True) for digit in range(1, 10)],
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("space", "mark_here", show=False, priority=True),
        Binding("enter", "take", show=False, priority=True),
        Binding("escape", "give_up", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    Pick { align: center middle; }
    Pick > Vertical {
        width: 80%; max-width: 76; height: auto; max-height: 90%; border: solid $accent; padding: 1 2;
        background: $surface;
    }
    Pick VerticalScroll { height: auto; max-height: 60vh; }
    Pick Static { height: auto; }
    """

    def __init__(self, question: str, lines: Sequence[str], *, several: bool = False) -> None:
        super().__init__()
        self.question = question
        self.lines = lines
        self.several = several
        self.here = 0
        self.marked: set[int] = set()

    def compose(self) -> ComposeResult:
        """The question, what there is to choose, how."""
        how = (
            _("Digits or space mark, Enter takes what is marked, Esc leaves it.")
            if self.several
            else _("A digit or Enter chooses, Esc leaves it.")
        )
        with Vertical():
            yield Static(self.question + "\n", markup=False)
            with VerticalScroll(can_focus=False):
                yield Static(id="lines", markup=False)
            yield Static("\n" + how, markup=False)

    def on_mount(self) -> None:
        """Draw the lines."""
        self._draw()

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
        self.action_mark(self.here + 1)

    def action_move(self, by: int) -> None:
        """Move the arrow."""
        self.here = max(0, min(len(self.lines) - 1, self.here + by))
        self._draw()

    def action_take(self) -> None:
        """Give what is chosen."""
        self.dismiss(tuple(sorted(self.marked)) if self.several else (self.here,))

    def action_give_up(self) -> None:
        """Choose nothing."""
        self.dismiss(None)

    def _draw(self) -> None:
        rows = []
        for number, line in enumerate(self.lines):
            mark = ("[x] " if number in self.marked else "[ ] ") if self.several else ""
            rows.append(f"{'>' if number == self.here else ' '} {number + 1} {mark}{line}")
        self.query_one("#lines", Static).update("\n".join(rows))
        self.call_after_refresh(self._show_arrow)

    def _show_arrow(self) -> None:
        """Where there are more lines than fit, have the arrow's among those that are seen."""
        seen = self.query_one(VerticalScroll)
        seen.scroll_to(y=max(0, self.here - seen.size.height // 2), animate=False)
