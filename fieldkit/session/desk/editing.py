"""Changing a few answers of an archived record by program, by the rules of its own form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.i18n import language
from fieldkit.session.interview import refuse

if TYPE_CHECKING:
    from fieldkit.session.interviews import Interviews
    from fieldkit.xforms import Form, FormEntry
    from sync import Answer

Step = Callable[["FormEntry"], object]
"""Answers questions."""


def edited(
    interviews: Interviews, form: Form, answers: Mapping[str, Answer], step: Step
) -> dict[str, Answer]:
    """What a step changes of the answers of a record, with all that follows from it: path → answer, "" where one goes.

    Refused is what is missing or wrong then and was not before: a list of households that is not at a desk stops nothing.
    Raises FieldkitError("interview.unfinished"), ("serve.older-form") where the version the record was made with has no such
    question.
    """
    entry = interviews.continued(form, answers, language())
    before, stood = entry.answers(relevant_only=True), _blocking(entry)
    try:
        step(entry)
    except LookupError as error:
        raise FieldkitError("serve.older-form") from error
    worse = _blocking(entry) - stood
    if worse:
        raise refuse(each for each in entry.problems() if (each.path, each.kind) in worse)
    now = entry.answers(relevant_only=True)
    return {key: now.get(key, "") for key in {*now, *before} if now.get(key) != before.get(key)}


def row_at(entry: FormEntry, repeat: str, row: str) -> str:
    """The path of a row of a repeat, by its lasting id. Raises LookupError where it is gone."""
    path = entry.form.find(repeat).path
    for number in range(1, entry.count(path) + 1):
        if entry.tree.element(f"{path}[{number}]").instance_id == row:
            return f"{path}[{number}]"
    raise LookupError(row)


def _blocking(entry: FormEntry) -> set[tuple[str, str]]:
    return {(each.path, each.kind) for each in entry.problems() if each.kind != "warning"}
