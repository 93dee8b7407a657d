"""The records of the demonstration as their makers give them, for a seed, without a workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from fieldkit.demo.backchecks import Visited
from fieldkit.demo.making import Entered
from fieldkit.demo.quarter import quarter
from fieldkit.demo.town import SEED, earlier_visits, households, more_visits, visits
from fieldkit.fieldwork.registry import Registry
from fieldkit.library import FormLibrary
from fieldkit.records import Record
from fieldkit.xforms import Form
from fieldkit.xforms.answers import Answer

SEEDS = (SEED, 7)
LIBRARY = FormLibrary(None)


@dataclass(frozen=True)
class Made:
    """The town and its quarter."""

    registry: Registry
    visits: list[Entered]
    entered: list[Entered]

    def of(self, form: str) -> list[Entered]:
        return [each for each in self.entered if each.form == form]

    def answers(self, form: str) -> list[dict[str, str]]:
        """The answers of a form under the names of their questions; those in rows of repeats are left out."""
        return [named(each.answers, LIBRARY.get(form)) for each in self.of(form)]


def named(answers: dict[str, Answer], form: Form) -> dict[str, str]:
    below = {"/".join(item.path.split("/")[2:]) for item in form.items.values()}
    return {key.rpartition("/")[2]: said(answer) for key, answer in answers.items() if key in below}


def said(answer: Answer) -> str:
    return answer if isinstance(answer, str) else f"missing:{answer['missing']}"


def rows(answers: dict[str, Answer], repeat: str) -> list[dict[str, str]]:
    """The rows of a repeat, by the names of their questions."""
    found: dict[str, dict[str, str]] = {}
    for key, answer in answers.items():
        if key.startswith(f"{repeat}/"):
            row, _, name = key.removeprefix(f"{repeat}/").partition("/")
            found.setdefault(row, {})[name.rpartition("/")[2]] = said(answer)
    return list(found.values())


@lru_cache
def made(seed: int) -> Made:
    return make(seed)


def make(seed: int) -> Made:
    registered = [
        Record(f"h{n}", "household", each.answers, frozenset(), each.moment.date())
        for n, each in enumerate(households(seed))
    ]
    registry = Registry(registered)
    known = {number: (each.village, 0) for number, each in registry.households.items()}
    period = list(visits(known, seed))
    visited = {each.answers.get("hh_id") for each in period}
    unvisited = {number: known[number][0] for number in known if number not in visited}
    earlier = list(earlier_visits(unvisited, seed))
    earlier += more_visits(unvisited, earlier + period, seed)
    everything = [Entered("visit", each.answers, each.moment) for each in earlier + period]
    seen = [Visited(f"00000000-0000-7000-8000-{n:012d}", each.answers) for n, each in enumerate(everything)]
    return Made(registry, everything[: len(earlier)], list(quarter(registry, seen, seed)))


def count(rows: Iterable[dict[str, str]], holds: Callable[[dict[str, str]], bool]) -> int:
    return sum(map(holds, rows))
