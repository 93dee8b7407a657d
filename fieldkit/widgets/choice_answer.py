"""Answers that are chosen: digits choose, arrows move, space or a digit ticks where several may be chosen."""

from __future__ import annotations

from collections.abc import Callable

from rich.cells import cell_len, set_cell_size
from textual.app import RenderResult
from textual.content import Content
from textual.events import Blur, Click, Key
from textual.geometry import Region, Size
from textual.widget import Widget

from fieldkit.cells import fitted as broken
from fieldkit.i18n import _
from fieldkit.session.interview import Interview
from fieldkit.widgets.answer import AnswerWidget
from fieldkit.widgets.choice_layout import Layout, lay_out
from fieldkit.xforms import Choice, Missing, Question

_BARE = frozenset({"list-nolabel"})
_NARROWEST = 12
_AROUND = 9
"""Lines of a screen that choices may not take: title, progress, label, hint, keys."""


class ChoiceAnswer(AnswerWidget, can_focus=True):
    """Numbered choices. With ten or more, two digits choose; the first waits for the second.

    `several` ticks instead of choosing one; `goes_on`: a choice of one goes on by itself, as it does for `quick`; a ranking keeps the order of ticking and shows it. ODK's appearances
    `quick` (a choice goes on by itself), `minimal` (shown when asked for), `columns…`, `likert`, `label` and
    `list-nolabel` are honoured.
    """

    DEFAULT_CSS = """
    ChoiceAnswer { height: auto; padding: 0 1; }
    """

    def __init__(self, interview: Interview, path: str, *, several: bool) -> None:
        super().__init__(interview, path)
        item = interview.entry.item(path)
        self.several = several
        self.ranked = isinstance(item, Question) and item.control == "rank"
        self.appearance = item.appearance
        self.goes_on = "quick" in self.appearance or interview.pace is not None
        self.offered: list[Choice] = interview.entry.choices(path)
        self._given: list[str] | None = None
        self._folded = "minimal" in item.appearance
        self._layout_of_choices: Layout | None = None
        self.takes_answer = self.can_focus = "label" not in item.appearance  # which is the head of a table
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

    # -- drawing ------------------------------------------------------------------------------------------

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the choices take."""
        if self._folded:
            return 1
        self._layout_of_choices = self._laid_out(width, viewport.height - _AROUND)
        return max(1, self._layout_of_choices.height)

    def render(self) -> RenderResult:
        """Draw number, mark and label of each choice."""
        if self._folded:
            return self._folded_line()
        layout = self._layout()
        chosen = self.chosen()
        lines: list[list[Content]] = [[] for _ in range(layout.height)]
        filled = [0] * layout.height
        for number, (left, line) in sorted(enumerate(layout.cells), key=lambda cell: cell[1]):
            for below, cell in enumerate(self._cell(number, layout.width, chosen), line):
                lines[below] += [Content(" " * (left - filled[below])), cell]
                filled[below] = left + layout.width
        return Content("\n").join(Content("").join(parts) for parts in lines)

    def _layout(self) -> Layout:
        """Where the choices stand, also before they have been laid out on screen: the next key may come first."""
        return self._layout_of_choices or self._laid_out(self.size.width, self.app.size.height - _AROUND)

    def _laid_out(self, width: int, height: int) -> Layout:
        widths = [cell_len(self._text(number, [])) for number in range(len(self.offered))]
        layout = lay_out(widths, max(1, width), max(4, height), self.appearance)
        if layout.step or max(widths, default=0) <= width:
            return layout
        width = max(_NARROWEST, width)
        return layout.of_lines(
            width, [len(self._lines(number, width, [])) for number in range(len(self.offered))]
        )

    def _text(self, number: int, chosen: list[str]) -> str:
        return self._sign(number, chosen) + self._label(number)

    def _sign(self, number: int, chosen: list[str]) -> str:
        if "label" in self.appearance:
            return f"{number + 1}"
        return f"{number + 1:>2} {self._mark(self.offered[number].value, chosen)}"

    def _label(self, number: int) -> str:
        return "" if self.appearance & _BARE else f" {self.offered[number].label}"

    def _lines(self, number: int, width: int, chosen: list[str]) -> list[str]:
        """What stands there for a choice: a label that is too long goes on below its beginning."""
        sign, label, taken = self._sign(number, chosen), self._label(number), cell_len(self._sign(number, []))
        if taken + cell_len(label) <= width:
            return [sign + label]
        first, *others = broken(label[1:], width - taken - 1)
        return [f"{sign} {first}", *(" " * (taken + 1) + line for line in others)]

    def _mark(self, value: str, chosen: list[str]) -> str:
        inside = " "
        if value in chosen:
            inside = str(chosen.index(value) + 1) if self.ranked else "x"
        return f"[{inside}]" if self.several else f"({inside})"

    def _cell(self, number: int, width: int, chosen: list[str]) -> list[Content]:
        style = "bold" if self.offered[number].value in chosen else ""
        if number == self.highlighted and self.has_focus:
            style = "reverse"
        return [
            Content.styled(set_cell_size(line, width), style) for line in self._lines(number, width, chosen)
        ]

    def _folded_line(self) -> Content:
        chosen = set(self.chosen())
        labels = "、" if self.interview.entry.language.startswith("中") else ", "
        words = labels.join(choice.label for choice in self.offered if choice.value in chosen)
        shown = f"{words or self._mark('', [])}   " + _(
            "{count} {count:choice: space shows it|choices: space shows them}", count=len(self.offered)
        )
        return Content.styled(shown, "reverse" if self.has_focus else "")

    def refresh_answer(self) -> None:
        """Show the choices anew: another answer may have changed what is offered."""
        self._given = None
        offered = self.interview.entry.choices(self.path)
        if (
            offered == self.offered
        ):  # the page is laid out anew only where it must be: that takes longer than drawing
            self.refresh()
            return
        self.offered = offered
        self.highlighted = min(self.highlighted, max(0, len(self.offered) - 1))
        self._layout_of_choices = None
        self.refresh(layout=True)

    # -- what a person does -------------------------------------------------------------------------------

    def commit(self) -> bool:
        """Take a number that is half typed."""
        self._take_typed()
        return True

    def on_blur(self, _event: Blur) -> None:
        """A list that was shown on demand closes behind the person."""
        if "minimal" in self.appearance and not self._folded:
            self._folded = True
            self.refresh(layout=True)

    def on_key(self, event: Key) -> None:
        """Digits choose, arrows move, space ticks, Enter goes on."""
        key = event.character if event.character and event.character.isdigit() else event.key
        if self._folded and key in {"space", "down", "right"}:
            self._folded = False
            self.refresh(layout=True)
        elif key.isdigit() and len(key) == 1:
            self._digit(key)
        elif key == "enter":
            self._enter()
        elif key in {"up", "down", "left", "right"} and (self._move(key) or self.show_more(key)):
            pass
        elif key in {"up", "left"}:
            self.go_on(backward=True)
        elif key in {"space", "right"}:
            self._choose(self.highlighted)
        elif key != "down":
            return
        event.stop()
        event.prevent_default()

    def on_click(self, event: Click) -> None:
        """A click on a choice chooses it."""
        offset = event.get_content_offset(self)
        number = self._layout_of_choices.at(*offset) if offset and self._layout_of_choices else None
        if self._folded:
            self._folded = False
            self.refresh(layout=True)
        elif number is not None:
            self._choose(number)

    def _move(self, key: str) -> bool:
        """Move the highlight by an arrow; False where nothing lies in that direction."""
        if self._folded:
            return False
        layout = self._layout()
        sideways = key in {"left", "right"}
        if sideways and not layout.step:
            return False
        in_rows = layout.step == 1
        across = sum(line == 0 for _, line in layout.cells)
        step = (1 if in_rows else layout.step) if sideways else (across if in_rows else 1)
        place = self.highlighted + (step if key in {"right", "down"} else -step)
        if not 0 <= place < len(self.offered):
            return False
        self._typed, self._moved, self.highlighted = "", True, place
        self._keep_in_view()
        self.refresh()
        return True

    def _keep_in_view(self) -> None:
        """Scroll the page so that the highlighted choice is on screen."""
        view = self.parent
        page = view.parent if isinstance(view, Widget) else None
        if isinstance(view, Widget) and isinstance(page, Widget) and self._layout_of_choices:
            layout = self._layout_of_choices
            below = layout.cells[self.highlighted][1]
            line = view.virtual_region.y + self.virtual_region.y + below
            tall = layout.tall[self.highlighted] if layout.tall else 1
            page.scroll_to_region(Region(0, line, 1, tall), animate=False)

    def _digit(self, digit: str) -> None:
        """Choose as soon as no longer number can be meant."""
        self._typed += str(int(digit))
        number, two = int(self._typed), len(self._typed) > 1
        if number > len(self.offered) or (number == 0 and (two or len(self.offered) < 10)):
            self._typed = ""
        elif two or number * 10 > len(self.offered):
            self._take_typed()
        else:  # it waits for a second digit, or for Enter; the highlight tells that it was heard
            self.highlighted = max(0, number - 1)
            self._keep_in_view()
            self.refresh()

    def way_back(self) -> Callable[[], None] | None:
        """Take back a digit typed here, and the answer it gave; not where an answer goes on by itself."""
        if self.goes_on:
            return None
        entry = self.interview.entry
        kept = entry.value(self.path), entry.missing(self.path)
        typed, highlighted, moved = self._typed, self.highlighted, self._moved

        def back() -> None:
            self._typed, self.highlighted, self._moved = typed, highlighted, moved
            self.refresh()
            if kept != (entry.value(self.path), entry.missing(self.path)):
                self.post_message(self.TakeBack(self.path))

        return back

    def _enter(self) -> None:
        """Go on; a choice reached by arrows, or a number half typed, is taken first."""
        if self._moved and not self.several:
            self._choose(self.highlighted, onward=False)
        self._take_typed(onward=False)
        self.go_on()

    def _take_typed(self, *, onward: bool = True) -> None:
        if self._typed:
            number, self._typed = int(self._typed), ""
            self._choose(number - 1, onward=onward)

    def _choose(self, number: int, *, onward: bool = True) -> None:
        """Give a choice as the answer; with `quick` that goes on by itself."""
        if not 0 <= number < len(self.offered):
            return
        self.highlighted, self._moved, self._typed = number, False, ""
        self._keep_in_view()
        choice = self.offered[number]
        value: str | Missing | None = choice.missing or choice.value
        if self.several:
            now = self.chosen()
            kept = [each for each in now if each != choice.value]
            ticked = kept if choice.value in now else [*now, choice.value]
            self._given = ticked
            value = " ".join(ticked if self.ranked else sorted(ticked, key=self._place)) or None
        self.post_message(self.Answered(self.path, value))
        if onward and not self.several and self.goes_on:
            self.go_on()

    def _place(self, value: str) -> int:
        return next((n for n, choice in enumerate(self.offered) if choice.value == value), -1)

    def _first_chosen(self) -> int:
        chosen = set(self.chosen())
        return next((n for n, choice in enumerate(self.offered) if choice.value in chosen), 0)
