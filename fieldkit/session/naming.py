"""What things of a session are called, for people."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from fieldkit.fieldwork.households import Household, Person
from fieldkit.i18n import _, language
from fieldkit.places import places
from fieldkit.session.offered import TITLES, OfferedForm, offered

if TYPE_CHECKING:
    from fieldkit.exchange import Exchange
    from fieldkit.library import FormLibrary
    from fieldkit.session.interview import Interview
    from fieldkit.xforms import Form


class Naming:
    """Words for what a session holds."""

    exchange: Exchange

    @property
    @abstractmethod
    def library(self) -> FormLibrary:
        """The forms at hand."""

    @abstractmethod
    def household(self, number: str) -> Household | None:
        """A household by its number."""

    def place_name(self, code: str) -> str:
        """The name of a village, its code if it is unknown."""
        return next((place.name(language()) for place in places() if place.code == code), code)

    def form_title(self, form: Form) -> str:
        """What a form is called in the language in use."""
        return self.title_of(form.id, form.title)

    def other_forms(self) -> list[OfferedForm]:
        """Forms that can be begun by themselves, those of a family together; faulty ones are left out."""
        return offered(self.library, self.form_title)

    def title_of(self, form_id: str, title: str) -> str:
        """What a form is called, by its id; forms that people brought keep their own title."""
        return _(TITLES[form_id]) if form_id in TITLES else title or form_id

    def choice_label(self, form_id: str, name: str, value: str) -> str:
        """The words of a choice of a shipped form."""
        from fieldkit.xforms import Question
        from fieldkit.xforms.lists import ChoiceReader

        form = self.library.get(form_id)
        question = form.find(name)
        assert isinstance(question, Question)
        reader = ChoiceReader(form, form.lists.document)
        return reader.words_of(question, form.language_for(language())).get(value, value)

    def person_words(self, person: Person) -> str:
        """A member in one line: name, relation, sex, year of birth."""
        relation = self.choice_label("household", "rel", person.relation) if person.relation else ""
        sex = self.choice_label("household", "sex", person.sex) if person.sex else ""
        return "  ".join(part for part in (person.name, relation, sex, person.birth_year) if part)

    def about(self, interview: Interview) -> str:
        """Whom an interview is about: the head's name and the village; and whether it is a correction."""
        kind = _("Correction") if interview.amends is not None else ""
        return "  ".join(part for part in (kind, self._whom(interview) or interview.about) if part)

    def _whom(self, interview: Interview) -> str:
        entry = interview.entry
        try:
            number = entry.value(entry.form.find("hh_id").path)
        except LookupError:
            return ""
        household = self.household(number)
        return f"{household.head}  {self.place_name(household.village)}" if household else ""

    def record_title(self, record_id: str) -> str:
        """What a record is of, its day, and whom it is about."""
        record = self.exchange.record(record_id)
        if record is None:
            return record_id
        form = None if record.form in TITLES else self.library.known(record.form)
        title = self.title_of(record.form, form.title if form else "")
        household = self.household(record.text("hh_id"))
        about = f"{household.head}  {self.place_name(household.village)}" if household else ""
        day = record.text("date") or record.made_on.isoformat()
        return "  ".join(part for part in (title, day, about) if part)
