"""Trying a form out with random answers: whatever stops is a fault, whatever is never reached deserves a look."""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from datetime import date, timedelta

from fieldkit.errors import FieldkitError, FormProblem, phrase
from fieldkit.i18n import N_
from fieldkit.xforms.definition import Form, Item, Question
from fieldkit.xforms.entry import FormEntry
from fieldkit.xforms.lint.place import found_at
from fieldkit.xforms.missing import Missing
from fieldkit.xforms.navigation import Event
from fieldkit.xforms.values import Settable

_MEMBERS = 3
_PLACES = 5_000
_UNANSWERED = 0.1


def try_out(form: Form, walks: int, seed: int = 0) -> tuple[list[FormProblem], list[FormProblem]]:
    """Walk a form `walks` times with random answers that fit, the same for the same `seed`.

    Gives what stopped a walk; then the questions that no walk came to, and those where no answer fitted.
    """
    reached: set[str] = set()
    fitted: set[str] = set()
    faults = []
    for number in range(walks):
        walk = _Walk(form, seed + number, reached, fitted)
        try:
            walk.run()
        except (FieldkitError, ValueError, TypeError, LookupError, ArithmeticError, RecursionError) as error:
            message = phrase(
                N_("a walk with random answers stopped: {error} (seed {seed})"),
                error=str(error) or type(error).__name__,
                seed=seed + number,
            )
            faults.append(_problem(walk.at, message))
            break
    asked = [item for item in form.items.values() if isinstance(item, Question) and item.control]
    never = phrase(
        N_("none of {walks} walks with random answers came here; is it asked of anybody?"), walks=walks
    )
    stuck = phrase(
        N_("no answer of {walks} walks with random answers fitted here; can anybody go on from it?"),
        walks=walks,
    )
    notes = [(item, never) for item in asked if walks and item.path not in reached]
    notes += [(item, stuck) for item in asked if item.path in reached - fitted]
    return faults, [_problem(item, message) for item, message in notes]


class _Walk:
    """One walk. `at` is the question it stands at; `reached` gathers where it came, `fitted` where it could go on."""

    def __init__(self, form: Form, seed: int, reached: set[str], fitted: set[str]) -> None:
        self.form = form
        self.chance = random.Random(seed)  # noqa: S311 - answers to try a form with
        self.reached = reached
        self.fitted = fitted
        self.at: Item | None = None
        self.entry = FormEntry(form, seed=seed, demo=True)

    def run(self) -> None:
        for _ in range(_PLACES):
            place = self.entry.next()
            if place.event is Event.END:
                break
            if place.event is Event.PROMPT_NEW_REPEAT:
                self._perhaps_add(place.path)
            for path in self.entry.page(place):
                self._answer(path)
        self.entry.problems()
        self.entry.to_xml()

    def _perhaps_add(self, path: str) -> None:
        if self.entry.count(path) < _MEMBERS and self.chance.random() < 1 / 2:
            self.entry.add_repeat(path)

    def _answer(self, path: str) -> None:
        self.at = question = self.entry.item(path)
        self.reached.add(question.path)
        self.entry.label(path)
        self.entry.hint(path)
        if isinstance(question, Question) and not question.is_note and not self.entry.is_readonly(path):
            for _ in range(_MEMBERS):
                self.entry.set(path, self._value(question, path))
                if not self.entry.problems(path):
                    break
        if not any(problem.kind != "warning" for problem in self.entry.problems(path)):
            self.fitted.add(question.path)

    def _value(self, question: Question, path: str) -> Settable | Missing:
        unanswered: list[Missing | None] = [None, *Missing]
        if self.chance.random() < _UNANSWERED:
            return self.chance.choice(unanswered)
        if question.is_select:
            offered = [choice.value for choice in self.entry.choices(path)]
            most = len(offered) if question.control != "select1" else 1
            return self.chance.sample(offered, self.chance.randint(1, most)) if offered else None
        if question.bind.check:
            return _FOLLOWING[question.bind.check]
        return _SAMPLES.get(question.bind.type, _text)(self.chance)


def _text(chance: random.Random) -> Settable:
    return "".join(chance.choices(string.ascii_lowercase + "村王 ", k=chance.randint(1, 8)))


def _day(chance: random.Random) -> date:
    return date(2026, 1, 1) + timedelta(days=chance.randint(-20_000, 400))


_SAMPLES: dict[str, Callable[[random.Random], Settable]] = {
    "int": lambda chance: chance.choice([0, 1, 2, 5, 18, 40, 99, chance.randint(-5, 2_000)]),
    "decimal": lambda chance: round(chance.uniform(-5, 200), 1),
    "date": _day,
    "time": lambda chance: f"{chance.randint(0, 23):02}:{chance.randint(0, 59):02}:00.000+08:00",
    "dateTime": lambda chance: f"{_day(chance).isoformat()}T12:00:00.000+08:00",
    "geopoint": lambda chance: f"{chance.uniform(20, 40):.5f} {chance.uniform(90, 120):.5f} 0 0",
    "boolean": lambda chance: chance.random() < 1 / 2,
}


_FOLLOWING = {
    "resident-id": "990101198503120029", "mobile": "10000012345", "phone": "0713-6150000", "division-code": "990101100200",
    "division-county": "990101", "household-number": "99010110020000011", "participant-number": "26033110019",
    "lunar-date": "1984年冬月廿九", "money": "81945",
}  # fmt: skip
"""Invented answers that follow each check."""


def _problem(item: Item | None, message: str) -> FormProblem:
    return found_at(item, None, message) if item is not None else FormProblem("", None, None, message)
