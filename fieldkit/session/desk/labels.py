"""The words of a form's choices, read once for each language: lists say the same few thousands of times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fieldkit.i18n import language
from fieldkit.xforms import Question
from fieldkit.xforms.lists import ChoiceReader

if TYPE_CHECKING:
    from fieldkit.library import FormLibrary


class Labels:
    """Words for the choices of one form, as it is now."""

    def __init__(self, library: FormLibrary, form: str) -> None:
        self._library = library
        self._form = form
        self._known: dict[tuple[str, str], Mapping[str, str]] = {}

    def all(self, name: str) -> Mapping[str, str]:
        """The choices of a question by its name, in their order: value → words. Raises FieldkitError("form.unknown")."""
        key = name, language()
        if key not in self._known:
            form = self._library.get(self._form)
            question = form.find(name)
            assert isinstance(question, Question)
            reader = ChoiceReader(form, form.lists.document)
            self._known[key] = reader.words_of(question, form.language_for(language()))
        return self._known[key]

    def of(self, name: str, value: str) -> str:
        """The words of one choice, the value where it is none of them any more, "" for ""."""
        return self.all(name).get(value, value) if value else ""
