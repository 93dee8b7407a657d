"""The words of a form where people meet them."""

from __future__ import annotations

from collections.abc import Iterator

from fieldkit.xforms import Form, Question
from fieldkit.xforms.definition import Item, Label
from fieldkit.xforms.lists.choices import list_name
from fieldkit.xforms.missing import Missing


def said(label: Label | None) -> str:
    """A label in all its languages, without the answers that stand in it."""
    texts = label.texts.values() if label else ()
    return "\n".join("".join(part for part in text if isinstance(part, str)) for text in texts)


def choices_of(form: Form, item: Item) -> list[tuple[str, str, Missing | None]]:
    """The choices of a question whose list stands in the form itself: value, words, the missing answer it stands for."""
    if not isinstance(item, Question):
        return []
    if item.itemset is None:
        return [(choice.value, said(choice.label), None) for choice in item.choices]
    instance = form.instances.get(list_name(item.itemset))
    if instance is None or (instance.src and not _is_shipped_list(form, instance.src)):
        return []
    return [
        (row.get("name", ""), _words_of(form, row), _missing(row.get("missing", "")))
        for row in form.lists.rows(instance.id)
    ]


def _is_shipped_list(form: Form, source: str) -> bool:
    media = form.lists.media
    return media is not None and (media / source.rpartition("/")[2]).is_file()


def _words_of(form: Form, row: dict[str, str]) -> str:
    reference = row.get("itextId", "")
    texts = (words.get(reference, ()) for words in form.texts.values()) if reference else ()
    translated = ["".join(part for part in text if isinstance(part, str)) for text in texts]
    return "\n".join([*translated, *(cell for column, cell in row.items() if column.startswith("label"))])


def _missing(code: str) -> Missing | None:
    return Missing(code) if code in {each.value for each in Missing} else None


def asked(form: Form) -> Iterator[Question]:
    """The questions a person answers, in the order of the form; notes are none."""
    for item in form.items.values():
        if isinstance(item, Question) and item.control and not item.is_note:
            yield item
