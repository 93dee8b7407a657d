"""An exchange with the office over the local network: sends what is new, takes what is there, with one key."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Event
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
from fieldkit.session.network_words import met_lines, stage_line
from fieldkit.session.session import Session
from fieldkit.steady import elapsed
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.line_input import LineInput
from fieldkit.widgets.paged import Paged
from fieldkit.widgets.static import Static

_PAUSE = 0.1
"""Seconds between two looks at how far it is."""


class NetworkScreen(Paged, Frame[None]):
    """Asks where the office is; Enter exchanges, and says line by line what went and came. Esc meanwhile stops that."""

    ABOUT = N_(
        "Where there is a cable or a wireless network to the office, it does what a stick does: sends what is new, takes what is there. Type the address that the office's screen shows, or leave it empty; Enter begins. Esc meanwhile stops it; nothing is lost."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS), *Paged.PAGING]
    DEFAULT_CSS = """
    NetworkScreen #explanation { padding: 1 2; height: auto; }
    NetworkScreen #said { padding: 1 2 0 2; }
    NetworkScreen #result { height: auto; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._said = ""
        self._waiting = session.status().only_here
        self._is_busy = False
        self._stopped = Event()
        self._told = ("", 0.0)

    def body(self) -> Iterable[Widget]:
        """Explanation, address, what went and came."""
        yield Static(id="explanation", markup=False)
        yield LineInput(self.session.network.address, id="address")
        with VerticalScroll(id="said", can_focus=False):
            yield Static(id="result", markup=False)

    def title_text(self) -> str:
        """What this is."""
        return _("Exchange over the network")

    def show_words(self) -> None:
        """Draw the words."""
        asked = _("Where the office is, as its screen says, then Enter; left empty, it is looked for.")
        waiting = _("{count} {count:record is|records are} still only on this laptop.", count=self._waiting)
        self.query_one("#explanation", Static).update(f"{waiting}\n{asked}" if self._waiting else asked)
        self.query_one("#result", Static).update(self._said)
        self.query_one("#address").focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if not self._is_busy:
            self._is_busy = True
            self._stopped.clear()
            self._meet(event.value)

    @work(thread=True, group="background")
    def _meet(self, address: str) -> None:
        """Exchange off the screen's thread, so that Esc is heard."""
        try:
            met = self.session.network.meet(address, self._progress)
            said = "\n".join(met_lines(met, self.session.sticks))
        except FieldkitError as error:
            said = explain(error)
        self._waiting = self.session.status().only_here
        self._is_busy = False
        self.app.call_from_thread(self._say, said)

    def _progress(self, what: str, done: int, of: int) -> None:
        """Say how far it is. Raises FieldkitError("lan.stopped") where somebody wants no more of it."""
        if self._stopped.is_set():
            raise FieldkitError("lan.stopped")
        stage, at = self._told
        if what == stage and elapsed() - at < _PAUSE:
            return
        self._told = what, elapsed()
        self.app.call_from_thread(self._say, stage_line(what, done, of))

    def _say(self, said: str) -> None:
        self._said = said
        if self.is_attached:
            self.show_words()

    def action_back(self) -> None:
        """Stop the exchange, or go back to Home."""
        if self._is_busy:
            self._stopped.set()
        else:
            self.dismiss(None)
