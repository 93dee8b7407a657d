"""Writing what is new to a stick or a folder."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Event
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Input

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.session.session import Session
from fieldkit.steady import elapsed
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.line_input import LineInput
from fieldkit.widgets.static import Static

_PAUSE = 0.1
"""Seconds between two looks at how far it is."""


class ExportScreen(Frame[None]):
    """Asks for a folder, writes the bundle, says when the stick may be removed. Esc while it writes stops that."""

    ABOUT = N_(
        "What is new on this laptop is written to a stick for the office, sealed so that nobody else can read it. Type the folder of the stick, Enter writes. Wait until it is said that the stick may be removed. Esc meanwhile stops it; nothing is lost."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = "ExportScreen Static { padding: 1 2; height: auto; }"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._said = ""
        self._status = session.status()
        self._is_writing = False
        self._stopped = Event()
        self._told = 0.0

    def body(self) -> Iterable[Widget]:
        """Explanation, folder, result."""
        yield Static(id="explanation", markup=False)
        yield LineInput(str(self.session.sticks.offered), id="folder")
        yield Static(id="result", markup=False)

    def title_text(self) -> str:
        """What this is."""
        return _("To the stick")

    def show_words(self) -> None:
        """Draw the words."""
        self.query_one("#explanation", Static).update(self._asked())
        self.query_one("#result", Static).update(self._said)
        self.query_one("#folder").focus()

    def _asked(self) -> str:
        """What there is to be written, and how."""
        if not self._status.records:
            return _("Nothing is recorded on this laptop yet, so there is nothing to carry.")
        if not self._status.only_here:
            return _("The office has acknowledged every record of this laptop: there is nothing to carry.")
        return _(
            "{count} {count:record is|records are} still only on this laptop. Type the folder of the stick, then Enter.",
            count=self._status.only_here,
        )

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if not self._is_writing:
            self._is_writing = True
            self._stopped.clear()
            self._write(event.value)

    @work(thread=True, group="background")
    def _write(self, folder: str) -> None:
        """Write off the screen's thread, so that Esc is heard."""
        try:
            exported = self.session.export(folder, progress=self._progress)
        except FieldkitError as error:
            said = explain(error)
        else:
            said = _(
                "{records} {records:record|records} written to {path} and read back. You may remove the stick.",
                records=exported.bundle.records,
                path=exported.bundle.path.name,
            )
            code = _("Check code {code}.", code=exported.code)
            failing = explain(exported.failing) if exported.failing else ""
            said = "\n\n".join(filter(None, [f"{said} {code}", failing]))
        self._is_writing = False
        self.app.call_from_thread(self._say, said)

    def _progress(self, done: int, of: int) -> None:
        """Say how far it is. Raises FieldkitError("export.stopped") where somebody wants no more of it."""
        if self._stopped.is_set():
            raise FieldkitError("export.stopped")
        if done < of and elapsed() - self._told < _PAUSE:
            return
        self._told = elapsed()
        said = _("{done} of {of} {of:revision|revisions} written …", done=done, of=of)
        if done >= of:
            said = _("All is written; reading it back. Leave the stick in.")
        self.app.call_from_thread(self._say, said)

    def _say(self, said: str) -> None:
        self._said = said
        if self.is_attached:
            self.query_one("#result", Static).update(said)

    def action_back(self) -> None:
        """Stop writing, or go back to Home."""
        if self._is_writing:
            self._stopped.set()
        else:
            self.dismiss(None)
