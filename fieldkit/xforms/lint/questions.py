"""What stands out in single questions."""

from __future__ import annotations

from collections.abc import Iterator

from fieldkit.errors import FormProblem, phrase
from fieldkit.i18n import N_
from fieldkit.xforms.definition import Form, Item, Question, Repeat
from fieldkit.xforms.dependencies import references
from fieldkit.xforms.expression import Expression
from fieldkit.xforms.lint.place import found_at
from fieldkit.xforms.tree import AnswerTree

_UNLABELLED = frozenset({"label", "list-nolabel", "hidden"})


def question_findings(form: Form) -> Iterator[FormProblem]:
    """Names alike but for case, questions without words, required ones nobody can answer, counts that read what
    they count.
    """
    filled = {action.target for action in form.actions} | AnswerTree(form, str).defaults
    seen: dict[tuple[str, str], Item] = {}
    for item in form.items.values():
        above = item.path.rpartition("/")[0]
        other = seen.setdefault((above, item.name.casefold()), item)
        if other is not item:
            yield found_at(
                item,
                "name",
                phrase(
                    N_("{name} differs from {other} only by case; give one another name"),
                    name=item.name,
                    other=other.name,
                ),
            )
        if isinstance(item, Question) and item.control:
            yield from _asked(item, is_filled=item.path in filled)
        if isinstance(item, Repeat) and item.count is not None and _reads_inside(item.count, item, form):
            yield found_at(
                item,
                "repeat_count",
                phrase(
                    N_("the count reads what it counts: {expression}. Ask for the number before the repeat"),
                    expression=item.count.source,
                ),
            )


def _asked(question: Question, *, is_filled: bool) -> Iterator[FormProblem]:
    wordless = question.label is None and question.hint is None and not question.media
    if wordless and not question.appearance & _UNLABELLED:
        yield found_at(question, "label", phrase(N_("this question has no words; give it a label")))
    bind = question.bind
    is_filled = is_filled or bool(bind.calculate or bind.preload)
    if _is_true(bind.required) and _is_true(bind.readonly) and not is_filled:
        yield found_at(
            question,
            "required",
            phrase(N_("this must be answered but nobody can: it is read-only. Drop one of the two")),
        )


def _is_true(rule: Expression | None) -> bool:
    return rule is not None and rule.source in {"true()", "true", "1"}


def _reads_inside(count: Expression, repeat: Repeat, form: Form) -> bool:
    """Whether a count, or the calculation pyxform puts before it, reads what lies in its repeat."""
    inside = len(repeat.steps)
    reads = references(count, form.items)
    for read in list(reads):
        item = form.items.get("/" + "/".join(read.steps))
        if item is not None and item.bind.calculate is not None:
            reads |= references(item.bind.calculate, form.items)
    return any(read.steps[:inside] == repeat.steps and len(read.steps) > inside for read in reads)
