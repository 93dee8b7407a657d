"""The three-day report of a laptop: twelve counters, and one sentence of what is needed; Enter keeps it and goes on to the stick."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input

from fieldkit import commands as c
from fieldkit.errors import FieldkitError
from fieldkit.explain import explain
from fieldkit.i18n import N_, _
from fieldkit.report import to_text
from fieldkit.report.wording import place_name
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.line_input import LineInput
from fieldkit.widgets.paged import Paged
from fieldkit.widgets.static import Static
from fieldkit.wording import labelled

if TYPE_CHECKING:
    from fieldkit.places import Place
    from fieldkit.report.document import Document
    from fieldkit.session.session import Session

_AROUND = 4
"""Columns beside the counters: margins, and the bar that tells where one is."""


class ThreeDaysScreen(Paged, Frame[Literal["export", "report"] | None]):
    """Returns "export" to go on to the stick, "report" for other reports, None to go back; the sentence is kept before."""

    ABOUT = N_(
        "What the laptop counts of three days, and one sentence for each village of what support is needed. Enter keeps the sentence and goes on to the stick; up and down change the village, PgDn and PgUp show more of the figures. Esc keeps it too."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.REPORT.saying(N_("Other reports")), c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [
        *c.bindings(*KEYS),
        Binding("down", "village(1)", show=False, priority=True),
        Binding("up", "village(-1)", show=False, priority=True),
        *Paged.PAGING,
    ]
    DEFAULT_CSS = """
    ThreeDaysScreen VerticalScroll { height: 1fr; padding: 0 1; }
    ThreeDaysScreen #counters { height: auto; }
    ThreeDaysScreen #asked { height: auto; padding: 0 1; }
    ThreeDaysScreen #need { border: none; height: 1; padding: 0 2; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.three_days = session.three_days
        self.villages = self.three_days.villages()
        self.here = 0
        self._counters: Document | None = None
        self._refused = ""

    def body(self) -> Iterable[Widget]:
        """Counters, what is asked, the sentence."""
        with VerticalScroll(can_focus=False):
            yield Static(id="counters", markup=False)
        yield Static(id="asked", markup=False)
        yield LineInput(self.three_days.need(self._village.code), id="need", select_on_focus=False)

    def title_text(self) -> str:
        """Of which days."""
        words = str(self.three_days.window)
        return words[:1].upper() + words[1:]

    @property
    def _village(self) -> Place:
        return self.villages[self.here]

    def show_words(self) -> None:
        """Draw the counters and what is asked."""
        try:
            self._counters = self.three_days.counters()
        except FieldkitError as error:
            self._counters, self._refused = None, explain(error)
        self._lay_out()
        asked = [
            labelled(
                place_name(self._village), _("what support is needed, in one sentence? No names, no numbers.")
            )
        ]
        if len(self.villages) > 1:
            asked.append(
                _(
                    "Up and Down: another village ({number} of {count}).",
                    number=self.here + 1,
                    count=len(self.villages),
                )
            )
        asked.append(_("Enter keeps it and goes on to the stick; empty is nothing needed."))
        self.query_one("#asked", Static).update("\n".join(asked))
        self.query_one("#need").focus()

    def on_resize(self) -> None:
        """The counters are laid out for the room there is."""
        self._lay_out()

    def _lay_out(self) -> None:
        text = to_text(self._counters, self.app.size.width - _AROUND) if self._counters else self._refused
        self.query_one("#counters", Static).update(text)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self.keeps_typed():
            self.dismiss("export")

    def keeps_typed(self) -> bool:
        """Keep the sentence. Whoever leaves, whichever way, loses nothing."""
        try:
            self.three_days.keep(self._village.code, self.query_one("#need", LineInput).value)
        except FieldkitError as error:
            self.refuse(error)
            return False
        return True

    def action_village(self, by: int) -> None:
        """The sentence of another village."""
        if not self.keeps_typed():
            return
        self.here = (self.here + by) % len(self.villages)
        self.query_one("#need", LineInput).value = self.three_days.need(self._village.code)
        self.show_words()

    def action_report(self) -> None:
        """Other reports."""
        if self.keeps_typed():
            self.dismiss("report")

    def action_back(self) -> None:
        """Go back to Home."""
        if self.keeps_typed():
            self.dismiss(None)
