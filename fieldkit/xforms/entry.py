"""One interview: the answers, what follows from them, where the interviewer stands, and the way back."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from fieldkit.datatypes.checks import CHECKS
from fieldkit.xforms import answers as plain
from fieldkit.xforms.checks import Checker, Problem
from fieldkit.xforms.definition import Choice, Form, Item, Label, Repeat
from fieldkit.xforms.edits import Edits
from fieldkit.xforms.events import Actions, due_at_end, preload
from fieldkit.xforms.instance import Document, Element, Node
from fieldkit.xforms.lists import Rows, Table, rows_document
from fieldkit.xforms.missing import Missing
from fieldkit.xforms.navigation import Event, Index, Navigator
from fieldkit.xforms.recompute import Recomputation
from fieldkit.xforms.submission import known_answers, submission_xml
from fieldkit.xforms.tree import AnswerTree
from fieldkit.xforms.values import Settable, tidy, to_text
from fieldkit.xforms.wording import Wording
from fieldkit.xforms.xpath import Context, Environment, Scope, compile_expression

Paths = set[str]
"""Paths whose state changed."""

_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
_INSTANCE_ID_LENGTH = 10


class FormEntry:
    """Answers to one form, kept true while they change.

    form: from `load_form`. answers: flat or nested answers; those that carry `meta/instanceID` continue an
    entry, others fill a new one. now: an aware datetime or a function that gives one. tz: name or tzinfo.
    language: a code ("zh") or the form's own name for it. seed: makes instance ids and `random()`
    repeatable. device, user: for metadata. lists: rows for external lists by name, instead of files.
    is_new: whether the entry begins now (default: when its answers carry no `meta/instanceID`); only then
    defaults are filled in. last_saved: the flat answers of the record saved before this one, for forms that
    read them (`${last-saved#name}`); never written to disk. demo: whether checks (`fk:check`) take invented numbers.

    Paths may leave out repeat numbers: the first is meant. One that does not exist raises LookupError everywhere.
    """

    def __init__(
        self,
        form: Form,
        answers: Mapping[str, Any] | None = None,
        now: datetime | Callable[[], datetime] | None = None,
        tz: str | tzinfo | None = None,
        language: str | None = None,
        seed: int | None = None,
        device: str | None = None,
        user: str | None = None,
        lists: Mapping[str, Rows | Table] | None = None,
        is_new: bool | None = None,
        last_saved: Mapping[str, plain.Answer] | None = None,
        *,
        demo: bool = False,
    ) -> None:
        self.form = form
        self._random = random.Random(seed)  # noqa: S311 - ids of rows, not secrets
        self._tz = ZoneInfo(tz) if isinstance(tz, str) else tz
        self._now = now
        self._properties = {"deviceid": device or "", "username": user or ""}
        self._rows: dict[str, Document] = {name: rows_document(rows) for name, rows in (lists or {}).items()}
        for name in form.last_saved_lists:
            self._rows[name] = plain.answers_document(form, last_saved or {})
        self.tree = AnswerTree(form, self._new_id)
        self._environment = Environment(
            root=self.tree.document,
            single=self.tree.single,
            instance=self._list,
            now=self.now,
            tz=self._tz or self.now().tzinfo or ZoneInfo("UTC"),
            language=form.language_for(language or ""),
            property=lambda name: self._properties.get(name.lower(), ""),
            random=self._random,
            version=form.version,
            demo=demo,
        )
        self._wording = Wording(form, self.tree, self._environment, self._list)
        self._recomputation = Recomputation(self.tree, form.graph, self._environment, self._wording.offers)
        self._checker = Checker(self._environment, self._recomputation.state, self.words, self.tree.path)
        self._edits = Edits(self.tree, self._recomputation)
        self._actions = Actions(form, self.tree, self._environment, self._write)
        self._navigator = Navigator(form, self.tree)
        self.index = Index(Event.BEGINNING)
        given = answers or {}
        self._begin(given, not plain.go_on(given) if is_new is None else is_new)

    @classmethod
    def from_xml(cls, form: Form, xml: str | bytes, **options: Any) -> FormEntry:
        """The entry an OpenRosa record tells of; `options` as for a new one.

        Raises FieldkitError: "submission.malformed", "submission.other-form", "submission.unknown" for nodes that
        the form does not have, all of them named.
        """
        return cls(form, answers=known_answers(form, xml), is_new=False, **options)

    def now(self) -> datetime:
        """The time in the entry's zone."""
        moment = self._now() if callable(self._now) else self._now
        moment = moment or datetime.now().astimezone()
        return moment.astimezone(self._tz) if self._tz else moment

    @property
    def language(self) -> str:
        """The language in use, as the form names it; set it to a code or a name."""
        return self._environment.language

    @language.setter
    def language(self, language: str) -> None:
        self._environment.language = self.form.language_for(language)
        self._recomputation.language_changed()

    def set(self, path: str, value: Settable | Missing) -> Paths:
        """Give a question an answer, a Missing, or None for none. Gives the paths whose state changed. One that follows the
        standard of its question (`fk:check`) is kept in the standard's normal form.

        Raises LookupError for a path that is no question, TypeError for a value that is no answer.
        """
        element = self.tree.question(path)
        self._recomputation.begin()
        if isinstance(value, Missing):
            changed = self._edits.store(element, "", value)
        else:
            text = tidy(to_text(value), element.item)
            check = element.item.bind.check if element.item else ""
            if check and text:
                text = CHECKS[check].normalise(text, self._checker.circumstances())
            missing = self._wording.missing_choice(element, text)
            text = "" if missing else self._recomputation.admissible(element, text)
            changed = self._edits.store(element, text, missing)
        if changed:
            self._recomputation.run()
            self._actions.value_changed(element)
            self._close_step()
        elif element.text:
            self._recomputation.wake_readers(element)
            self._recomputation.run()
            self._close_step()
        return self._changed_paths()

    def value(self, path: str) -> str:
        """The XForms string value of a question; "" when empty, missing or not relevant."""
        return self.tree.element(path).string_value()

    def missing(self, path: str) -> Missing | None:
        """The missing answer given, if any."""
        return self.tree.element(path).missing

    def is_relevant(self, path: str) -> bool:
        """Whether a node is relevant: it and everything above it."""
        return self.tree.element(path).relevant

    def is_required(self, path: str) -> bool:
        """Whether a question must be answered now."""
        return self.tree.element(path) in self._recomputation.state.required

    def is_readonly(self, path: str) -> bool:
        """Whether a node, or anything above it, is read-only now."""
        node: Node | None = self.tree.element(path)
        while isinstance(node, Element):
            if node in self._recomputation.state.readonly:
                return True
            node = node.parent
        return False

    def is_stored(self, path: str) -> bool:
        """Whether what is answered here may be kept; else it lives in this entry alone (tier X)."""
        return plain.is_stored(self.tree.element(path), self.form.unstored)

    def key(self, path: str) -> str:
        """The stable key of a node, as in flat answers: repeats by instance id."""
        return plain.flat_key(self.tree.element(path))

    def item(self, path: str) -> Item:
        """The definition of the node at a path."""
        item = self.tree.element(path).item
        if item is None:
            raise LookupError(path)
        return item

    def label(self, path: str, language: str | None = None) -> str:
        """The label of a question or group, with its values filled in."""
        return self._words_at(path, self.item(path).label, language)

    def repeat_label(self, path: str) -> str:
        """The label of the repeat at `path`, whether or not it has instances."""
        parent, repeat = self.tree.repeat(path)
        return self.words(repeat.label, parent) or repeat.name

    def hint(self, path: str, language: str | None = None) -> str:
        """The hint of a question or group."""
        return self._words_at(path, self.item(path).hint, language)

    def told(self, path: str, what: str, language: str | None = None) -> str:
        """What the form says beside a question: "why" it is asked, "who_sees" the answer, "guidance" for who asks."""
        item = self.item(path)
        who_sees = item.bind.who_sees or self.form.privacy.who_sees
        label = {"why": item.bind.why, "who_sees": who_sees, "guidance": item.guidance}[what]
        return self._words_at(path, label, language)

    def media(self, path: str, language: str | None = None) -> dict[str, str]:
        """The files shown or played with a question: kind ("image", "audio", "video" …) → file name."""
        found = {kind: self._words_at(path, label, language) for kind, label in self.item(path).media.items()}
        return {kind: address.rpartition("/")[2] for kind, address in found.items() if address}

    def choices(self, path: str) -> list[Choice]:
        """What a question offers now, after its choice_filter, in the language of the entry."""
        return self._wording.choices(self.tree.question(path))

    def find_choices(self, path: str, typed: str, limit: int = 50) -> list[Choice]:
        """The first `limit` choices offered now whose value or label holds what was typed: for long lists."""
        return self._wording.find(self.tree.question(path), typed, limit)

    def problems(self, within: str | None = None) -> list[Problem]:
        """What is missing or wrong, in the order of the form; `within` limits it to one question or group."""
        start = self.tree.element(within) if within else None
        return [problem for leaf in self.tree.leaves(start) for problem in self._checker.check(leaf)]

    def evaluate(self, expression: str, context: str | None = None) -> str:
        """The string value of any expression at `context` (default: the root). Raises XPathError."""
        element = self.tree.element(context or f"/{self.tree.root.qname}")
        item = element.item
        scope = Scope(item.steps if item else (), self.form.repeats)
        compiled = compile_expression(expression, scope)
        return compiled.string(Context(element, 1, 1, element, self._environment))

    def words(self, label: Label | None, element: Element, language: str | None = None) -> str:
        """Words of the form as they stand for an element."""
        return self._wording.words(label, element, self.form.language_for(language) if language else "")

    def add_repeat(self, path: str, at: int | None = None) -> str:
        """Add an instance to the repeat at `path` (last, or before the 0-based place `at`); give its path."""
        parent, repeat = self.tree.repeat(path)
        self._recomputation.begin()
        instance = self._edits.add(parent, repeat, at)
        self._recomputation.run()
        self._actions.new_repeat(instance)
        self._close_step()
        return self.tree.path(instance)

    def remove_repeat(self, path: str) -> Paths:
        """Remove the repeat instance at `path` (`/data/members[2]`). Gives the paths whose state changed."""
        instance = self.tree.element(path)
        repeat = instance.item
        if not isinstance(repeat, Repeat):
            raise LookupError(path)
        self._recomputation.begin()
        self._edits.take(instance, repeat)
        self._recomputation.run()
        self._close_step()
        return self._changed_paths()

    def name_instance(self, path: str, instance_id: str) -> None:
        """Give a repeat instance the lasting id it has elsewhere."""
        self.tree.element(path).instance_id = instance_id

    def count(self, path: str) -> int:
        """How many instances the repeat at `path` has."""
        parent, repeat = self.tree.repeat(path)
        return len(self.tree.instances(parent, repeat.name))

    def begin_here(self) -> None:
        """What was set so far is where the entry begins: undo does not go back behind it."""
        self._edits.forget()

    def undo(self) -> Paths:
        """Take back the last step, if there is one. Gives the paths whose state changed."""
        self._recomputation.begin()
        self._edits.undo()
        return self._changed_paths()

    def redo(self) -> Paths:
        """Do again what was taken back last."""
        self._recomputation.begin()
        self._edits.redo()
        return self._changed_paths()

    def next(self) -> Index:
        """Go to the next place and give it."""
        self.index = self._navigator.forward(self.index)
        return self.index

    def previous(self) -> Index:
        """Go to the previous place and give it."""
        self.index = self._navigator.backward(self.index)
        return self.index

    def jump(self, path: str) -> Index:
        """Go to where `path` is asked and give that place."""
        self.index = self._navigator.index_of(path)
        return self.index

    def places(self) -> Iterator[Index]:
        """Every place from the first question on, as the answers stand now."""
        return self._navigator.all()

    def page(self, index: Index) -> list[str]:
        """The relevant questions asked at a place: one, or those of its page."""
        return self._navigator.asked(index)

    @property
    def instance_id(self) -> str:
        """`meta/instanceID`, "" for a form without it."""
        return self._meta("instanceID")

    @property
    def instance_name(self) -> str:
        """What the form calls this entry (settings `instance_name`), "" without."""
        return self._meta("instanceName")

    def answers(self, *, relevant_only: bool = False) -> dict[str, plain.Answer]:
        """The answers in the flat shape, without those that are never stored."""
        return plain.flat(self.tree, relevant_only=relevant_only)

    def changed_answers(self) -> dict[str, plain.Answer | None] | None:
        """What the last `set` changed, as `answers` has it; None where members came or went and all must be looked at."""
        return plain.flat_changes(self.tree, self._recomputation.changed)

    def to_json(self) -> dict[str, Any]:
        """The answers in the nested shape, repeat instances with their ids; `answers=` takes them back. What is never
        stored is not among them.
        """
        return plain.nested(self.tree)

    def to_xml(self) -> str:
        """The OpenRosa submission: relevant nodes only, and nothing that is never stored."""
        return submission_xml(self.tree)

    def finish(self) -> None:
        """Write the metadata that is due at the end (`timestamp/end`)."""
        for leaf in due_at_end(self.tree):
            self._write(leaf, self.now().isoformat(timespec="milliseconds"))

    def _begin(self, answers: Mapping[str, Any], is_new: bool) -> None:
        if is_new:
            preload(self.tree, self.now(), self._properties)
            self._recomputation.begin_counts()
        else:
            flat = answers if plain.is_flat(answers) else plain.flattened(self.form, answers, self._new_id)
            plain.restore(self.tree, flat)
        self._recomputation.everything(is_new=is_new)
        self._actions.loaded(first=is_new)
        self._recomputation.note_defaults()
        self._close_step()
        if is_new:
            plain.fill(self, answers)
        self._edits.forget()
        self._recomputation.begin()

    def _write(self, element: Element, text: str, attribute: str = "") -> None:
        if attribute:
            self._recomputation.set_attribute(element, attribute, text)
        else:
            self._edits.store(element, text)
        self._recomputation.run()

    def _close_step(self) -> None:
        """Fill dynamic defaults of the instances that counts made meanwhile, which may make more; end the step."""
        for instance in self._recomputation.grown:
            self._actions.new_repeat(instance)
        self._edits.close_step()

    def _changed_paths(self) -> Paths:
        return {self.tree.path(each) for each in self._recomputation.changed if self.tree.holds(each)}

    def _new_id(self) -> str:
        return "".join(self._random.choices(_ALPHABET, k=_INSTANCE_ID_LENGTH))

    def _meta(self, name: str) -> str:
        return next((leaf.text for leaf in self.tree.leaves() if leaf.name == name), "")

    def _words_at(self, path: str, label: Label | None, language: str | None) -> str:
        return self.words(label, self.tree.element(path), language)

    def _list(self, name: str) -> Document | None:
        return self._rows.get(name) or self.form.lists.document(name)
