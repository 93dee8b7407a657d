"""What is asked must not hang on an answer that is seen and never stored (tier X): it is gone when the draft is opened again."""

from __future__ import annotations

from collections.abc import Iterator

from fieldkit.errors import FormProblem, phrase
from fieldkit.i18n import N_
from fieldkit.xforms.definition import Form
from fieldkit.xforms.dependencies import Kind, references
from fieldkit.xforms.lint.place import found_at

_DECIDING = {Kind.RELEVANT: "relevant", Kind.CHOICES: "choice_filter", Kind.COUNT: "repeat_count"}


def unstored_findings(form: Form) -> Iterator[FormProblem]:
    """Rules that decide what is asked or offered, and read what is never stored."""
    for rule in form.graph.rules if form.unstored else ():
        if rule.kind in _DECIDING and rule.item.path not in form.unstored:
            read = {f"/{'/'.join(each.steps)}" for each in references(rule.expression, form.items)}
            for path in sorted(read & form.unstored):
                message = phrase(
                    N_(
                        "this reads {path}, which is never stored; calculate from it what is needed, and read that"
                    ),
                    path=path,
                )
                yield found_at(rule.item, _DECIDING[rule.kind], message)
