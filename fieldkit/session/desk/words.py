"""What people at the office call things: laptops by their names, records by what they are of, questions in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fieldkit.exchange import as_record
from fieldkit.i18n import _, language
from fieldkit.office.desks import KEEPER
from fieldkit.office.looks import tier_of
from fieldkit.office.titles import Title
from fieldkit.privacy.tiers import CONTACT, RESTRICTED
from fieldkit.session.desk.retyping import is_worked_out
from fieldkit.session.offered import TITLES
from fieldkit.session.words import Words
from fieldkit.xforms import Repeat
from sync import STATE

if TYPE_CHECKING:
    from fieldkit.office import Office
    from sync import Answer, RecordView


def called(name: str) -> str:
    """Whose desk it is, in words: an office may have been made without a name for whoever keeps it."""
    return _("keeper") if name == KEEPER else name


class OfficeWords:
    """Words for what is in an office. hidden: the tiers of which no answer is told."""

    def __init__(self, office: Office, hidden: frozenset[str] = CONTACT | RESTRICTED) -> None:
        self._hidden = hidden
        self._library = office.library
        self._desks = office.desks()
        self._laptops = {each.id: each.name for each in office.archive.devices()}
        self._places = {each.code: each for each in office.places()}
        self._words: dict[str, Words] = {}

    def laptop(self, device: str) -> str:
        """A laptop's name, or whose desk it is."""
        name = self.enrolled_as(device)
        return called(name) if device in self._desks else name

    def enrolled_as(self, device: str) -> str:
        """The name that a laptop or desk was enrolled with, for programs."""
        return self._laptops.get(device) or _("a laptop that is not enrolled here ({id})", id=device[:8])

    def record(self, view: RecordView) -> str:
        """What a record is of: form, village, household number."""
        record = as_record(view)
        return self.title(Title(view.form, record.text("village"), record.text("hh_id")))

    def title(self, title: Title) -> str:
        """What a record is of, by what lists know of it: form, village, household number, day."""
        village = self.place(title.village) if title.village in self._places else ""
        return "  ".join(
            part for part in (self.form(title.form), village, title.household, title.day) if part
        )

    def form(self, form_id: str) -> str:
        """What a form is called; "" for none."""
        if form_id in TITLES or not form_id:
            return _(TITLES[form_id]) if form_id else ""
        form = self._library.known(form_id)
        return (form.title if form else "") or form_id

    def place(self, code: str) -> str:
        """The name of a village, its code if it is unknown."""
        return self._places[code].name(language()) if code in self._places else code

    def choices(self, form: str, key: str, chosen: str) -> str:
        """What was chosen at a key of a form, in words."""
        return self._of(form).answer(key, chosen)

    def question(self, view: RecordView, path: str) -> str:
        """What its form calls a question; in a repeat, of which row."""
        return self.label(view.form, path, view.fields)

    def label(self, form: str, path: str, answers: Mapping[str, Answer] | None = None) -> str:
        """As `question`; the rows of repeats have the numbers that `answers` give them."""
        if path == STATE:
            return _("Is this record to stay, or was it rightly deleted?")
        return self._of(form).label(path, answers)

    def is_worked_out(self, form: str, path: str) -> bool:
        """Whether a form works the value out of the answers, so that nobody is asked for it."""
        words = self._of(form)
        return path != STATE and is_worked_out(words.form, words.item(path))

    def answer(self, view: RecordView, path: str, answer: str | Mapping[str, str]) -> str:
        """An answer in words; one that no list shows is not told."""
        if self.is_hidden(view, path):
            return _("(not shown)")
        if path == STATE:
            return _("deleted") if answer == "yes" else _("kept, since it was changed")
        if isinstance(self._of(view.form).item(path), Repeat):
            return _("on the list, in place {number}", number=answer) if answer else _("taken off the list")
        return self._of(view.form).answer(path, answer) or _("(nothing)")

    def is_hidden(self, view: RecordView, path: str) -> bool:
        """Whether the answer is of a contact or restricted field, or of none that is known here."""
        if path == STATE:
            return False
        words = self._of(view.form)
        if words.form is None or words.item(path) is None:
            return bool(self._hidden)
        return tier_of(path, words.form) in self._hidden

    def _of(self, form: str) -> Words:
        if form not in self._words:
            self._words[form] = Words(self._library.known(form), language())
        return self._words[form]
