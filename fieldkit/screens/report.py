"""A report on screen: the table, the same numbers drawn, and what they were reconciled with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.report import to_text
from fieldkit.session.session import Session
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.line_input import LineInput
from fieldkit.widgets.paged import Paged
from fieldkit.widgets.static import Static

if TYPE_CHECKING:
    from fieldkit.report.document import Document

_AROUND = 4
"""Columns beside a report: its margins, and the bar that tells where one is in it."""


class ReportScreen(Paged, Frame[None]):
    """Visits by village and outcome for a period that can be typed."""

    ABOUT = N_(
        "Visits by village and outcome. Type a period such as 2026-03, 2026-Q1 or 2026-03-01..2026-03-03, Enter counts anew; PgDn and PgUp show more of the table."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS), *Paged.PAGING]
    DEFAULT_CSS = "ReportScreen #table { padding: 0 1; height: auto; }"

    def __init__(self, session: Session, period: str) -> None:
        super().__init__()
        self.session = session
        self.period = period
        self._report: Document | None = None
        self._refused = ""

    def body(self) -> Iterable[Widget]:
        """Period and table."""
        yield LineInput(self.period, id="period")
        with VerticalScroll(can_focus=False):
            yield Static(id="table", markup=False)

    def title_text(self) -> str:
        """What this is."""
        return _("Visits by village and outcome")

    def show_words(self) -> None:
        """Draw the report."""
        self.query_one("#period", LineInput).placeholder = _(
            "Period: 2026-03, 2026-Q1, 2026-03-01..2026-03-03"
        )
        self.query_one("#period").focus()
        try:
            self._report = self.session.report("visits", self.period)
        except FieldkitError as error:
            self._report, self._refused = None, explain(error)
        self._lay_out()

    def _lay_out(self) -> None:
        text = to_text(self._report, self.app.size.width - _AROUND) if self._report else self._refused
        self.query_one("#table", Static).update(text)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.period = event.value.strip()
        self.refresh_words()

    def on_resize(self) -> None:
        """The report is laid out for the room there is."""
        self._lay_out()

    def action_back(self) -> None:
        """Go back to Home."""
        self.dismiss(None)
