"""Answers that are chosen: digits choose, arrows move, space or a digit ticks where several may be chosen."""

from __future__ import annotations

from rich.cells import cell_len
from textual.app import RenderResult
from textual.content import Content
from textual.events import Click, Key
from textual.geometry import Region, Size
from textual.widget import Widget

from fieldkit.session.interview import Interview
from fieldkit.widgets.answer import AnswerWidget
from fieldkit.xforms import Choice, Missing, Question


class ChoiceAnswer(AnswerWidget, can_focus=True):
    """A numbered list of choices. With ten or more, two digits choose; the first waits for the second.

    `several` ticks instead of choosing one; a ranking keeps the order of ticking and shows it.
    """

    DEFAULT_CSS = """
    ChoiceAnswer { height: auto; padding: 0 1; }
    """

    def __init__(self, interview: Interview, path: str, *, several: bool) -> None:
        super().__init__(interview, path)
        item = interview.entry.item(path)
        self.several = several
        self.ranked = isinstance(item, Question) and item.control == "rank"
        self.offered: list[Choice] = interview.entry.choices(path)
        self._given: list[str] | None = None
        self.highlighted = self._first_chosen()
        self._typed = ""
        self._moved = False

    def chosen(self) -> list[str]:
        """The values chosen now; a missing answer is chosen through the choice that stands for it.

        What was just given counts even before it is kept: people type faster than disks write.
        """
        if self._given is not None:
            return self._given
        missing = self.interview.entry.missing(self.path)
        if missing is not None:
            return [choice.value for choice in self.offered if choice.missing is missing]
        value = self.interview.entry.value(self.path)
        return value.split() if self.several else [value] if value else []

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One line for each choice."""
        return max(1, len(self.offered))

    def render(self) -> RenderResult:
        """Draw number, mark and label of each choice."""
        chosen = self.chosen()
        lines = [self._line(number, choice, chosen) for number, choice in enumerate(self.offered)]
        return Content("\n").join(lines)

    def _mark(self, value: str, chosen: list[str]) -> str:
        inside = " "
        if value in chosen:
            inside = str(chosen.index(value) + 1) if self.ranked else "x"
        return f"[{inside}]" if self.several else f"({inside})"

    def _line(self, number: int, choice: Choice, ticked: list[str]) -> Content:
        chosen = choice.value in ticked
        mark = self._mark(choice.value, ticked)
        text = f"{number + 1:>2} {mark} {choice.label}"
        pad = " " * max(0, self.size.width - cell_len(text))
        style = "reverse" if number == self.highlighted and self.has_focus else "bold" if chosen else ""
        return Content.styled(text + pad, style)

    def refresh_answer(self) -> None:
        """Show the choices anew: another answer may have changed what is offered."""
        self._given = None
        self.offered = self.interview.entry.choices(self.path)
        self.highlighted = min(self.highlighted, max(0, len(self.offered) - 1))
        self.refresh(layout=True)

    def on_key(self, event: Key) -> None:
        """Digits, arrows, space and Enter."""
        key = event.character if event.character and event.character.isdigit() else event.key
        if key.isdigit() and len(key) == 1:
            self._digit(key)
        elif key == "enter":
            self._enter()
        elif key == "up" and self.highlighted == 0:
            self.post_message(self.Onward(backward=True))
        elif key in {"up", "down"}:
            self._typed, self._moved = "", True
            step = 1 if key == "down" else -1
            self.highlighted = max(0, min(len(self.offered) - 1, self.highlighted + step))
            self._keep_in_view()
            self.refresh()
        elif key == "left":
            self.post_message(self.Onward(backward=True))
        elif key in {"space", "right"}:
            self._choose(self.highlighted)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_click(self, event: Click) -> None:
        """A click on a line chooses it."""
        self._choose(event.y)

    def _keep_in_view(self) -> None:
        """Scroll the page so that the highlighted line is on screen."""
        view = self.parent
        page = view.parent if isinstance(view, Widget) else None
        if isinstance(view, Widget) and isinstance(page, Widget):
            line = view.virtual_region.y + self.virtual_region.y + self.highlighted
            page.scroll_to_region(Region(0, line, 1, 1), animate=False)

    def _digit(self, digit: str) -> None:
        """Choose as soon as no longer number can be meant."""
        self._typed += str(int(digit))
        number = int(self._typed)
        if number > len(self.offered) or number == 0:
            self._typed = ""
        elif number * 10 > len(self.offered) or len(self._typed) > 1:
            self._take_typed()

    def _enter(self) -> None:
        """Go on; a choice reached by arrows, or a number half typed, is taken first."""
        if self._moved and not self.several:
            self._choose(self.highlighted)
        self._take_typed()
        self.post_message(self.Onward())

    def _take_typed(self) -> None:
        if self._typed:
            number, self._typed = int(self._typed), ""
            self._choose(number - 1)

    def _choose(self, number: int) -> None:
        if not 0 <= number < len(self.offered):
            return
        self.highlighted, self._moved = number, False
        choice = self.offered[number]
        value: str | Missing | None = choice.missing or choice.value
        if self.several:
            now = self.chosen()
            kept = [each for each in now if each != choice.value]
            ticked = kept if choice.value in now else [*now, choice.value]
            self._given = ticked
            value = " ".join(ticked if self.ranked else sorted(ticked, key=self._place)) or None
        self.post_message(self.Answered(self.path, value))

    def _place(self, value: str) -> int:
        return next((n for n, choice in enumerate(self.offered) if choice.value == value), -1)

    def _first_chosen(self) -> int:
        chosen = set(self.chosen())
        return next((n for n, choice in enumerate(self.offered) if choice.value in chosen), 0)
