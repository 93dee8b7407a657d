"""The forms that can be begun here, other than those that have their own place on Home."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from fieldkit.i18n import _
from fieldkit.session.session import Session
from fieldkit.widgets.line_list import LineList


class FormsScreen(ModalScreen[str | None]):
    """Returns the form to begin, None for none."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", show=False, priority=True)]
    DEFAULT_CSS = """
    FormsScreen { align: center middle; }
    FormsScreen > Vertical {
        width: 80%; max-width: 76; height: 80%; border: solid $accent; padding: 1 2; background: $surface;
    }
    FormsScreen Static { height: auto; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.forms = session.other_forms()

    def compose(self) -> ComposeResult:
        """The forms, or how to get one."""
        asked = (
            _("Which form?")
            if self.forms
            else _("There is no other form yet. Add one: fieldkit forms add FILE")
        )
        with Vertical():
            yield Static(asked + "\n", markup=False)
            yield LineList()
            yield Static("\n" + _("Enter begins it, Esc leaves it."), markup=False)

    def on_mount(self) -> None:
        """Show the list."""
        lines = self.query_one(LineList)
        lines.show([f"{title}   {name} {version}".rstrip() for name, title, version in self.forms])
        lines.focus()

    @on(LineList.Chosen)
    def _chosen(self, event: LineList.Chosen) -> None:
        event.stop()
        self.dismiss(self.forms[event.number][0])

    def action_give_up(self) -> None:
        """Begin none."""
        self.dismiss(None)
