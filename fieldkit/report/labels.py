"""What was chosen, in the words of its form, in the order of the form's list; and the names of villages."""

from __future__ import annotations

from collections.abc import Mapping

from fieldkit.i18n import _, language
from fieldkit.library import FormLibrary
from fieldkit.report.figures import TOWN, Figures
from fieldkit.xforms import Question
from fieldkit.xforms.lists import ChoiceReader


def choices(library: FormLibrary, form_id: str, name: str) -> dict[str, str]:
    """Code → words of everything that a question of a form offers, filters aside; {} where there is no such form or question."""
    form = library.known(form_id)
    items = form.items.values() if form else ()
    question = next((each for each in items if isinstance(each, Question) and each.name == name), None)
    if form is None or question is None:
        return {}
    return ChoiceReader(form, form.lists.document).words_of(question, form.language_for(language()))


def place_names(figures: Figures) -> Mapping[str, str]:
    """Code → name of the township and of its villages, in the order of their codes."""
    return {TOWN: _("Township"), **{place.code: place.name(language()) for place in figures.places}}
