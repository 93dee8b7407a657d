"""Choosing from a long list: type part of a code or name, arrows move, Enter chooses."""

from __future__ import annotations

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.content import Content
from textual.events import Key

from fieldkit.i18n import _
from fieldkit.session.choosing import ChoiceFinder
from fieldkit.session.interview import Interview
from fieldkit.widgets.answer import AnswerWidget
from fieldkit.widgets.line_input import LineInput
from fieldkit.widgets.static import Static
from fieldkit.xforms import Choice

LONG = 30
"""From how many choices on a list is searched instead of numbered."""
_SHOWN = 10


def is_long(interview: Interview, path: str) -> bool:
    """Whether the choices of a question are searched: there are many, or its form asks for it."""
    asked_for = {"search", "autocomplete"} & interview.entry.item(path).appearance
    return bool(asked_for) or len(interview.entry.find_choices(path, "", LONG + 1)) > LONG


class SearchAnswer(AnswerWidget):
    """A line to type in, and the first choices that match. `several`: Enter ticks and unticks."""

    DEFAULT_CSS = """
    SearchAnswer { height: auto; }
    SearchAnswer .chosen, SearchAnswer .found { height: auto; width: 100%; padding: 0 1; }
    SearchAnswer LineInput { width: 100%; }
    """

    def __init__(self, interview: Interview, path: str, *, several: bool) -> None:
        super().__init__(interview, path)
        self.several = several
        self.line = LineInput(
            placeholder=_("Type part of the code or the name, or pinyin initials"), select_on_focus=False
        )
        self.found: list[Choice] = []
        self._finder = ChoiceFinder(interview.entry, path)
        self.highlighted = 0
        self._moved = False
        self._given: list[str] | None = None

    def compose(self) -> ComposeResult:
        """What is chosen, the line, what matches."""
        yield Static(classes="chosen", markup=False)
        yield self.line
        yield Static(classes="found")

    def on_mount(self) -> None:
        """Show the first choices."""
        self.refresh_answer()

    def focus(self, scroll_visible: bool = True) -> SearchAnswer:
        """Put the caret into the line."""
        self.line.focus(scroll_visible)
        return self

    def refresh_answer(self) -> None:
        """Show what is chosen and what matches now."""
        self._given = None
        if self.is_mounted:
            chosen = self.query_one(".chosen", Static)
            chosen.update("\n".join(f"{self._mark('x')} {self._label(value)}" for value in self._chosen()))
            chosen.display = bool(self._chosen())
            self._search()

    def on_input_changed(self) -> None:
        """Search anew with every letter."""
        self.highlighted, self._moved = 0, False
        self._search()

    def on_input_submitted(self) -> None:
        """Enter: choose what is highlighted, or go on when nothing was typed or moved."""
        if not self.line.value and not self._moved:
            self.go_on()
        elif self.found:
            self._choose(self.found[self.highlighted].value)

    def on_key(self, event: Key) -> None:
        """Up and down move in the list; up from its top goes back."""
        if event.key not in {"up", "down"}:
            return
        event.stop()
        event.prevent_default()
        if event.key == "up" and self.highlighted == 0:
            if not self.show_more(event.key):
                self.go_on(backward=True)
            return
        step = 1 if event.key == "down" else -1
        last = min(len(self.found), _SHOWN) - 1
        self.highlighted, self._moved = max(0, min(last, self.highlighted + step)), True
        self._draw()

    def _search(self) -> None:
        self.found = self._finder.find(self.line.value.strip(), _SHOWN + 1)
        self._draw()

    def _draw(self) -> None:
        lines = [self._row(number, choice) for number, choice in enumerate(self.found[:_SHOWN])]
        if not self.found:
            lines.append(Content(_("Nothing matches")))
        elif len(self.found) > _SHOWN:
            lines.append(Content(_("More match; type on")))
        self.query_one(".found", Static).update(Content("\n").join(lines))

    def _row(self, number: int, choice: Choice) -> Content:
        mark = self._mark("x" if choice.value in self._chosen() else " ")
        code = "" if choice.value == choice.label else f"  {choice.value}"
        text = f"{mark} {choice.label}{code}"
        pad = " " * max(0, self.size.width - 2 - cell_len(text))
        return Content.styled(text + pad, "reverse" if number == self.highlighted else "")

    def _mark(self, inside: str) -> str:
        return f"[{inside}]" if self.several else f"({inside})"

    def _choose(self, value: str) -> None:
        chosen = self._chosen()
        if self.several:
            self._given = [each for each in chosen if each != value] if value in chosen else [*chosen, value]
            self.post_message(self.Answered(self.path, " ".join(self._given) or None))
        else:
            missing = self.found[self.highlighted].missing
            self.post_message(self.Answered(self.path, missing or value))
        self.line.value = ""
        if not self.several:
            self.go_on()

    def _chosen(self) -> list[str]:
        if self._given is not None:
            return self._given
        value = self.interview.entry.value(self.path)
        return value.split() if self.several else [value] if value else []

    def _label(self, value: str) -> str:
        found = self.interview.entry.find_choices(self.path, value, LONG)
        return next((choice.label for choice in found if choice.value == value), value)
