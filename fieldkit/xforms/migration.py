"""Answers given to one version of a form, carried to another: what stays, what moves, and what has no place there.

A question is found again by the `fk:renamed_from` of the newer form (names, or paths below the root, separated by
spaces; on groups and repeats too), else at its own path, else by its name where only one question has it in either
version. Nothing is lost: every answer is kept, moved, or an orphan.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from fieldkit.xforms.answers import Answer
from fieldkit.xforms.definition import Form, Group, Item, Question, Repeat
from fieldkit.xforms.lists import ChoiceReader
from fieldkit.xforms.lists.choices import list_name
from fieldkit.xforms.values import fits

Why = Literal["gone", "kind", "type", "choice", "calculated", "taken"]
"""Why an answer has no place: its question is gone; it is another kind of part now; the value is of no fitting type,
or not among the choices; the form calculates it now; another answer stands there.
"""


@dataclass(frozen=True, slots=True)
class Move:
    """An answer that stands at another key in the newer version."""

    old: str
    new: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Orphan:
    """An answer without a place in the newer version. `key` is its key in the version it was given to."""

    key: str
    answer: Answer
    why: Why


@dataclass(frozen=True, slots=True)
class Plan:
    """What carrying answers to another version does. `kept`: key → answer, as before. `required`: template paths of
    questions that must be answered and had no such rule, or no question, before.
    """

    kept: Mapping[str, Answer]
    moved: tuple[Move, ...]
    orphans: tuple[Orphan, ...]
    required: tuple[str, ...]

    @property
    def answers(self) -> dict[str, Answer]:
        """The answers for the newer version, in the flat shape."""
        return {**self.kept, **{move.new: move.answer for move in self.moved}}

    @property
    def keys(self) -> dict[str, str]:
        """Old key → new key of every answer that has a place."""
        return {**{key: key for key in self.kept}, **{move.old: move.new for move in self.moved}}

    def without(self, keys: Collection[str], why: Why) -> Plan:
        """The plan with the answers at these new keys made orphans."""
        lost = [Orphan(key, answer, why) for key, answer in self.kept.items() if key in keys]
        lost += [Orphan(move.old, move.answer, why) for move in self.moved if move.new in keys]
        return replace(
            self,
            kept={key: answer for key, answer in self.kept.items() if key not in keys},
            moved=tuple(move for move in self.moved if move.new not in keys),
            orphans=(*self.orphans, *lost),
        )


def plan(old: Form | None, new: Form, answers: Mapping[str, Answer]) -> Plan:
    """Work out how flat answers given to `old` stand in `new`. Without `old` (it is no longer at hand) only the
    newer form says what was a repeat, and what was asked before is not known.
    """
    places = _Places(old, new, answers)
    kept: dict[str, Answer] = {}
    moved: list[Move] = []
    orphans: list[Orphan] = []
    taken: set[str] = set()
    # Instances before what stands in them, and renamed questions before those that merely have the name.
    order = sorted(answers, key=lambda key: (not places.is_renamed(key), key.count("/")))
    for key in order:
        found = places.of(key)
        why = found if found in _REASONS else places.misfit(key, found, answers[key])
        if why is None and found in taken:
            why = "taken"
        if why is not None:
            orphans.append(Orphan(key, answers[key], why))  # type: ignore[arg-type] # one of `Why`
            continue
        taken.add(found)
        if found == key:
            kept[key] = answers[key]
        else:
            moved.append(Move(key, found, answers[key]))
    return Plan(kept, tuple(moved), tuple(orphans), tuple(places.newly_required()))


_REASONS = frozenset({"gone", "kind"})


class _Places:
    """Where the keys of an older version stand in the newer one."""

    def __init__(self, old: Form | None, new: Form, answers: Mapping[str, Answer]) -> None:
        self.old = old
        self.new = new
        self._keys = tuple(answers)
        self.renamed = {
            name: path for path, item in new.items.items() for name in item.bind.renamed_from.split()
        }
        self.old_root = f"/{(old or new).root}"
        self.repeats = {path for path, item in (old or new).items.items() if isinstance(item, Repeat)}
        if old is None:
            self.repeats |= {
                f"{self.old_root}/{name}"
                for name, path in self.renamed.items()
                if isinstance(new.items[path], Repeat)
            }
        old_paths = set(old.items) if old else {self.template(key)[0] for key in answers}
        self.old_names = _by_name(old_paths)
        self.new_names = _by_name(new.items)
        self._targets: dict[str, str] = {self.old_root: f"/{new.root}"}
        self._reader = ChoiceReader(new, new.lists.document)
        self._values: dict[str, frozenset[str]] = {}

    def template(self, key: str) -> tuple[str, list[str], str]:
        """The template path of a key, the ids of the instances it goes through, and its attribute ("" for none)."""
        above, _, attribute = key.partition("/@")
        path, ids = self.old_root, []
        parts = iter(above.split("/"))
        for part in parts:
            path = f"{path}/{part}"
            if path in self.repeats:
                instance = next(parts, None)
                if instance is not None:
                    ids.append(instance)
        return path, ids, attribute

    def is_renamed(self, key: str) -> bool:
        """Whether the newer form names this very question as renamed."""
        return self._renamed(self.template(key)[0]) is not None

    def of(self, key: str) -> str:
        """The key in the newer version; "gone" or "kind" where there is none."""
        template, ids, attribute = self.template(key)
        target = self._target(template)
        if not target:
            return "gone"
        # An answer in a row stays with its row: it has a place only where its repeat has become that repeat.
        rows = [self._target(path) for path in _above(template) if path in self.repeats]
        there = [path for path in _above(target) if isinstance(self.new.items.get(path), Repeat)]
        if rows != there or len(ids) != len(rows):
            return "kind"
        parts, waiting = [], iter(ids)
        for path in _above(target)[1:]:
            parts.append(path.rpartition("/")[2])
            if isinstance(self.new.items[path], Repeat):
                parts.append(next(waiting))
        return "/".join(parts) + (f"/@{attribute}" if attribute else "")

    def misfit(self, key: str, found: str, answer: Answer) -> Why | None:
        """Why an answer does not fit its new place, None where it does."""
        template, _ids, attribute = self.template(key)
        target = self._target(template)
        item = self.new.items[target]
        if attribute:
            return None if attribute in self.new.filled_attributes.get(target, ()) else "gone"
        was = self.old.items.get(template) if self.old else None
        if isinstance(item, Repeat):
            return None if was is None or isinstance(was, Repeat) else "kind"
        if not isinstance(item, Question):
            return "kind"
        if isinstance(was, Question) and was.control and item.bind.calculate and not item.control:
            return "calculated"
        if isinstance(was, Group):
            return "kind"
        if not isinstance(answer, str) or not answer:
            return None
        if not fits(answer, item.bind.type):
            return "type"
        return None if self._offers(item, answer) else "choice"

    def newly_required(self) -> list[str]:
        """The questions of the newer version that must be answered and need not, or could not, be before."""
        before = self.old.items.items() if self.old else ()
        known = {self._target(path) for path, item in before if item.bind.required is not None}
        if self.old is None:
            known = {self._target(self.template(key)[0]) for key in self._keys}
        return [
            path for path, item in self.new.items.items() if _must_be_answered(item) and path not in known
        ]

    def _target(self, template: str) -> str:
        """The template path in the newer form, "" where it is gone."""
        known = self._targets.get(template)
        if known is None:
            known = self._targets[template] = self._found(template)
        return known

    def _found(self, template: str) -> str:
        renamed = self._renamed(template)
        if renamed is not None:
            return renamed
        above, _, name = template.rpartition("/")
        parent = self._target(above) if above else ""
        if parent and f"{parent}/{name}" in self.new.items:
            return f"{parent}/{name}"
        same = self.new_names.get(name, [])
        # A name means a question, wherever it stands, only while nothing else has it.
        if len(same) == 1 and len(self.old_names.get(name, ())) == 1 and self._is_question(same[0]):
            return same[0]
        return ""

    def _renamed(self, template: str) -> str | None:
        below = template[len(self.old_root) + 1 :]
        if below in self.renamed:
            return self.renamed[below]
        name = template.rpartition("/")[2]
        return self.renamed.get(name) if len(self.old_names.get(name, ())) == 1 else None

    def _is_question(self, path: str) -> bool:
        return isinstance(self.new.items[path], Question)

    def _offers(self, question: Question, answer: str) -> bool:
        """Whether a select has the values chosen, as far as its list is part of the form."""
        values = self._values_of(question)
        chosen = [answer] if question.control == "select1" else answer.split()
        return not values or all(value in values for value in chosen)

    def _values_of(self, question: Question) -> frozenset[str]:
        if question.path not in self._values:
            values: frozenset[str] = frozenset()
            if question.is_select and not self._is_supplied(question):
                values = frozenset(self._reader.words_of(question, self.new.default_language))
            self._values[question.path] = values
        return self._values[question.path]

    def _is_supplied(self, question: Question) -> bool:
        """Whether the choices come from outside the form, where a file is only one of the places they come from."""
        name = list_name(question.itemset) if question.itemset is not None else ""
        instance = self.new.instances.get(name)
        return question.itemset is not None and (instance is None or bool(instance.src))


def _above(path: str) -> list[str]:
    """A path and those above it, the root first."""
    steps = path.split("/")
    return ["/".join(steps[:end]) for end in range(2, len(steps) + 1)]


def _must_be_answered(item: Item) -> bool:
    return isinstance(item, Question) and bool(item.control) and item.bind.required is not None


def _by_name(paths: Collection[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in paths:
        found.setdefault(path.rpartition("/")[2], []).append(path)
    return found
