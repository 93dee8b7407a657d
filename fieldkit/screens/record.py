"""One record: its answers in words, how they came to be, and correcting them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.i18n import N_, _
from fieldkit.session.history import step_lines
from fieldkit.session.session import Session
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.numbered import Numbered
from fieldkit.widgets.paged import Paged
from fieldkit.widgets.static import Static
from fieldkit.wording import labelled


class RecordScreen(Paged, Frame[str | None]):
    """Shows a record. Returns "amend" to correct it, "slip" for its slip, "discard" to give up its open
    correction, None to go back.
    """

    ABOUT = N_(
        "One record: what the office says of it, the answers, and how they came to be. A digit or Enter does what stands in the list above; PgDn and PgUp show more of the record."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [
        *c.bindings(*KEYS),
        *Paged.PAGING,
    ]
    DEFAULT_CSS = "RecordScreen #record { height: auto; padding: 0 2; }"

    def __init__(self, session: Session, record: str) -> None:
        super().__init__()
        self.session = session
        self.record = record
        self.actions: Numbered[str] = Numbered(self.dismiss)

    def body(self) -> Iterable[Widget]:
        """What can be done, then the record."""
        yield self.actions
        with VerticalScroll(id="page", can_focus=False):
            yield Static(id="record", markup=False)

    def title_text(self) -> str:
        """What it is a record of, and of whom."""
        return self.session.record_title(self.record)

    def show_words(self) -> None:
        """Draw actions, answers and history."""
        is_open = any(draft.id == self.record for draft in self.session.unfinished())
        lines = [("amend", _("Go on with the correction") if is_open else _("Correct this record"))]
        if self.session.slips.of(self.record):
            lines.append(("slip", _("Slip for the household")))
        if is_open:
            lines.append(("discard", _("Give the correction up; the record stays as it is")))
        self.actions.show(lines)
        self.query_one("#record", Static).update(
            "\n".join([*self._comments(), *self._answers(), "", *self._history()])
        )

    def action_back(self) -> None:
        """Go back."""
        self.dismiss(None)

    def _comments(self) -> list[str]:
        """What the office says of it; it counts as looked at from now on."""
        comments = self.session.sticks.comments(self.record)
        if not comments:
            return []
        self.session.sticks.look_at_comments(self.record)
        return [_("Comments from the office"), *(f"  {line}" for _comment, line in comments), ""]

    def _answers(self) -> list[str]:
        hidden = _("(not shown)")
        lines = self.session.histories.answers(self.record)
        return [
            _("Answers"),
            *("  " + labelled(line.label, hidden if line.restricted else line.answer) for line in lines),
        ]

    def _history(self) -> list[str]:
        steps = self.session.histories.steps(self.record)
        return [_("History"), *(f"  {line}" for step in reversed(steps) for line in step_lines(step))]
