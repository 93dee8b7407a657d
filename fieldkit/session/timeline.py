"""A household's records in words, newest first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fieldkit.fieldwork.households import VISIT
from fieldkit.fieldwork.registry import Registry
from fieldkit.privacy.tiers import RESTRICTED
from fieldkit.xforms import Form, Question

_OUTCOME = "outcome"
_DECLINED = "declined"
_SCREENING = "screening"


@dataclass(frozen=True, slots=True)
class Entry:
    """A record: its id, its day, what form it is of, and what came of it in words, "" where that is not said."""

    record: str
    on: str
    title: str
    outcome: str


def timeline(
    registry: Registry,
    number: str,
    form_of: Callable[[str], Form | None],
    title_of: Callable[[str, str], str],
    choice_label: Callable[[str, str, str], str],
) -> list[Entry]:
    """What was recorded with a household, newest first, without its registration.

    Nothing of forms of the screening family or of forms that are nowhere to be found, nothing declined, and no answer that
    is restricted. choice_label: the words of a form's, question's and choice's name.
    """
    found = [
        Entry(visit.record, visit.on, title_of(VISIT, ""), choice_label(VISIT, _OUTCOME, visit.outcome))
        for visit in registry.visits.get(number, ())
        if visit.outcome != _DECLINED
    ]
    for deed in registry.happenings.deeds.get(number, {}).values():
        form = form_of(deed.form)
        if form is None or form.privacy.family == _SCREENING:
            continue
        said = _words(form, deed.question, deed.outcome, choice_label) if deed.question else ""
        found.append(Entry(deed.record, deed.on, title_of(form.id, form.title), said))
    return sorted(found, key=lambda each: (each.on, each.record), reverse=True)


def _words(form: Form, name: str, value: str, choice_label: Callable[[str, str, str], str]) -> str:
    """What came of it in words; what a form works out by itself is called as it is for visits."""
    question = form.find(name)
    if question.bind.tier in RESTRICTED:
        return ""
    if isinstance(question, Question) and question.is_select:
        return choice_label(form.id, name, value)
    return choice_label(VISIT, _OUTCOME, value) if name == _OUTCOME else ""
