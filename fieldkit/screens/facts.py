"""Lines to be read that take a moment to be made: what is known of a workspace, what is found when it is looked over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.worker import get_current_worker

from fieldkit import commands as c
from fieldkit.i18n import N_, _
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.static import Static


class FactsScreen(Frame[None]):
    """Shows what `lines` gives, which is asked off the screen's thread and again in another language. title: in words."""

    ABOUT = N_(
        "What is known of this workspace, or what was found when it was looked over, line by line. Arrows, PgDn and PgUp show more."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [
        *c.bindings(*KEYS),
        Binding("down", "scroll(1)", show=False, priority=True),
        Binding("up", "scroll(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
    ]
    DEFAULT_CSS = "FactsScreen Static { height: auto; } FactsScreen VerticalScroll { padding: 1 2 0 2; }"

    def __init__(self, title: Callable[[], str], lines: Callable[[], Iterable[str]]) -> None:
        super().__init__()
        self._title = title
        self._lines = lines

    def body(self) -> Iterable[Widget]:
        """The lines."""
        with VerticalScroll(can_focus=False):
            yield Static(_("One moment …"), id="lines", markup=False)

    def title_text(self) -> str:
        """What this is."""
        return self._title()

    def show_words(self) -> None:
        """Ask for the lines."""
        self._make()

    @work(thread=True, exclusive=True, group="background")
    def _make(self) -> None:
        """Show each line as soon as it is known; whoever goes on in between waits for none."""
        worker = get_current_worker()
        told: list[str] = []
        for line in self._lines():
            if worker.is_cancelled:
                return
            told.append(line)
            self.app.call_from_thread(self._show, "\n".join(told))

    def _show(self, text: str) -> None:
        if self.is_attached:
            self.query_one("#lines", Static).update(text)

    def action_scroll(self, by: int) -> None:
        """Show the next line."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)

    def action_page(self, by: int) -> None:
        """Show the next page."""
        self.action_scroll(by * max(1, self.query_one(VerticalScroll).size.height - 1))

    def action_back(self) -> None:
        """Go back to the settings."""
        self.dismiss(None)
