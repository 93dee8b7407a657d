"""A record as its own form reads it, for checks: what was asked, what was left empty, what an expression says of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fieldkit.office.checks.table import below_root, expression, is_shown
from fieldkit.office.looks import tier_of
from fieldkit.privacy.declines import DECLINED, OUTCOME
from fieldkit.privacy.tiers import RESTRICTED
from fieldkit.records import text_at
from fieldkit.xforms import Question
from fieldkit.xforms.answers import put, restore
from fieldkit.xforms.expression import Expression
from fieldkit.xforms.instance import Element
from fieldkit.xforms.tree import AnswerTree
from fieldkit.xforms.xpath import Context, Environment, XPathError

if TYPE_CHECKING:
    from fieldkit.xforms import Form
    from sync import Answer, RecordView

_A_LIST = "instance("
"""What reads a list: the office's are not those that the laptop had, so nothing can be said there."""


class Reader:
    """Reads the records of one form, one after another. Nothing of tiers C, R and X is ever in what it reads."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self._tree = AnswerTree(form, lambda: "")
        self._leaves = list(self._tree.leaves())
        self._repeats = {"/".join(steps[1:]) for steps in form.repeats}
        self._shown = {below_root(path) for path in form.items if is_shown(form, path)} | self._repeats
        self._single = {
            below_root(path): leaf
            for path, leaf in self._tree.single.items()
            if below_root(path) in self._shown and isinstance(form.items.get(path), Question)
        }
        self._restricted = {
            below_root(path) for path in form.items if tier_of(below_root(path), form) in RESTRICTED
        }
        self.is_declined = False
        """Whether the record at hand is a decline, of which nothing but village, day and outcome is kept."""
        self._asked = [
            item
            for item in form.items.values()
            if isinstance(item, Question)
            and item.control
            and not item.is_note
            and item.control != "trigger"
            and is_shown(form, item.path)
        ]
        self._holds: dict[int, bool] = {}
        self._at = datetime.min.replace(tzinfo=UTC)
        self._environment = Environment(
            root=self._tree.document, single=self._tree.single, instance=form.lists.document, now=lambda: self._at,
            language=form.default_language, version=form.version,
        )  # fmt: skip
        self._expressions: dict[str, Expression | None] = {}

    def read(self, view: RecordView) -> None:
        """Take up a record; its own time is the time for every expression, so that nothing depends on today."""
        for leaf in self._leaves:
            leaf.text, leaf.missing = "", None
        within: dict[str, Answer] = {}
        for path, answer in view.fields.items():
            own = self._single.get(path)
            if own is not None:
                put(own, answer)
            elif self.is_shown(path):
                within[path] = answer
        restore(self._tree, within)
        self._holds.clear()
        self._at = datetime.fromisoformat(view.wall)
        self.is_declined = text_at(view.fields, OUTCOME) == DECLINED or self._says_no()

    def is_shown(self, path: str) -> bool:
        """Whether the answer at a flat path is of tier P or N; rows of repeats are there in any case."""
        return path in self._shown or self.template(path) in self._shown

    def is_restricted(self, path: str) -> bool:
        """Whether the answer at a flat path is about health or the like."""
        return path in self._restricted or self.template(path) in self._restricted

    def template(self, path: str) -> str:
        """A flat path without the ids of rows."""
        done = ""
        parts = iter(path.split("/"))
        for part in parts:
            done = f"{done}/{part}" if done else part
            if done in self._repeats:
                next(parts, None)
        return done

    def says(self, source: str) -> bool:
        """Whether an expression holds; false where it cannot be read, or asks what the form does not."""
        if source not in self._expressions:
            try:
                self._expressions[source] = expression(source, self.form)
            except LookupError:
                self._expressions[source] = None
        said = self._expressions[source]
        return said is not None and self._true(said, self._tree.root)

    def _says_no(self) -> bool:
        """Whether somebody declined, by the form's own rule."""
        rule = self.form.privacy.declined
        return rule is not None and self._true(rule, self._tree.root)

    def is_asked(self, item_path: str) -> bool:
        """Whether a question was there to be answered, in any row of the repeats around it."""
        return any(self._is_relevant(element) for element in self._elements(item_path))

    def left_empty(self) -> Mapping[str, int]:
        """How often each question was asked and has no answer at all, not even why not; by path below the root."""
        found: dict[str, int] = {}
        for item in self._asked:
            empty = sum(
                not element.text and element.missing is None and self._is_relevant(element)
                for element in self._elements(item.path)
                if self._is_known(element)
            )
            if empty:
                found[below_root(item.path)] = empty
        return found

    def _elements(self, item_path: str) -> Iterator[Element]:
        one = self._tree.single.get(item_path)
        if one is not None:
            return iter([one])
        return iter(self._tree.expand(self._tree.root, tuple(item_path[1:].split("/")[1:])))

    def _is_relevant(self, element: Element) -> bool:
        """Whether it and everything around it is relevant."""
        key = id(element)
        if key not in self._holds:
            rule = element.item.bind.relevant if element.item else None
            around = element.parent
            self._holds[key] = (not isinstance(around, Element) or self._is_relevant(around)) and (
                rule is None or self._true(rule, element)
            )
        return self._holds[key]

    def _is_known(self, element: Element) -> bool:
        """Whether what it depends on can be told here."""
        rule = element.item.bind.relevant if element.item else None
        known = rule is None or _A_LIST not in rule.source
        return known and (not isinstance(element.parent, Element) or self._is_known(element.parent))

    def _true(self, said: Expression, node: Element) -> bool:
        try:
            return said.compiled.boolean(Context(node, 1, 1, node, self._environment))
        except XPathError:
            return False


def value_of(answer: Answer | None) -> str:
    """The text of an answer, "" for none and for a missing one."""
    return answer if isinstance(answer, str) else ""
