"""The forms that can be begun by themselves, as a person looks for them: by what they are for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldkit.fieldwork.assigning import ASSIGNMENT
from fieldkit.fieldwork.households import HOUSEHOLD, VISIT
from fieldkit.fieldwork.same_person import SAME_PERSON
from fieldkit.fieldwork.samples import SAMPLE
from fieldkit.i18n import N_, _

if TYPE_CHECKING:
    from fieldkit.library import FormLibrary
    from fieldkit.xforms import Form

FAMILIES = {
    "household": N_("Households and consent"),
    "migrant": N_("People who work elsewhere"),
    "screening": N_("Screening"),
    "outreach": N_("Health education and events"),
    "service": N_("Services and service points"),
    "benefit": N_("Benefits and payments"),
    "quality": N_("Back-checks"),
    "office": N_("Meetings, issues and targets"),
}
"""What the shipped families (`fk:family`) are called, in the order they are offered; other forms come after them."""

TITLES = {
    "visit": N_("Household visit"),
    "household": N_("Household registration"),
    "same_person": N_("Registered twice?"),
    "consent": N_("Consent"),
    "migrant": N_("Services for people who work elsewhere"),
    "scr_event": N_("Screening day"),
    "scr_participant": N_("Screening: registration"),
    "scr_cervix": N_("Screening: cervix"),
    "scr_breast": N_("Screening: breast"),
    "scr_follow": N_("Screening: follow-up"),
    "edu_event": N_("Health education event"),
    "quiz": N_("Health quiz, without names"),
    "service_point": N_("Service point"),
    "benefit": N_("Benefits and payments"),
    "request": N_("One-stop service"),
    "backcheck": N_("Back-check"),
    "sample": N_("Sample of back-checks"),
    "log": N_("Meetings, training, liaison, self-checks"),
    "issue": N_("Village issue"),
    "three_day": N_("Three days: support needed"),
    "target": N_("Target"),
    "assignment": N_("Households given out"),
}
"""What the shipped forms are called, by their ids; forms that people brought keep their own title."""


_ELSEWHERE = frozenset({HOUSEHOLD, VISIT, SAME_PERSON, ASSIGNMENT, SAMPLE})


@dataclass(frozen=True, slots=True)
class OfferedForm:
    """A form to begin: the name the library knows it by, its title and version, and what its family is called."""

    name: str
    title: str
    version: str
    family: str


def offered(library: FormLibrary, title_of: Callable[[Form], str]) -> list[OfferedForm]:
    """The forms that can be begun by themselves; registering, visiting, deciding about doubles, giving households out, and drawing
    samples have their own place.
    """
    order = list(FAMILIES)
    found = []
    for file in library.files():
        form = library.known(file.id) if file.id not in _ELSEWHERE else None
        if form is not None:
            family = form.privacy.family
            place = order.index(family) if family in FAMILIES else len(order)
            words = _(FAMILIES[family]) if family in FAMILIES else _("Other forms")
            found.append((place, file.id, OfferedForm(file.id, title_of(form), form.version, words)))
    return [each for _place, _name, each in sorted(found, key=lambda row: row[:2])]
