"""The forms that can be begun here, other than those that have their own place on Home."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Key
from textual.screen import ModalScreen

from fieldkit.commands import HELP
from fieldkit.i18n import N_, _
from fieldkit.session.session import Session
from fieldkit.widgets.explained import Explained
from fieldkit.widgets.line_list import LineList
from fieldkit.widgets.static import Static


class FormsScreen(Explained, ModalScreen[str | None]):
    """Returns the form to begin, None for none. Its number, typed, marks it."""

    ABOUT = N_(
        "Every form but those of registration and visit, by what it is for. Its number or the arrows mark one, Enter begins it, Esc goes back."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        HELP.binding,
        Binding("escape", "give_up", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    FormsScreen { align: center middle; }
    FormsScreen > Vertical {
        width: 90%; max-width: 84; height: 95%; border: solid $accent; padding: 0 2; background: $surface;
    }
    FormsScreen Static { height: auto; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.forms = session.other_forms()
        self._lines: list[str] = []
        self._places: list[int] = []
        """The line of each form."""
        self._typed = ""

    def compose(self) -> ComposeResult:
        """The forms, or how to get one."""
        asked = (
            _("Which form?")
            if self.forms
            else _("There is no other form yet. Add one: fieldkit forms add FILE")
        )
        with Vertical():
            yield Static(asked, markup=False)
            yield LineList()
            yield Static(_("Its number or the arrows, then Enter; Esc leaves it."), markup=False)

    def on_mount(self) -> None:
        """Show the list, each family under its heading."""
        headings = []
        family = ""
        for number, form in enumerate(self.forms, 1):
            if form.family != family:
                family = form.family
                headings.append(len(self._lines))
                self._lines.append(f"-- {family} --")
            self._places.append(len(self._lines))
            twin = sum(each.title == form.title for each in self.forms) > 1
            self._lines.append("  ".join([f"{number:>3}", form.title, *([form.version] if twin else [])]))
        lines = self.query_one(LineList)
        lines.show(self._lines, headings)
        lines.focus()

    def on_key(self, event: Key) -> None:
        """Digits are the number of a form; one that no form has begins anew."""
        if event.character is None or not (event.character.isascii() and event.character.isdigit()):
            self._typed = ""
            return
        event.stop()
        wanted = self._typed + event.character
        self._typed = wanted if 1 <= int(wanted) <= len(self.forms) else event.character
        if 1 <= int(self._typed) <= len(self.forms):
            lines = self.query_one(LineList)
            place = self._places[int(self._typed) - 1]
            lines.show(self._lines, sorted(set(range(len(self._lines))) - set(self._places)), at=place)

    @on(LineList.Chosen)
    def _chosen(self, event: LineList.Chosen) -> None:
        event.stop()
        self.dismiss(self.forms[self._places.index(event.number)].name)

    def action_give_up(self) -> None:
        """Begin none."""
        self.dismiss(None)
