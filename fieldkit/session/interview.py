"""One interview in progress: each step is on disk before it is shown as done.

The draft is one document: form, cursor, language and flat answers. A step writes only what it changed, as a
JSON merge patch (RFC 7396).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from fieldkit.errors import FieldkitError, StoreError
from fieldkit.privacy.tiers import RESTRICTED, without_what_was_seen
from fieldkit.session.files import AttachedFile, check_kind, file_named
from fieldkit.session.last_time import LastTime
from fieldkit.session.leaking import leak_problems
from fieldkit.session.versions import KeptAside
from fieldkit.xforms import Event, Form, FormEntry, Index, Missing, Problem, Question
from fieldkit.xforms.answers import Answer
from fieldkit.xforms.audit import AuditLog
from fieldkit.xforms.values import Settable

if TYPE_CHECKING:
    from fieldkit.session.answering import Answering
    from fieldkit.session.pace import Pace

FINAL = "final"
"""The appearance of a question whose answer cannot be taken back: what was hidden until then is seen."""
_MEMBER = re.compile(r"\[\d+\]$")


class Draft(Protocol):
    """Where an interview keeps itself: one document that takes merge patches."""

    id: str

    def patch(self, changes: Mapping[str, Any]) -> None:
        """Make `changes` durable before returning. Raises StoreError, and then nothing has changed."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What finishing made: the record, whether it was kept as a decline, whether it is a correction, whether that changed
    anything (without a change the record stays as it was), and how many questions of the office were answered.
    """

    record: str
    declined: bool = False
    amended: bool = False
    changed: bool = True
    answered: int = 0


class Interview:
    """An entry that keeps itself. Screens ask it, tell it, and walk it; they never see storage.

    audit: the log its form asks for, None for most. files: what was attached, by the name that stands as the answer.
    about: whom, where its answers do not say. pace: where it goes from stop to stop instead of from question to question. amends: the heads of the finished record
    that it corrects, None for a new one. kept_aside: answers to an earlier version of the form that have no place in this
    one. reason: of a correction, offered when it is finished. second_of: the record whose paper it enters a second time.
    answering: what the office asks about the record that is corrected.
    doubts: what else of the answers is to be warned of, of all or within a path; said instead of the form's own warning.
    """

    def __init__(
        self,
        entry: FormEntry,
        draft: Draft,
        *,
        notes: dict[str, str],
        overruled: set[str],
        audit: AuditLog | None = None,
        attach: Callable[[Path], AttachedFile] | None = None,
        files: Mapping[str, AttachedFile] | None = None,
        amends: tuple[str, ...] | None = None,
        kept_aside: Sequence[KeptAside] = (),
        doubts: Callable[[FormEntry, str | None], Iterable[Problem]] | None = None,
        answering: Answering | None = None,
    ) -> None:
        self.entry = entry
        self.notes = notes
        self.overruled = overruled
        self.audit = audit
        self.files: dict[str, AttachedFile] = dict(files or {})
        self.amends = amends
        self.kept_aside = tuple(kept_aside)
        self.answering = answering
        self.reason = ""
        self.pace: Pace | None = None
        self.second_of = ""
        self.about = ""
        self._attach = attach
        self._doubts = doubts
        self._draft = draft
        self._kept: dict[str, Answer] = entry.answers()

    @property
    def id(self) -> str:
        """The draft's id."""
        return self._draft.id

    @property
    def form(self) -> Form:
        """The form being asked."""
        return self.entry.form

    @property
    def index(self) -> Index:
        """Where the interview stands."""
        return self.entry.index

    def answer(self, path: str, value: Settable | Missing) -> set[str]:
        """Give an answer and keep it. Gives the paths whose state changed. Raises StoreError, LookupError.

        Where a file is asked for, `value` names one on this machine: it is taken into the workspace first. Raises
        FieldkitError("attachment.…") for one that will not do.
        """
        changed = self.entry.set(path, self.take_file(path, value) if isinstance(value, str) else value)
        if changed:
            self._keep(self.entry.undo, self.entry.changed_answers())
            if FINAL in self.entry.item(path).appearance:
                self.entry.begin_here()
        return changed

    def take_file(self, path: str, value: str) -> str:
        """The answer as it is kept: where a file is asked for, the file that `value` names is taken into the workspace,
        and has the name given from now on, which says nothing of its content. Raises as `answer`.
        """
        if self._attach is None or value in self.files or not self._names_file(path, value):
            return value
        source = file_named(value)
        item = self.entry.item(path)
        assert isinstance(item, Question)
        check_kind(source, item.parameters.get("mediatype", ""))
        kept = self._attach(source)
        name = f"{kept['id'][:12]}{source.suffix.lower()}"
        self._draft.patch({"files": {name: dict(kept)}})
        self.files[name] = kept
        return name

    def add_member(self, repeat: str, at: int | None = None) -> str:
        """Add an instance to a repeat (last, or before the 0-based place `at`), keep it, and go to its first question."""
        path = self.entry.add_repeat(repeat, at)
        self.entry.jump(path)
        self._log("add repeat", path)
        self._keep(self.entry.undo)
        return path

    def remove_member(self, path: str) -> None:
        """Remove a repeat instance; undo brings it back."""
        self.entry.remove_repeat(path)
        self._come_back()
        self._log("delete repeat", path)
        self._keep(self.entry.undo)

    def undo(self) -> set[str]:
        """Take back the last step."""
        changed = self.entry.undo()
        self._come_back()
        self._keep(self.entry.redo)
        return changed

    def redo(self) -> set[str]:
        """Do again what was taken back."""
        changed = self.entry.redo()
        self._come_back()
        self._keep(self.entry.undo)
        return changed

    def next(self) -> Index:
        """Go to the next place; the cursor is kept."""
        return self._stand(self.entry.next())

    def previous(self) -> Index:
        """Go to the previous place; the first question stays where it is."""
        if self.entry.previous().event is Event.BEGINNING:
            self.entry.next()
        return self._stand(self.entry.index)

    def jump(self, path: str) -> Index:
        """Go to where `path` is asked. Raises LookupError."""
        self._log("jump")
        return self._stand(self.entry.jump(path))

    def stand(self, index: Index) -> Index:
        """Go to a place that the form has now; the cursor is kept."""
        self.entry.index = index
        return self._stand(index)

    def go_to_end(self) -> Index:
        """Go behind the last question."""
        self._log("jump")
        self.entry.index = Index(Event.END)
        return self._stand(self.entry.index)

    def take_again(self, last: LastTime) -> int:
        """Give the answers of last time to every question from here on that has none; gives how many. Raises StoreError."""
        taken = 0
        for path in self._open_from_here():
            value = last.value(self.entry, path)
            if value and self.entry.is_relevant(path):
                self.answer(path, value)
                taken += 1
        return taken

    def first_open(self) -> str | None:
        """The first question from here on that has no answer, None for none."""
        return next(iter(self._open_from_here()), None)

    def open_questions(self) -> list[str]:
        """Every question that has no answer, in the order of asking."""
        return self._open_among(list(self.entry.places()))

    def _open_from_here(self) -> list[str]:
        places = list(self.entry.places())
        return self._open_among(places[places.index(self.index) if self.index in places else 0 :])

    def _open_among(self, places: Iterable[Index]) -> list[str]:
        paths = (
            path
            for place in places
            if place.event is not Event.PROMPT_NEW_REPEAT
            for path in self.entry.page(place)
        )
        return [
            path
            for path in paths
            if "label" not in self.entry.item(path).appearance  # the head of a table
            and not (self.entry.value(path) or self.entry.missing(path) or self.entry.is_readonly(path))
        ]

    def repeat_here(self) -> str | None:
        """The repeat that the interview stands in, without the number of the instance; else the first there is."""
        here = self.index.path
        if self.index.event is Event.PROMPT_NEW_REPEAT:
            return here
        around = _instance_around(here)
        if around:
            return around.rpartition("[")[0]
        asked = (place.path for place in self.entry.places() if place.event is Event.PROMPT_NEW_REPEAT)
        within = (_instance_around(place.path).rpartition("[")[0] for place in self.entry.places())
        return next(asked, next((path for path in within if path), None))

    def same_in_member(self, by: int) -> str | None:
        """The question where the interview stands, in the next (1) or previous (-1) instance of its repeat."""
        around = _instance_around(self.index.path)
        repeat, _, number = around.rpartition("[")
        if not repeat:
            return None
        other = int(number[:-1]) + by
        path = f"{repeat}[{other}]{self.index.path[len(around) :]}"
        return path if 1 <= other <= self.entry.count(repeat) and self.entry.is_relevant(path) else None

    def note(self, path: str, text: str) -> None:
        """Write a note beside a question; "" removes it."""
        key = self.entry.key(path)
        self.notes[key] = text
        self._draft.patch({"notes": {key: text or None}})
        if not text:
            del self.notes[key]

    def overrule(self, path: str) -> None:
        """Let a warned answer stand."""
        key = self.entry.key(path)
        self.overruled.add(key)
        self._draft.patch({"overruled": {key: True}})

    def use_language(self, code: str) -> None:
        """Ask in another language from here on."""
        self.entry.language = code
        self._draft.patch({"language": code})

    def problems(self, within: str | None = None) -> list[Problem]:
        """What stands in the way, warnings that were overruled left out."""
        found = self._standing(within)
        return [p for p in found if p.kind != "warning" or self.entry.key(p.path) not in self.overruled]

    def blocking(self) -> list[Problem]:
        """The problems that keep the interview from being finished."""
        return [problem for problem in self._standing() if problem.kind != "warning"]

    def _standing(self, within: str | None = None) -> list[Problem]:
        found = self.entry.problems(within)
        found += leak_problems(self.entry, within, {problem.path for problem in found})
        doubts = list(self._doubts(self.entry, within)) if self._doubts else []
        doubted = {problem.path for problem in doubts}
        found = [each for each in found if each.kind != "warning" or each.path not in doubted] + doubts
        return found if self.amends is None else without_what_was_seen(self.entry, found)

    def close_log(self) -> str:
        """The finished log as CSV. Only for a form that asks for one."""
        assert self.audit is not None
        self.audit.leave(self._logged)
        self._log("form finalize")
        return self.audit.csv()

    def _names_file(self, path: str, value: str) -> bool:
        """Whether an answer names a file to be taken in; for a signature it may be the number of a signed paper, which
        is no path from the root.
        """
        item = self.entry.item(path)
        if not value or not isinstance(item, Question) or item.control != "upload":
            return False
        named = file_named(value)
        return "signature" not in item.appearance or named.is_absolute() or named.is_file()

    def _log(self, event: str, node: str = "") -> None:
        if self.audit is not None:
            self.audit.note(event, node)

    def _logged(self, path: str) -> str:
        """The value at a path as the log may tell it, "" where it is no longer."""
        try:
            return logged(self.entry, [path])[path]
        except LookupError:
            return ""

    def _come_back(self) -> None:
        """Stand where something is asked: the place may be gone with its member. Where a member could be added again is
        nearest, else the first question.
        """
        places = list(self.entry.places())
        if self.index in places or self.index.event is Event.END:
            return
        repeat = _MEMBER.sub("", self.index.path)
        while repeat and Index(Event.PROMPT_NEW_REPEAT, repeat) not in places:
            repeat = _MEMBER.sub("", repeat.rpartition("/")[0])
        first = next(iter(places), Index(Event.END))
        self.entry.index = Index(Event.PROMPT_NEW_REPEAT, repeat) if repeat else first

    def _stand(self, index: Index) -> Index:
        changes: dict[str, Any] = {"cursor": cursor_of(index)}
        if self.audit is not None:
            self.audit.leave(self._logged)
            self.audit.come_to(logged(self.entry, self.entry.page(index)))
            changes["audit"] = self.audit.take_fresh()
        self._draft.patch(changes)
        return index

    def _keep(self, back: Callable[[], object], changed: dict[str, Answer | None] | None = None) -> None:
        """Write what changed; if that fails, go `back`, so that nothing is shown that is not on disk.

        changed: what may have changed, where that is known; else everything is compared with what is kept.
        """
        if changed is None:
            now = self.entry.answers()
            changed = {key: now.get(key) for key in [*now, *(key for key in self._kept if key not in now)]}
        changed = {key: answer for key, answer in changed.items() if self._kept.get(key) != answer}
        try:
            self._draft.patch({"answers": changed, "cursor": cursor_of(self.entry.index)})
        except StoreError:
            back()
            raise
        for key, answer in changed.items():
            if answer is None:
                self._kept.pop(key, None)
            else:
                self._kept[key] = answer


def _instance_around(path: str) -> str:
    """The innermost repeat instance around a path, "" where it lies in none."""
    return path[: path.rindex("]") + 1] if "]" in path else ""


def logged(entry: FormEntry, paths: Iterable[str]) -> dict[str, str]:
    """The values at paths as a log may tell them: nothing restricted, nothing that is never stored. Raises LookupError."""
    return {path: "" if entry.item(path).bind.tier in RESTRICTED else entry.value(path) for path in paths}


def cursor_of(index: Index) -> dict[str, str]:
    """A place as it is kept."""
    return {"event": index.event.value, "path": index.path}


def stand_at(entry: FormEntry, cursor: Mapping[str, str]) -> None:
    """Return to a kept place; where the form no longer has it, to the first question."""
    index = Index(Event(cursor.get("event", Event.BEGINNING.value)), cursor.get("path", ""))
    if index.event in {Event.BEGINNING, Event.END} or index in set(entry.places()):
        entry.index = index
    if entry.index.event is Event.BEGINNING:
        entry.next()


def refuse(problems: Iterable[Problem]) -> FieldkitError:
    """The refusal to finish, with what stands in the way."""
    return FieldkitError("interview.unfinished", problems=list(problems))
