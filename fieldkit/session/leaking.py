"""What is said of numbers of cards and telephones in free text, while it is typed and when it is given."""

from __future__ import annotations

from collections.abc import Iterator

from fieldkit.i18n import N_, _
from fieldkit.privacy.leaks import is_free_text, leaks
from fieldkit.xforms import FormEntry, Problem, Question
from fieldkit.xforms.definition import Item

_WORDS = {
    "resident-id": N_("This looks like the number of an ID card ({number}). Please take it out."),
    "phone": N_("This looks like a telephone number ({number}). Please take it out."),
}


def leak_words(item: Item, text: str) -> str:
    """What is to be said of the first such number in what is typed, "" for none or where it is meant to be there."""
    found = leaks(text) if is_free_text(item) else []
    return _(_WORDS[found[0].kind], number=found[0].masked) if found else ""


def leak_problems(entry: FormEntry, within: str | None, known: set[str]) -> Iterator[Problem]:
    """A warning for each answer with such a number, of all or `within` a path; not where something is said already
    (`known` paths).
    """
    for path in _texts(entry, within):
        words = leak_words(entry.item(path), entry.value(path)) if path not in known else ""
        if words:
            yield Problem(path, "warning", words)


def _texts(entry: FormEntry, within: str | None) -> Iterator[str]:
    """The paths of free texts that are answered."""
    if within is not None and isinstance(entry.item(within), Question):
        yield within
        return
    for leaf in entry.tree.leaves():
        if leaf.item is not None and leaf.text and leaf.relevant and is_free_text(leaf.item):
            path = entry.tree.path(leaf)
            if within is None or path.startswith(f"{within}/"):
                yield path
