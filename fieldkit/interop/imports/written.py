"""Cells as answers: choices by value or by label, and what stands for a missing answer."""

from __future__ import annotations

from collections.abc import Mapping

from fieldkit.xforms import Form, Question
from fieldkit.xforms.answers import Answer
from fieldkit.xforms.definition import Item
from fieldkit.xforms.lists import ChoiceReader
from fieldkit.xforms.missing import Missing

NOT_ASKED = frozenset({"n/a", "N/A"})
"""What Kobo writes where a question was not asked."""
CODES: Mapping[str, str] = {each.value: each.value for each in Missing}


class Written:
    """Reads the cells of one form. codes: text → missing answer, as whoever imports says."""

    def __init__(self, form: Form, codes: Mapping[str, str]) -> None:
        self._form = form
        self._codes = codes
        self._reader = ChoiceReader(form, form.lists.document)
        self._labels: dict[str, tuple[Mapping[str, str], Mapping[str, Missing]]] = {}

    def answer(self, item: Item, text: str | tuple[str, ...]) -> Answer:
        """What a cell answers, "" for nothing; or what several do, each with a choice. What it cannot be stays as it is, to be told
        by the form's rules.
        """
        if isinstance(text, tuple):
            values, missing = self._choices(item) if isinstance(item, Question) else ({}, {})
            given = [values.get(each, each) for each in text]
            return (
                {"missing": missing[given[0]].value}
                if len(given) == 1 and given[0] in missing
                else " ".join(given)
            )
        if not isinstance(item, Question):
            return text
        values, missing = self._choices(item) if item.is_select else ({}, {})
        if text in missing:
            return {"missing": missing[text].value}
        if text in values.values():
            return text
        if text in self._codes:
            return {"missing": self._codes[text]}
        if text in NOT_ASKED:
            return ""
        if item.is_select:
            return self._chosen(item, text, values, missing)
        if item.control == "trigger" and text.lower() in {"ok", "true", "1", "yes"}:
            return "OK"
        return text

    def _chosen(
        self, item: Question, text: str, values: Mapping[str, str], missing: Mapping[str, Missing]
    ) -> Answer:
        value = values.get(text)
        if value is not None:
            return {"missing": missing[value].value} if value in missing else value
        parts = text.split()
        if item.control != "select1" and parts and all(part in values for part in parts):
            return " ".join(values[part] for part in parts)
        return text

    def _choices(self, item: Question) -> tuple[Mapping[str, str], Mapping[str, Missing]]:
        """Label → value of what a question offers, where a label means one value alone; and what of it is a missing answer."""
        if item.path not in self._labels:
            found: dict[str, set[str]] = {}
            for language in self._form.languages or (self._form.default_language,):
                for value, label in self._reader.words_of(item, language).items():
                    found.setdefault(label, set()).add(value)
                    found.setdefault(value, set()).add(value)
            missing = self._reader.missing_values(item.itemset) if item.itemset is not None else {}
            labels = {label: next(iter(those)) for label, those in found.items() if len(those) == 1}
            self._labels[item.path] = labels, missing
        return self._labels[item.path]
