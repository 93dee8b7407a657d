"""Whose data: found by name, pinyin, initials or number, of households and of records that belong to none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from fieldkit import commands as c
from fieldkit.i18n import N_, _
from fieldkit.session.rights import Person
from fieldkit.session.session import Session
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.line_input import LineInput
from fieldkit.widgets.line_list import LineList


class FindPersonScreen(Frame[Person | None]):
    """Returns the person chosen, None for nobody."""

    ABOUT = N_(
        "Somebody asks what is recorded of her. Type her name, pinyin, initials or number; arrows mark a line, Enter opens it."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [
        *c.bindings(*KEYS),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    FindPersonScreen #search { margin: 1 0; border: none; height: 1; padding: 0 2; }
    FindPersonScreen LineList { padding: 0 1; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.found: list[Person] = []
        self._strangers = session.rights.of_no_household()

    def body(self) -> Iterable[Widget]:
        """The search line, and who was found."""
        yield LineInput(id="search", select_on_focus=False)
        yield LineList(can_focus=False)

    def title_text(self) -> str:
        """What is asked."""
        return _("Whose data?")

    def show_words(self) -> None:
        """Draw what was found."""
        search = self.query_one("#search", LineInput)
        search.placeholder = _("Name, pinyin, initials or number")
        search.focus()
        self._fill(search.value)

    @on(Input.Changed, "#search")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._fill(event.value)

    @on(Input.Submitted, "#search")
    def _enter(self, event: Input.Submitted) -> None:
        event.stop()
        here = self.query_one(LineList).highlighted
        if here is not None and here < len(self.found):
            self.dismiss(self.found[here])

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """A click chooses."""
        event.stop()
        self.dismiss(self.found[event.number])

    def action_move(self, by: int) -> None:
        """Move the mark."""
        self.query_one(LineList).move(by)

    def action_back(self) -> None:
        """Choose nobody."""
        self.dismiss(None)

    def _fill(self, text: str) -> None:
        self.found = self.session.rights.find(text, self._strangers)
        lines = [self._line(person) for person in self.found]
        self.query_one(LineList).show(
            lines
            or (
                [
                    _(
                        "Nobody by that name here. Try a part of it, its initials, or the number of the household."
                    )
                ]
                if text.strip()
                else []
            )
        )

    def _line(self, person: Person) -> str:
        household = self.session.household(person.household)
        where = self.session.place_name(household.village) if household else ""
        about = "" if household else self.session.record_title(person.record)
        name = person.name or _("the whole household")
        return "  ".join(part for part in (name, where, person.household, about) if part)
