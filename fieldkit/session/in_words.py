"""Answers as people read them: labels for choices, words for missing answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit.i18n import _
from fieldkit.wording import missing_text
from fieldkit.xforms import FormEntry, Question

if TYPE_CHECKING:
    from fieldkit.session.interview import Interview


def nothing_wrong(interview: Interview) -> str:
    """What to say when nothing stands in the way of finishing: not more than is true."""
    left = len(interview.open_questions())
    if not left:
        return _("Everything is answered.")
    return _(
        "Nothing is missing that must be answered. {count} {count:question has|questions have} no answer.",
        count=left,
    )


def in_words(entry: FormEntry, path: str) -> str:
    """The answer that stands at a question, "" for none."""
    missing = entry.missing(path)
    return f"[{missing_text(missing.value)}]" if missing else value_in_words(entry, path, entry.value(path))


def value_in_words(entry: FormEntry, path: str, value: str) -> str:
    """A value that a question has or had, with the labels of what is offered now."""
    item = entry.item(path)
    if not value or not isinstance(item, Question) or not item.is_select:
        return value
    labels = {choice.value: choice.label for choice in entry.choices(path)}
    chosen = [value] if item.control == "select1" else value.split()
    return _(", ").join(labels.get(each, each) for each in chosen)
