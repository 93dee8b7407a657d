"""From laptop to laptop: takes what is on the stick and writes what is here, with one key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.session.session import Session
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.line_input import LineInput
from fieldkit.widgets.paged import Paged
from fieldkit.widgets.static import Static


class CarryScreen(Paged, Frame[None]):
    """Asks for the folder of the stick; Enter takes and writes, and says line by line what came and went.

    event: the number of the event whose records are written.
    """

    ABOUT = N_(
        "The laptops of one event exchange its records by stick, without the office. Put the stick in, look whether its folder is right, and press Enter: first what the others wrote is taken, then what is here is written."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS), *Paged.PAGING]
    DEFAULT_CSS = """
    CarryScreen #explanation { padding: 1 2; height: auto; }
    CarryScreen #said { padding: 1 2 0 2; }
    CarryScreen #result { height: auto; }
    """

    def __init__(self, session: Session, event: str) -> None:
        super().__init__()
        self.session = session
        self.event = event
        self._said = ""
        self._is_carrying = False

    def body(self) -> Iterable[Widget]:
        """Explanation, folder, what came and went."""
        yield Static(id="explanation", markup=False)
        yield LineInput(str(self.session.sticks.folder), id="folder")
        with VerticalScroll(id="said", can_focus=False):
            yield Static(id="result", markup=False)

    def title_text(self) -> str:
        """What this is."""
        return _("From laptop to laptop")

    def show_words(self) -> None:
        """Draw the words."""
        self.query_one("#explanation", Static).update(
            _("The stick that goes round between the laptops of this event: its folder, then Enter.")
        )
        self.query_one("#result", Static).update(self._said)
        self.query_one("#folder").focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if not self._is_carrying:
            self._is_carrying = True
            self._say(_("Taking and writing. Leave the stick in."))
            self._carry(event.value)

    @work(thread=True, group="background")
    def _carry(self, folder: str) -> None:
        """Carry off the screen's thread, so that keys are heard."""
        try:
            said = "\n".join(self.session.carries.lines(self.session.carries.carry(folder, self.event)))
        except FieldkitError as error:
            said = explain(error)
        self.app.call_from_thread(self._carried, said)

    def _carried(self, said: str) -> None:
        self._is_carrying = False
        self._say(said)

    def _say(self, said: str) -> None:
        self._said = said
        if self.is_attached:
            self.query_one("#result", Static).update(said)

    def action_back(self) -> None:
        """Go back, once the stick may be removed."""
        if not self._is_carrying:
            self.dismiss(None)
