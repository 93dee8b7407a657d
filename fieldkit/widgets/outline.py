"""The outline of an interview: beside it where there is room, and over it to go anywhere."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from fieldkit.commands import FIRST_ERROR, HELP, OUTLINE
from fieldkit.i18n import N_, _
from fieldkit.session.interview import Interview
from fieldkit.session.outline import Line, State, outline
from fieldkit.widgets.explained import Explained
from fieldkit.widgets.line_list import LineList
from fieldkit.widgets.static import Static

SIGNS = {
    State.HERE: ">", State.DONE: "+", State.ERROR: "x", State.DOUBT: "?", State.MISSING: "!", State.SKIPPED: "-",
    State.LATER: " ",
}  # fmt: skip
"""Signs that every console draws one cell wide."""
WORDS = {
    State.HERE: N_("here"), State.DONE: N_("answered"), State.ERROR: N_("wrong"), State.DOUBT: N_("doubtful"),
    State.MISSING: N_("missing"), State.SKIPPED: N_("skipped"), State.LATER: "",
}  # fmt: skip


def line_text(line: Line, *, worded: bool) -> str:
    """A line of the outline: sign, number, words; `worded` says the state in words too."""
    indent = "  " * line.depth
    if line.state is None:
        return f"{indent}{line.label}"
    state = f"  [{_(WORDS[line.state])}]" if worded and WORDS[line.state] else ""
    return f"{indent}{SIGNS[line.state]} {line.number} {line.label}{state}"


class OutlinePanel(Vertical):
    """The outline beside the questions; it only shows."""

    DEFAULT_CSS = """
    OutlinePanel { width: 36; border-left: solid $panel; padding: 0 1; }
    """

    def __init__(self, interview: Interview) -> None:
        super().__init__()
        self.interview = interview
        self.lines = LineList(can_focus=False)

    def compose(self) -> ComposeResult:
        """The lines."""
        yield self.lines

    def refresh_lines(self) -> None:
        """Show the outline as it is now, where it is shown at all."""
        if self.display:
            found = outline(self.interview)
            here = next((n for n, line in enumerate(found) if line.state is State.HERE), None)
            headings = [n for n, line in enumerate(found) if line.state is None]
            self.lines.show([line_text(line, worded=False) for line in found], headings, here)


class Outline(Explained, ModalScreen[str | None]):
    """Every question with its state. Returns the path to go to, None to stay."""

    ABOUT = N_(
        "Every question with its state. Arrows mark one, Enter goes there; a question that the others rule out does not stand here. Esc goes back."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        HELP.binding,
        Binding("escape", "stay", show=False, priority=True),
        Binding(OUTLINE.key, "stay", show=False, priority=True, id=OUTLINE.id),
        Binding(FIRST_ERROR.key, "open_one", show=False, priority=True, id=FIRST_ERROR.id),
    ]
    DEFAULT_CSS = """
    Outline { align: center middle; }
    Outline > Vertical { width: 90%; max-width: 100; height: 90%; border: solid $accent; padding: 0 1; background: $surface; }
    Outline Static { height: auto; color: $text-muted; }
    """

    def __init__(self, interview: Interview) -> None:
        super().__init__()
        self.found = outline(interview)

    def compose(self) -> ComposeResult:
        """What the signs mean, then the lines."""
        with Vertical():
            yield Static(self._legend(), markup=False)
            yield LineList()
            yield Static(
                _(
                    "Enter goes there, {key} to the next that is missing or wrong, Esc back.",
                    key=FIRST_ERROR.key_names,
                ),
                markup=False,
            )

    def on_mount(self) -> None:
        """Show the lines, the present one marked."""
        here = next((n for n, line in enumerate(self.found) if line.state is State.HERE), None)
        headings = [n for n, line in enumerate(self.found) if line.state is None]
        lines = self.query_one(LineList)
        lines.show([line_text(line, worded=True) for line in self.found], headings, here)
        lines.focus()

    @on(LineList.Chosen)
    def _chosen(self, event: LineList.Chosen) -> None:
        event.stop()
        self.dismiss(self.found[event.number].path)

    def action_stay(self) -> None:
        """Go nowhere."""
        self.dismiss(None)

    def action_open_one(self) -> None:
        """Mark the next line that needs something."""
        lines = self.query_one(LineList)
        here = lines.highlighted if lines.highlighted is not None else -1
        open_ones = [
            n for n, line in enumerate(self.found) if line.state in {State.ERROR, State.MISSING, State.DOUBT}
        ]
        following = [n for n in open_ones if n > here] or open_ones
        if following:
            lines.move(following[0] - here)

    def _legend(self) -> str:
        counts = {state: sum(line.state is state for line in self.found) for state in State}
        said = [
            f"{SIGNS[state]} {_(WORDS[state])} {counts[state]}"
            for state in (State.DONE, State.MISSING, State.ERROR, State.DOUBT, State.SKIPPED)
            if counts[state]
        ]
        return "   ".join(said) or _("Nothing is answered yet.")
