"""The forms that can be begun by themselves, as a person looks for them: by what they are for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fieldkit.fieldwork.registry import HOUSEHOLD, VISIT
from fieldkit.i18n import N_, _
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


@dataclass(frozen=True, slots=True)
class OfferedForm:
    """A form to begin: the name the library knows it by, its title and version, and what its family is called."""

    name: str
    title: str
    version: str
    family: str


def offered(library: FormLibrary, title_of: Callable[[Form], str]) -> list[OfferedForm]:
    """The forms that can be begun by themselves; registering and visiting have their own place on Home."""
    order = list(FAMILIES)
    found = []
    for file in library.files():
        form = library.known(file.id) if file.id not in {HOUSEHOLD, VISIT} else None
        if form is not None:
            family = form.privacy.family
            place = order.index(family) if family in FAMILIES else len(order)
            words = _(FAMILIES[family]) if family in FAMILIES else _("Other forms")
            found.append((place, file.id, OfferedForm(file.id, title_of(form), form.version, words)))
    return [each for _place, _name, each in sorted(found, key=lambda row: row[:2])]
