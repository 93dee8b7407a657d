"""Tables that walk a shipped form through the engine: answers in, what is asked, refused, warned of and worked out.

A table is `cases/FORM.yaml`: `full`, the answers (in order) of an entry in which as much as possible is asked and nothing
is wrong; `lists`, rows handed in for lists; and `cases`, each with `name`, and any of

    from: full | nothing | the name of an earlier case     where to begin (nothing)
    set: {question: answer}       in this order; a name, or a path below the root such as `share[2]/recipient`,
                                  whose repeat instances are added; lists for several choices; "" clears
    asked: [question]             relevant afterwards           not_asked: [question]      not relevant
    refused: [question]           breaks a constraint or its check       required: [question]      must be answered first
    warned: [question]            has a warning                 clean: true                nothing else is wrong
    values: {question: value}     what stands there, worked out or typed
    offers: {question: [value]}   exactly these choices
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from fieldkit.xforms import Form, FormEntry, load_form
from tests.forms.shipped import CHINA, FORMS, LISTS, NOW, TEXT

CASES = Path(__file__).parent / "cases"
_KNOWN = {
    "name",
    "from",
    "set",
    "asked",
    "not_asked",
    "refused",
    "required",
    "warned",
    "clean",
    "values",
    "offers",
}


@dataclass(slots=True)
class Table:
    """The table of one form, and what its cases have shown so far: places by template path."""

    form: Form
    full: dict[str, Any]
    lists: dict[str, list[dict[str, str]]]
    cases: list[dict[str, Any]]
    asked: set[str] = field(default_factory=set)
    unasked: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    fitted: set[str] = field(default_factory=set)
    warned: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)

    def run(self, case: Mapping[str, Any]) -> list[str]:
        """Walk one case; gives what was otherwise than it says."""
        unknown = set(case) - _KNOWN
        assert not unknown, f"{case['name']}: unknown words {unknown}"
        entry = self.entry(case)
        kinds = self._look(entry)
        faults = []
        for word, holds in (
            ("asked", entry.is_relevant),
            ("not_asked", lambda path: not entry.is_relevant(path)),
            ("refused", lambda path: bool(kinds.get(path, set()) & {"constraint", "type", "check"})),
            ("required", lambda path: "required" in kinds.get(path, set())),
            ("warned", lambda path: "warning" in kinds.get(path, set())),
        ):
            faults += [f"{word}: {name}" for name in case.get(word, ()) if not holds(self.path(name))]
        for name, wanted in case.get("values", {}).items():
            path = self.path(name)
            self.told.add(_template(path))
            if entry.value(path) != str(wanted):
                faults.append(f"{name} is {entry.value(path)!r}, not {str(wanted)!r}")
        for name, wanted in case.get("offers", {}).items():
            offered = [choice.value for choice in entry.choices(self.path(name))]
            if offered != wanted:
                faults.append(f"{name} offers {offered}, not {wanted}")
        if case.get("clean"):
            said = {
                self.path(name) for word in ("refused", "required", "warned") for name in case.get(word, ())
            }
            faults += [f"{path}: {sorted(kinds[path])}" for path in kinds if path not in said]
        return faults

    def entry(self, case: Mapping[str, Any]) -> FormEntry:
        """An entry with the answers of a case, and of those it begins from."""
        entry = FormEntry(self.form, now=NOW, tz=CHINA, seed=1, lists={**LISTS, **self.lists}, demo=True)
        for answers in self._answers(case):
            for name, answer in answers.items():
                self.answer(entry, name, answer)
        return entry

    def answer(self, entry: FormEntry, name: str, answer: Any) -> None:
        """Give one answer; repeat instances on the way are added."""
        path = self.path(name)
        steps = path.split("/")
        for end, step in enumerate(steps, 1):
            if step.endswith("]"):
                above, _, number = "/".join(steps[:end])[:-1].rpartition("[")
                while entry.count(above) < int(number):
                    entry.add_repeat(above)
        if answer not in ("", []):
            assert entry.is_relevant(path), f"{name} is not asked, so nobody could answer it"
        entry.set(path, answer if isinstance(answer, list) else str(answer))

    def path(self, name: str) -> str:
        """The path a case means: a name that occurs once, or a path below the root."""
        if "/" not in name and "[" not in name:
            return self.form.find(name).path
        return f"/{self.form.root}/{name}"

    def _answers(self, case: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        begin = case.get("from", "nothing")
        if begin == "full":
            yield self.full
        elif begin != "nothing":
            yield from self._answers(next(each for each in self.cases if each["name"] == begin))
        yield case.get("set", {})

    def _look(self, entry: FormEntry) -> dict[str, set[str]]:
        """Note what is asked and what is wrong; the kinds of problems by path."""
        kinds: dict[str, set[str]] = {}
        for problem in entry.problems():
            kinds.setdefault(problem.path, set()).add(problem.kind)
        for path, kind in kinds.items():
            if kind & {"constraint", "type", "check"}:
                self.refused.add(_template(path))
            if "warning" in kind:
                self.warned.add(_template(path))
        for path in paths_of(entry):
            template = _template(path)
            (self.asked if entry.is_relevant(path) else self.unasked).add(template)
            if entry.is_relevant(path) and entry.value(path) and path not in kinds:
                self.fitted.add(template)
        return kinds


def paths_of(entry: FormEntry) -> Iterator[str]:
    """The path of every item in an entry, each instance of a repeat by itself; of an empty repeat its template."""
    for path, item in entry.form.items.items():
        yield from _instances(entry, item.path if path else "")


def _instances(entry: FormEntry, template: str) -> Iterator[str]:
    steps = template.split("/")[1:]
    repeats = entry.form.repeats
    found = [""]
    for end, step in enumerate(steps, 1):
        if tuple(steps[:end]) in repeats:
            found = [
                f"{path}/{step}[{n}]" for path in found for n in range(1, entry.count(f"{path}/{step}") + 1)
            ]
        else:
            found = [f"{path}/{step}" for path in found]
    yield from found


def _template(path: str) -> str:
    return "/".join(step.partition("[")[0] for step in path.split("/"))


def tables() -> list[str]:
    """The forms that have a table."""
    return sorted(path.stem for path in CASES.glob("*.yaml"))


@lru_cache
def table(name: str) -> Table:
    """The table of a form; one for all tests, so that they can say together what was never tried."""
    with (CASES / f"{name}.yaml").open(encoding="utf-8") as file:
        read = yaml.load(file, Loader=TEXT)
    (source,) = (path for path in FORMS.glob(f"{name}.*") if path.suffix != ".csv")
    cases = [{**case, "clean": case.get("clean") == "true"} for case in read["cases"]]
    return Table(load_form(source), read["full"], read.get("lists", {}), cases)
