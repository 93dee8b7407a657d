"""A walk through steps that ask one thing each: back and forth, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fieldkit.errors import FieldkitError
from fieldkit.session.setup.founding import Made
from sync import SyncError

Answers = dict[str, str]
"""What was typed and chosen, by the name of the line or the id of the step."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line to type in. label: what it is, to be translated. hidden: whether nobody may read along."""

    name: str
    label: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line, or with none of them (""), in words to be made from the error."""

    line: str
    error: Exception


def _nothing(_answers: Answers) -> None:
    """A step that takes whatever is given."""


def _always(_answers: Answers) -> bool:
    return True


def _no_choices(_answers: Answers) -> Sequence[tuple[str, str]]:
    return ()


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is asked: lines to type in, or one of several choices.

    title, told: in words. choices: id and words of each. check: raises what is wrong with what was typed. is_wanted: whether
    the step is asked at all. deed: does what was agreed to, while the screen says `busy`; what stops it is told at the step
    `blames`, where it can be set right. is_final: there is no way back from here.
    """

    id: str
    title: Callable[[], str]
    told: Callable[[Answers], Sequence[str]]
    lines: tuple[Line, ...] = ()
    choices: Callable[[Answers], Sequence[tuple[str, str]]] = _no_choices
    check: Callable[[Answers], None] = _nothing
    is_wanted: Callable[[Answers], bool] = _always
    deed: Callable[[Answers], Made] | None = None
    busy: Callable[[], str] = str
    blames: str = ""
    is_final: bool = False


class Walk:
    """Where somebody is in the steps. `made`: what the deed of a step has made, None before that."""

    def __init__(self, steps: Sequence[Step], answers: Answers) -> None:
        self.answers = answers
        self.made: Made | None = None
        self.fault: Fault | None = None
        self._steps = steps
        self._at = 0

    @property
    def step(self) -> Step:
        """The step that is asked."""
        return self._steps[self._at]

    @property
    def place(self) -> tuple[int, int]:
        """Which step of how many this is, as far as is known by now."""
        wanted = [each for each in self._steps if each.is_wanted(self.answers)]
        return wanted.index(self.step) + 1, len(wanted)

    @property
    def is_over(self) -> bool:
        """Whether no step comes after this one."""
        return self._next(1) is None

    def check(self) -> bool:
        """Whether what was typed will do; what is wrong stands in `fault`."""
        self.fault = None
        try:
            self.step.check(self.answers)
        except (FieldkitError, SyncError) as error:
            self.fault = Fault(self._blamed(), error)
        return self.fault is None

    def do(self) -> None:
        """Do what this step agreed to. Where that fails, the step whose line is at fault is asked again."""
        assert self.step.deed is not None
        try:
            self.made = self.step.deed(self.answers)
        except (FieldkitError, SyncError) as error:
            places = [place for place, each in enumerate(self._steps) if each.id == self.step.blames]
            self._at = places[0] if places else self._at
            self.fault = Fault(self._blamed(), error)

    def forward(self) -> None:
        """Go to the next step that is wanted."""
        after = self._next(1)
        if after is not None:
            self._at = after

    def back(self) -> bool:
        """Go to the step before; whether there is one to go to."""
        before = self._next(-1)
        if before is None or self.step.is_final:
            return False
        self.fault = None
        self._at = before
        return True

    def _next(self, by: int) -> int | None:
        places = range(self._at + by, len(self._steps) if by > 0 else -1, by)
        return next((place for place in places if self._steps[place].is_wanted(self.answers)), None)

    def _blamed(self) -> str:
        """The line that what is wrong stands beside: the last, as it is the one that is checked against those above."""
        return self.step.lines[-1].name if self.step.lines else ""
