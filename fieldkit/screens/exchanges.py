"""Every exchange with the office, newest first, to be read aloud over the telephone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from fieldkit import commands as c
from fieldkit.i18n import N_, _
from fieldkit.session.session import Session
from fieldkit.widgets.frame import Frame


class ExchangesScreen(Frame[None]):
    """Lists exports, return packs, enrolments, and what else was written down of them."""

    ABOUT = N_(
        "Everything that went to the office or came from it, newest first. The check code can be read out over the telephone: at the office it is the same."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    ExchangesScreen OptionList, ExchangesScreen OptionList:focus { height: 1fr; border: none; padding: 0 1; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield OptionList(id="exchanges", markup=False)

    def title_text(self) -> str:
        """What this is."""
        return _("Exchanges with the office")

    def show_words(self) -> None:
        """Draw the lines."""
        lines = self.session.sticks.history_lines() or [
            _(
                "Nothing has been exchanged yet. On Home, {key} writes what is new to a stick.",
                key=c.EXPORT.key_names,
            )
        ]
        exchanges = self.query_one("#exchanges", OptionList)
        exchanges.clear_options()
        exchanges.add_options(Option(line) for line in lines)
        exchanges.highlighted = 0
        exchanges.focus()

    def action_back(self) -> None:
        """Go back to Home."""
        self.dismiss(None)
