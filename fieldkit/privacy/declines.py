"""Declining leaves village, date, form and outcome, and nothing else (domain rule 6).

A form says when it was declined, and what may be kept, in its settings `fk:declined` and `fk:declined_keeps`.
"""

from __future__ import annotations

from fieldkit.xforms import FormEntry
from fieldkit.xforms.answers import Answer

OUTCOME = "outcome"
DECLINED = "declined"


def is_declined(entry: FormEntry) -> bool:
    """Whether the person declined, by the form's own rule; false for a form without one."""
    rule = entry.form.privacy.declined
    return rule is not None and entry.evaluate(f"boolean({rule.source})") == "true"


def kept_answers(entry: FormEntry) -> dict[str, Answer]:
    """The answers of a declined entry that may be kept: those its form names, and the outcome as declined."""
    kept = set(entry.form.privacy.declined_keeps)
    answers = {key: answer for key, answer in entry.answers().items() if key.rsplit("/", 1)[-1] in kept}
    outcome = entry.form.find(OUTCOME).path.split("/", 2)[2] if OUTCOME in kept else ""
    if outcome:
        answers[outcome] = DECLINED
    return answers
