"""Changing a few answers of an archived record by program, by the rules of its own form."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fieldkit.errors import FieldkitError
from fieldkit.i18n import language
from fieldkit.wording import problem_text

if TYPE_CHECKING:
    from fieldkit.session.desk.desk import Desk
    from fieldkit.xforms import FormEntry
    from sync import Answer, RecordView

Edit = Callable[["FormEntry"], "list[str]"]
"""Sets answers; gives the paths it set."""


def edited(desk: Desk, view: RecordView, edit: Edit) -> dict[str, Answer]:
    """What an edit changes of a record, with all that follows from it in its form: path → answer, "" where one goes.

    Lists of households are not at a desk, so only what the edit itself changed counts.
    Raises FieldkitError("form.gone"), ("interview.unfinished") where the form refuses what was set.
    """
    library = desk.office.library
    form = library.version(view.form, view.form_hash) or library.known(view.form)
    if form is None:
        raise FieldkitError("form.gone", form=view.form, version="")
    entry = desk.session.interviews.continued(form, view.fields, language())
    before = entry.answers(relevant_only=True)
    touched = set(edit(entry))
    faults = [
        f"{entry.label(each.path) or each.path} ({each.path}): {problem_text(each)}"
        for each in entry.problems()
        if each.kind != "warning" and each.path in touched
    ]
    if faults:
        raise FieldkitError("interview.unfinished", problems=faults)
    after = entry.answers(relevant_only=True)
    return {key: after.get(key, "") for key in {*before, *after} if before.get(key, "") != after.get(key, "")}
