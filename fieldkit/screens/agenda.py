"""The agenda: this week's tasks, events, reports due, open issues, the log; each line opens what it speaks of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.fieldwork.happenings import ISSUE, LOG
from fieldkit.i18n import N_, _
from fieldkit.session.agenda import Opens
from fieldkit.session.session import Session
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.numbered import Numbered


class AgendaScreen(Frame[Opens | None]):
    """Lists the agenda. Returns what is wanted, None to go back."""

    ABOUT = N_(
        "This week day by day, coming events, reports due, open village issues, the last meetings. Arrows mark a line, Enter opens what it speaks of; 1 and 2 note something new."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    AgendaScreen Numbered, AgendaScreen Numbered:focus {
        height: 1fr; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.lines: Numbered[Opens] = Numbered(self.dismiss)

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield self.lines

    def title_text(self) -> str:
        """What this is, and the day."""
        return "  ".join([_("Agenda"), self.session.today().isoformat()])

    def show_words(self) -> None:
        """Draw what can be begun, then the sections."""
        begin = [
            (Opens("form", ISSUE), _("Note a village issue")),
            (Opens("form", LOG), _("Note a meeting or training")),
        ]
        rows: list[tuple[Opens | None, str]] = [(None, note) for note in self.session.agenda.notes()]
        for section in self.session.agenda.sections():
            rows.append((None, f"-- {section.heading} --"))
            rows += section.lines or [(None, "  " + _("none"))]
        self.lines.show(begin, rows)

    def action_back(self) -> None:
        """Go back to Home."""
        self.dismiss(None)
