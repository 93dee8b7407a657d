"""A record as its own form reads it, for checks: what was asked, what was left empty, what an expression says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fieldkit.office.checks.table import asked_questions, below_root, expression, is_shown
from fieldkit.office.looks import tier_of
from fieldkit.privacy.declines import DECLINED, OUTCOME
from fieldkit.privacy.tiers import RESTRICTED
from fieldkit.records import text_at
from fieldkit.xforms import Question, Repeat
from fieldkit.xforms.answers import put, restore
from fieldkit.xforms.audit import audit_options
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
        restore(self._tree, {})
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
            (below_root(each.path), self._tree.single.get(each.path), each.steps[1:])
            for each in asked_questions(form)
            if each.control != "trigger" and not _reads_a_list(form, each)
        ]
        """Where the questions are of which it can be told whether they were asked: path, element, steps where in a repeat."""
        self._root = f"/{form.root}"
        self._rows: dict[str, Element] = {}
        self._holds: dict[int, bool] = {}
        self._at = datetime.min.replace(tzinfo=UTC)
        self._environment = Environment(
            root=self._tree.document, single=self._tree.single, instance=form.lists.document, now=lambda: self._at,
            language=form.default_language, version=form.version,
        )  # fmt: skip
        self.log = audit_options(form)
        """What its log of times asks for, None without one."""
        self._expressions: dict[str, Expression | None] = {}

    def read(self, view: RecordView) -> None:
        """Take up a record; its own time is the time for every expression, so that nothing depends on today."""
        for leaf in self._leaves:
            leaf.text, leaf.missing = "", None
        within = []
        for path, answer in view.fields.items():
            own = self._single.get(path)
            if own is not None:
                put(own, answer)
            elif self.is_shown(path):
                within.append((path, answer))
        self._put_rows(within)
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

    def _put_rows(self, answers: Sequence[tuple[str, Answer]]) -> None:
        """Put the rows of repeats into the tree, in their order, with what was answered in them."""
        for row in self._rows.values():
            if isinstance(row.parent, Element):
                row.parent.remove(row)
        self._rows = {}
        order = sorted(answers, key=lambda each: (each[0].count("/"), _place(each[1])))
        for path, answer in order:
            template = self.template(path)
            above, _slash, last = path.rpartition("/")
            if template in self._repeats:
                item = self.form.items[f"{self._root}/{template}"]
                parent = self._element(above.rpartition("/")[0])
                if parent is not None and isinstance(item, Repeat):
                    self._rows[path] = self._tree.add(parent, item, instance_id=last)
            elif (leaf := self._element(path)) is not None:
                put(leaf, answer)

    def _element(self, path: str) -> Element | None:
        """The element at a flat path; None where its row is not there."""
        above, steps = path, []
        while above and above not in self._rows:
            above, _slash, step = above.rpartition("/")
            steps.append(step)
        if not above:
            return self._tree.single.get(f"{self._root}/{path}" if path else self._root)
        found: Element | None = self._rows[above]
        for step in reversed(steps):
            found = found.child(step) if found is not None else None
        return found

    def _says_no(self) -> bool:
        """Whether somebody declined, by the form's own rule."""
        rule = self.form.privacy.declined
        return rule is not None and self._true(rule, self._tree.root)

    def is_asked(self, item_path: str) -> bool:
        """Whether a question was there to be answered, in any row of the repeats around it."""
        one = self._tree.single.get(item_path)
        steps = tuple(item_path[1:].split("/")[1:])
        elements = [one] if one is not None else self._tree.expand(self._tree.root, steps)
        return any(self._is_relevant(element) for element in elements)

    def left_empty(self) -> Mapping[str, int]:
        """How often each question was asked and has no answer at all, not even why not; by path below the root."""
        found: dict[str, int] = {}
        for path, one, steps in self._asked:
            elements = [one] if one is not None else self._tree.expand(self._tree.root, steps)
            empty = sum(
                not each.text and each.missing is None and self._is_relevant(each) for each in elements
            )
            if empty:
                found[path] = empty
        return found

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

    def _true(self, said: Expression, node: Element) -> bool:
        try:
            return said.compiled.boolean(Context(node, 1, 1, node, self._environment))
        except XPathError:
            return False


def _reads_a_list(form: Form, question: Question) -> bool:
    """Whether it depends on a list if a question is asked."""
    steps = question.path.split("/")
    around = (form.items.get("/".join(steps[:end])) for end in range(2, len(steps) + 1))
    rules = [each.bind.relevant for each in around if each is not None]
    return any(rule is not None and _A_LIST in rule.source for rule in rules)


def _place(answer: Answer) -> float:
    """The place of a row among its siblings, as its own answer tells it."""
    text = value_of(answer)
    return float(text) if text.isdigit() else 0.0


def value_of(answer: Answer | None) -> str:
    """The text of an answer, "" for none and for a missing one."""
    return answer if isinstance(answer, str) else ""
