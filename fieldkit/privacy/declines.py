"""Declining leaves village, date, form and outcome, and nothing else (domain rule 6).

A form says when it was declined, and what may be kept, in its settings `fk:declined` and `fk:declined_keeps`.
"""

from __future__ import annotations

from datetime import date, timedelta

from fieldkit.xforms import FormEntry
from fieldkit.xforms.answers import Answer

OUTCOME = "outcome"
DECLINED = "declined"
_VISITING = frozenset({"", "household"})
"""The families of forms whose declines and later days are those of visits."""
_REST = timedelta(days=90)
_FOR_GOOD = timedelta(days=3650)


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


def rest_until(entry: FormEntry) -> tuple[str, date] | None:
    """The household number and the day until which nothing is due there, when the visit was put off or declined.

    Both look the same, so that the list tells nobody who declined; a wish for no more visits is a long rest.
    None where the form is about no household, where it is of a family of its own (declining a benefit puts off no
    visit), or where the visit took place.
    """
    if entry.form.privacy.family not in _VISITING:
        return None
    household, outcome = _text(entry, "hh_id"), _text(entry, OUTCOME)
    if not household:
        return None
    today = entry.now().date()
    if is_declined(entry):
        no_more = _text(entry, "wants_no_more") == "yes"
        return household, today + (_FOR_GOOD if no_more else _REST)
    again = _text(entry, "revisit_on")
    return (household, date.fromisoformat(again)) if outcome == "postponed" and again else None


def _text(entry: FormEntry, name: str) -> str:
    """The answer to the question of that name, "" where the form has none."""
    try:
        return entry.value(entry.form.find(name).path)
    except LookupError:
        return ""
