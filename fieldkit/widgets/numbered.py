"""A short list of what can be done: each line has a number, and its digit chooses it as Enter or a click does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import OptionList
from textual.widgets.option_list import Option

Choice = TypeVar("Choice")


class Numbered(OptionList, Generic[Choice]):
    """Calls `choose` with what the chosen line stands for."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(str(number), f"choose({number})", show=False) for number in range(1, 10)
    ]
    DEFAULT_CSS = "Numbered, Numbered:focus { height: auto; border: none; }"

    def __init__(self, choose: Callable[[Choice], object]) -> None:
        super().__init__(markup=False)
        self._choose = choose
        self._numbered = 0
        self._choices: list[Choice | None] = []

    def show(
        self, numbered: Iterable[tuple[Choice, str]], others: Iterable[tuple[Choice | None, str]] = ()
    ) -> None:
        """Show lines with what each stands for: numbered ones, then others without a number, of which None is only
        read. The mark is on the first, and the keys are the list's.
        """
        lines: list[tuple[Choice | None, str]] = [
            (choice, f"{number} {line}") for number, (choice, line) in enumerate(numbered, 1)
        ]
        self._numbered = len(lines)
        lines += others
        self._choices = [choice for choice, _line in lines]
        self.clear_options()
        self.add_options(Option(line, disabled=choice is None) for choice, line in lines)
        self.highlighted = 0
        self.focus()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._take(event.option_index)

    def action_choose(self, number: int) -> None:
        """Choose the line of that number, if there is one."""
        if number <= self._numbered:
            self._take(number - 1)

    def _take(self, place: int) -> None:
        choice = self._choices[place]
        if choice is not None:
            self._choose(choice)
