"""Flat answers in words: what a form calls each of them, and what was answered, in one language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from fieldkit.i18n import _
from fieldkit.privacy.leaks import is_free_text, masked
from fieldkit.privacy.tiers import RESTRICTED
from fieldkit.wording import missing_text
from fieldkit.xforms import Form, Item, Question, Repeat
from fieldkit.xforms.answers import Answer
from fieldkit.xforms.definition import Label
from fieldkit.xforms.instance import Document
from fieldkit.xforms.lists import ChoiceReader


class Words:
    """Words for the answers of one form; without a form the keys themselves, and everything counts as restricted.

    code: the language. documents: gives a list by name, for the words of choices; default: the form's own.
    newer: the form as it is now; what it calls restricted is.
    """

    def __init__(
        self,
        form: Form | None,
        code: str,
        documents: Callable[[str], Document | None] | None = None,
        newer: Form | None = None,
    ) -> None:
        self.form = form
        self._newer = Words(newer, code) if newer is not None and newer is not form else None
        self._language = form.language_for(code) if form else ""
        self._reader = ChoiceReader(form, documents or form.lists.document) if form else None
        self._choices: dict[str, dict[str, str]] = {}
        self._order = {path: number for number, path in enumerate(form.items)} if form else {}

    def item(self, key: str) -> Item | None:
        """What the form has at a key, None where it has nothing."""
        return self._way(key)[-1][0] if self.form else None

    def label(self, key: str, answers: Mapping[str, Answer] | None = None) -> str:
        """What the form calls the question; in a repeat, which of its rows, as `answers` number them."""
        parts = []
        for item, instance in self._way(key) if self.form else ():
            if isinstance(item, Repeat) and instance:
                number = (answers or {}).get(instance, "")
                parts.append(
                    " ".join(part for part in (self.text(item.label) or item.name, str(number)) if part)
                )
        item = self.item(key)
        if not isinstance(item, Repeat):
            own = self.text(item.label) if item else ""
            parts.append(own or (item.name if item else key))
        return _(", ").join(parts)

    def answer(self, key: str, answer: Answer) -> str:
        """An answer as a person would say it; "" for none."""
        if isinstance(answer, Mapping):
            return missing_text(answer["missing"])
        item = self.item(key)
        if isinstance(item, Question) and item.is_select and answer and self._reader:
            if item.path not in self._choices:
                self._choices[item.path] = self._reader.words_of(item, self._language)
            known = self._choices[item.path]
            chosen = [answer] if item.control == "select1" else answer.split()
            return _(", ").join(known.get(value) or value for value in chosen)
        if isinstance(item, Question) and item.control == "trigger":
            return _("read") if answer else ""
        return masked(answer) if item is not None and is_free_text(item) else answer

    def is_restricted(self, key: str) -> bool:
        """Whether the answer must not be shown in a list; so is what the form does not know."""
        item = self.item(key)
        later = self._newer.item(key) if self._newer else None
        return item is None or item.bind.tier in RESTRICTED or (later or item).bind.tier in RESTRICTED

    def is_asked(self, key: str) -> bool:
        """Whether a person answers it; calculations and metadata are not asked."""
        item = self.item(key)
        return isinstance(item, Question) and bool(item.control) and not item.is_note

    def ordered(self, answers: Mapping[str, Answer], keys: Iterable[str] | None = None) -> list[str]:
        """The keys in the order of the form, rows of repeats in theirs; those it does not know at the end."""
        return sorted(answers if keys is None else keys, key=lambda key: self._place(key, answers))

    def text(self, label: Label | None) -> str:
        """The words of a label; what it fills in from answers is left out."""
        if label is None:
            return ""
        segments = label.segments(self._language)
        return "".join(part if isinstance(part, str) else "…" for part in segments).strip()

    def _place(self, key: str, answers: Mapping[str, Answer]) -> list[tuple[float, float, str]]:
        way: list[tuple[float, float, str]] = []
        for item, instance in self._way(key) if self.form else ():
            row = answers.get(instance, "") if instance else ""
            number = float(row) if isinstance(row, str) and row.isdigit() else 0.0
            order = self._order[item.path] if item else len(self._order)
            way.append((order, number, instance))
        return way or [(0.0, 0.0, key)]

    def _way(self, key: str) -> list[tuple[Item | None, str]]:
        """The items a key goes through, with the key of the instance where one is a repeat."""
        assert self.form is not None
        found: list[tuple[Item | None, str]] = []
        path, done = f"/{self.form.root}", ""
        parts = iter(key.partition("/@")[0].split("/"))
        for part in parts:
            path, done = f"{path}/{part}", f"{done}/{part}" if done else part
            item = self.form.items.get(path)
            if isinstance(item, Repeat):
                done = f"{done}/{next(parts, '')}"
            found.append((item, done if isinstance(item, Repeat) else ""))
            if item is None:
                return [*found[:-1], (None, "")]
        return found
