"""What a clerk calls things: laptops by their names, records by what they are of, questions in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fieldkit.exchange import as_record
from fieldkit.i18n import _, language
from fieldkit.privacy.tiers import CONTACT, RESTRICTED
from fieldkit.session.words import Words

if TYPE_CHECKING:
    from fieldkit.office import Office
    from sync import RecordView

_TITLES = {"visit": "Household visit", "household": "Household registration"}
_HIDDEN = CONTACT | RESTRICTED


class OfficeWords:
    """Words for what is in an office."""

    def __init__(self, office: Office) -> None:
        self._library = office.library
        self._laptops = {each.id: each.name for each in office.devices()}
        self._places = {each.code: each for each in office.places()}
        self._words: dict[str, Words] = {}

    def laptop(self, device: str) -> str:
        """A laptop's name."""
        return self._laptops.get(device) or _("a laptop that is not enrolled here ({id})", id=device[:8])

    def record(self, view: RecordView) -> str:
        """What a record is of: form, village, household number."""
        record = as_record(view)
        form = self._library.known(view.form)
        title = _(_TITLES[view.form]) if view.form in _TITLES else (form.title if form else "") or view.form
        village = record.text("village")
        parts = (title, self.place(village) if village in self._places else "", record.text("hh_id"))
        return "  ".join(part for part in parts if part)

    def place(self, code: str) -> str:
        """The name of a village, its code if it is unknown."""
        return self._places[code].name(language()) if code in self._places else code

    def choices(self, form: str, key: str, chosen: str) -> str:
        """What was chosen at a key of a form, in words."""
        return self._of(form).answer(key, chosen)

    def question(self, view: RecordView, path: str) -> str:
        """What its form calls a question."""
        return self._of(view.form).label(path, view.fields)

    def answer(self, view: RecordView, path: str, answer: str | Mapping[str, str]) -> str:
        """An answer in words; one that no list shows is not told."""
        if self.is_hidden(view, path):
            return _("(not shown)")
        return self._of(view.form).answer(path, answer) or _("(nothing)")

    def is_hidden(self, view: RecordView, path: str) -> bool:
        """Whether the answer is of a contact or restricted field, or of none that is known here."""
        words = self._of(view.form)
        item = words.item(path)
        return item is None or words.is_restricted(path) or item.bind.tier in _HIDDEN

    def _of(self, form: str) -> Words:
        if form not in self._words:
            self._words[form] = Words(self._library.known(form), language())
        return self._words[form]
