"""One report: made while one sees how far it is, shown in the width there is, and written where it is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.worker import get_current_worker

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.report import to_text
from fieldkit.report.document import Chart, Document
from fieldkit.steady import elapsed
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.message import Notice
from fieldkit.widgets.pick import Pick
from fieldkit.widgets.static import Static

if TYPE_CHECKING:
    from fieldkit.office.media import Medium
    from fieldkit.session.desk.desk import Desk
    from fieldkit.session.desk.reports import Wanted

_AROUND = 4
"""Columns beside a report: its margins, and the bar that tells where one is in it."""
_PAUSE = 0.1
"""Seconds between two words about how far it is."""


class MadeReportScreen(Frame[bool | None]):
    """Makes a report and shows it. Enter writes it into the office's folder or onto a stick; Esc while it is made stops that.

    Returns True where somebody wishes to see the records behind a figure, None to go back.
    """

    ABOUT = N_(
        "The report, counted from the records. Arrows, PgUp and PgDn show more of it; Enter writes it as workbook, page and text."
    )
    KEYS: ClassVar = (
        c.HELP, c.LANGUAGE, c.EXPORT.saying(N_("Write it as workbook, page and text"), c.EXPORT.short), c.BEHIND, c.BACK,
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        *c.bindings(*KEYS),
        Binding("enter", "export", show=False, priority=True),
        Binding("down", "scroll_by(1)", show=False, priority=True),
        Binding("up", "scroll_by(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
        Binding("home", "first", show=False, priority=True),
        Binding("end", "last", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    MadeReportScreen #said { padding: 0 2; height: auto; }
    MadeReportScreen VerticalScroll { height: 1fr; padding: 0 1; }
    MadeReportScreen #text { height: auto; }
    """

    def __init__(self, desk: Desk, wanted: Wanted, *, charts_first: bool = False) -> None:
        super().__init__()
        self._charts_first = charts_first
        self.desk = desk
        self.wanted = wanted
        self._documents: Sequence[Document] = ()
        self._far = (0, 0)
        self._told = 0.0
        self._is_busy = True
        self._stopped = Event()

    def body(self) -> Iterable[Widget]:
        """What can be done, and the report."""
        yield Static(id="said", markup=False)
        with VerticalScroll(can_focus=False):
            yield Static(id="text", markup=False)

    def title_text(self) -> str:
        """Which report, and for which days."""
        parts = [self.desk.reports.title(self.wanted.name), str(self.wanted.period)]
        if self.wanted.as_of:
            parts.append(_("as of {day}", day=self.wanted.as_of))
        return "  ".join(parts)

    def on_mount(self) -> None:
        """Begin to make it."""
        self._begin()

    def show_words(self) -> None:
        """Draw what can be done, and the report."""
        self._say()
        self._draw()

    def on_resize(self) -> None:
        """The report is laid out for the room there is."""
        self._draw()

    def action_language(self) -> None:
        """The other language: the report is made in it, too."""
        super().action_language()
        if not self._is_busy:
            self._begin()

    # -- making -------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._is_busy = True
        self._stopped.clear()
        self._make()

    @work(thread=True, group="background")
    def _make(self) -> None:
        """Make it off the screen's thread, so that Esc is heard."""
        try:
            made: Sequence[Document] | FieldkitError = self.desk.reports.make(self.wanted, self._progress)
        except FieldkitError as error:
            made = error
        if not get_current_worker().is_cancelled:
            self.app.call_from_thread(self._made, made)

    def _progress(self, done: int, of: int) -> None:
        """Say how far it is. Raises FieldkitError("report.stopped") where somebody wants no more of it."""
        if self._stopped.is_set():
            raise FieldkitError("report.stopped")
        if elapsed() - self._told >= _PAUSE:
            self._told = elapsed()
            self._far = done, of
            self.app.call_from_thread(self._say)

    def _made(self, made: Sequence[Document] | FieldkitError) -> None:
        self._is_busy = False
        if not self.is_attached:
            return
        if self._stopped.is_set():
            self.dismiss(None)
            return
        if isinstance(made, FieldkitError):
            self._give_up(made)
            return
        self._documents = made
        self.refresh_words()

    @work
    async def _give_up(self, error: FieldkitError) -> None:
        """Say what stands in the way, and go back."""
        await self.app.push_screen_wait(Notice(explain(error)))
        self.dismiss(None)

    def _say(self) -> None:
        if not self.is_attached:
            return
        if not self._is_busy:
            said = _("Enter writes it as workbook, page and text; the arrows show more of it.")
        elif self._far[1]:
            done, of = self._far
            said = _("Reading records: {done} of {of}. Esc stops.", done=done, of=of)
        else:
            said = _("Reading records … Esc stops.")
        self.query_one("#said", Static).update(said)

    def _draw(self) -> None:
        if self.is_attached and self._documents:
            room = self.app.size.width - _AROUND
            texts = [
                to_text(_charts_first(each) if self._charts_first else each, room) for each in self._documents
            ]
            self.query_one("#text", Static).update("\n\n".join(texts))

    # -- writing ------------------------------------------------------------------------------------------

    def action_export(self) -> None:
        """Write it where it is wanted."""
        if not self._is_busy and self._documents:
            self._export()

    @work
    async def _export(self) -> None:
        places = self.desk.reports.places()
        names = [each.name for each in places]
        chosen = await self.app.push_screen_wait(Pick(_("Where to?"), names)) if len(places) > 1 else (0,)
        if not chosen:
            return
        self._is_busy = True
        self.query_one("#said", Static).update(_("Writing. Leave the stick in."))
        written = await self._write(places[chosen[0]]).wait()
        self._is_busy = False
        self._say()
        if isinstance(written, FieldkitError):
            said = explain(written)
        else:
            said = "\n".join(self.desk.reports.written_lines(written, places[chosen[0]]))
        await self.app.push_screen_wait(Notice(said))

    @work(thread=True, group="background")
    def _write(self, place: Medium) -> list[Path] | FieldkitError:
        try:
            return self.desk.reports.write(self.wanted, self._documents, place)
        except FieldkitError as error:
            return error

    def action_behind(self) -> None:
        """See which records a figure was counted from."""
        if not self._is_busy:
            self.dismiss(True)

    # -- looking ------------------------------------------------------------------------------------------

    def action_scroll_by(self, lines: int) -> None:
        """A line more or less."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_page(self, by: int) -> None:
        """A page more or less."""
        page = self.query_one(VerticalScroll)
        page.scroll_relative(y=by * max(1, page.size.height - 1), animate=False)

    def action_first(self) -> None:
        """To its beginning."""
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def action_last(self) -> None:
        """To its end."""
        self.query_one(VerticalScroll).scroll_end(animate=False)

    def action_back(self) -> None:
        """Stop making it, or go back."""
        if self._is_busy:
            self._stopped.set()
        else:
            self.dismiss(None)


def _charts_first(document: Document) -> Document:
    charts = [part for part in document.parts if isinstance(part, Chart)]
    return replace(document, parts=(*charts, *(part for part in document.parts if part not in charts)))
