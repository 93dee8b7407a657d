"""The members of a repeat as a table: a row for each instance, a column for each question in it."""

from __future__ import annotations

import re

from fieldkit.session.in_words import in_words
from fieldkit.session.interview import Interview
from fieldkit.session.words import Words
from fieldkit.xforms import Group, Item, Question, Repeat


class RosterTable:
    """A view on one repeat of an interview. `repeat` is its path without a number. Rows can be shown in any order; the
    record keeps the order in which members were put in.
    """

    def __init__(self, interview: Interview, repeat: str) -> None:
        self.interview = interview
        self.repeat = repeat
        self._template = re.sub(r"\[\d+\]", "", repeat)
        item = interview.form.items[self._template]
        assert isinstance(item, Repeat)
        self.fixed = item.fixed
        depth = len(item.steps)
        self.columns = ["/".join(question.steps[depth:]) for question in _questions(item)]
        self._order: list[int] = []
        self.row = self.column = 0

    @property
    def rows(self) -> list[int]:
        """The numbers of the instances in the order they are shown."""
        count = self.interview.entry.count(self.repeat)
        if len(self._order) != count:
            self._order = list(range(1, count + 1))
        return self._order

    def path(self, row: int, column: int) -> str:
        """The question in a cell, by places on screen. Raises IndexError."""
        return f"{self.repeat}[{self.rows[row]}]/{self.columns[column]}"

    @property
    def here(self) -> str | None:
        """The question in the marked cell, None where there are no members."""
        return self.path(self.row, self.column) if self.rows and self.columns else None

    def text(self, row: int, column: int) -> str:
        """What a cell shows: the answer in words, "-" where the question is not asked of this member."""
        entry = self.interview.entry
        path = self.path(row, column)
        if not entry.is_relevant(path):
            return "-"
        sign = "!" if any(problem.kind != "warning" for problem in self.interview.problems(path)) else ""
        return sign + in_words(entry, path)

    def heading(self, column: int) -> str:
        """The question of a column in words."""
        name = self.columns[column]
        if self.rows:
            return self.interview.entry.label(self.path(0, column)) or name
        form = self.interview.form
        item = form.items[f"{self._template}/{name}"]
        return Words(form, self.interview.entry.language).text(item.label) or name

    def go_to(self, path: str) -> None:
        """Mark the cell of a question, if it is in this table."""
        number, _, name = path.removeprefix(f"{self.repeat}[").partition("]/")
        if number.isdigit() and name in self.columns and int(number) in self.rows:
            self.row, self.column = self.rows.index(int(number)), self.columns.index(name)

    def step(self, by: int, *, by_column: bool) -> bool:
        """Mark the next (1) or previous (-1) cell that is asked, along rows or columns; False at the end."""
        down, across = len(self.rows), len(self.columns)
        place = self.column * down + self.row if by_column else self.row * across + self.column
        while 0 <= place + by < down * across:
            place += by
            row, column = (place % down, place // down) if by_column else divmod(place, across)
            if self.interview.entry.is_relevant(self.path(row, column)):
                self.row, self.column = row, column
                return True
        return False

    def move_row(self, by: int) -> None:
        """Mark the same question of another member."""
        self.row = max(0, min(len(self.rows) - 1, self.row + by))

    def insert(self) -> None:
        """Put a member in behind the marked one, and mark its first cell."""
        after = self.rows[self.row] if self.rows else 0
        self.interview.add_member(self.repeat, at=after)
        self._order = []
        self.row, self.column = after, 0

    def remove(self) -> None:
        """Take the marked member out; undo brings it back."""
        if self.rows:
            self.interview.remove_member(f"{self.repeat}[{self.rows[self.row]}]")
            self._order = []
            self.move_row(0)

    def sort(self) -> None:
        """Show the rows in the order of the marked column: numbers as numbers, then words; again: as they were."""
        here = self.rows[self.row] if self.rows else 0
        before = self.rows
        entry = self.interview.entry
        ordered = sorted(
            range(1, len(before) + 1),
            key=lambda n: _order_of(entry.value(f"{self.repeat}[{n}]/{self.columns[self.column]}")),
        )
        self._order = ordered if ordered != before else sorted(before)
        if here:
            self.row = self._order.index(here)


def _questions(group: Group) -> list[Question]:
    """The questions asked directly in a repeat, groups opened, repeats inside left out."""
    found: list[Question] = []
    for item in group.children:
        if isinstance(item, Question):
            if item.control and not item.is_note:
                found.append(item)
        elif _is_plain_group(item):
            assert isinstance(item, Group)
            found += _questions(item)
    return found


def _is_plain_group(item: Item) -> bool:
    return isinstance(item, Group) and not isinstance(item, Repeat)


def _order_of(value: str) -> tuple[int, float, str]:
    try:
        return (0, float(value), "")
    except ValueError:
        return (1 if value else 2, 0.0, value)
