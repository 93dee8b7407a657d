"""What waits to be looked over: answered first, then queried, then what came in, by form; approved and closed when asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from fieldkit import commands as c
from fieldkit.i18n import N_, _
from fieldkit.office.reviews import State
from fieldkit.session.desk.desk import Desk
from fieldkit.session.desk.review_words import STATES, changed_words, deadline_words
from fieldkit.session.desk.reviews import Listed
from fieldkit.widgets.frame import Frame
from fieldkit.widgets.line_list import LineList
from fieldkit.widgets.rows import Rows
from fieldkit.widgets.static import Static
from fieldkit.wording import labelled

_WAITING = {
    State.ANSWERED: N_("Answered, for the office to look at: {count}"),
    State.QUERIED: N_("Queried, with the laptops: {count}"),
    State.RECEIVED: N_("Opened again, or changed since: {count}"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A record to be looked over, or a form whose received records are to be listed; "" for the other."""

    record: str = ""
    form: str = ""


class ReviewScreen(Frame[Wanted | None]):
    """Lists what waits. Returns what was chosen, None to go back."""

    ABOUT = N_(
        "Records to be looked over before they count as checked. Above stand those that were asked about; below, every form with what came in. Enter on a record opens it, on a form lists its records."
    )
    KEYS: ClassVar = (c.HELP, c.LANGUAGE, c.BACK)
    BINDINGS: ClassVar[list[BindingType]] = [*c.bindings(*KEYS)]
    DEFAULT_CSS = """
    ReviewScreen #how { height: auto; padding: 0 2; }
    ReviewScreen LineList { padding: 0 1; }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.shown: set[State] = set()
        self.lines = LineList()
        self._rows = Rows[Wanted | State]()

    def body(self) -> Iterable[Widget]:
        """What to do, and the list."""
        yield Static(id="how", markup=False)
        yield self.lines

    def title_text(self) -> str:
        """What it is."""
        return _("Review")

    def show_words(self) -> None:
        """Draw the list."""
        how = _("Enter on a form lists the records that came in; Enter on a record opens it.")
        self.query_one("#how", Static).update(how)
        reviews, counts = self.desk.reviews, self.desk.reviews.counts()
        rows = Rows[Wanted | State]()
        for state, heading in _WAITING.items():
            if counts.get(state):
                rows.heading(f"-- {_(heading, count=counts[state])} --")
                self._add(rows, state)
        rows.heading("-- " + _("Received, by form, the latest first") + " --")
        words = self.desk.words
        forms = reviews.forms()
        if not forms:
            rows.heading(
                "  " + _("No record has come in yet. They come with the laptops' sticks: Inbox, on Home.")
            )
        rows.add(forms, lambda form: f"  {words.form(form)}", lambda form: Wanted(form=form))
        rows.heading("")
        for state in (State.APPROVED, State.CLOSED):
            rows.add(
                [state], lambda each: labelled(_(STATES[each]), str(counts.get(each, 0))), lambda each: each
            )
            if state in self.shown:
                self._add(rows, state)
        at = self.lines.highlighted if len(self._rows) else None
        self._rows = rows
        self.lines.show(rows.lines, rows.headings, at)
        self.lines.focus()

    def _add(self, rows: Rows[Wanted | State], state: State) -> None:
        """The records in a state, each with how it stands, where that says more than its heading, and what it is of."""
        listed = self.desk.reviews.listed(state)
        title = self.desk.reviews.called([row.record for row in listed])
        today = self.desk.session.today().isoformat()

        def line(row: Listed) -> str:
            day = deadline_words(row.day, today) if state is State.QUERIED else ""
            changed = changed_words(row.changed)
            return "  " + "  ".join(part for part in (day, title(row.record), changed) if part)

        rows.add(listed, line, lambda row: Wanted(record=row.record))

    @on(LineList.Chosen)
    def _chosen(self, event: LineList.Chosen) -> None:
        event.stop()
        wanted = self._rows[event.number]
        if isinstance(wanted, State):
            self.shown ^= {wanted}
            self.refresh_words()
        elif wanted is not None:
            self.dismiss(wanted)

    def action_back(self) -> None:
        """Go back to Home."""
        self.dismiss(None)
