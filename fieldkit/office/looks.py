"""Looks at what is in the archive: who may see which tier, and a line in the log for every contact or restricted answer shown.

The log says who looked at which record, when and why; never what was seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldkit.privacy.tiers import CONTACT, RESTRICTED, template_of
from sync import STATE
from sync.events import Event, note, note_each, noted

if TYPE_CHECKING:
    from fieldkit.office.office import Office
    from fieldkit.xforms import Form
    from sync import Answer, RecordView

EVENT = "look"
SENSITIVE = CONTACT | RESTRICTED
UNKNOWN = "R"
"""The tier of an answer to a question that no form at hand has."""


@dataclass(frozen=True, slots=True)
class Look:
    """A record as somebody is shown it. fields, conflicts: what they may see; hidden: paths of what they may not.

    view: the whole record, for deciding about it; never for showing.
    """

    view: RecordView
    fields: Mapping[str, Answer]
    hidden: frozenset[str]
    form: Form | None


def look_at(
    office: Office, record: str, hidden: frozenset[str], *, by: str, device: str, why: str
) -> Look | None:
    """Look at a record without the tiers `hidden`, None where it is not held. by, device: whose desk; why: a word.

    A look that shows an answer of tier C or R is written down before it is shown. Raises SyncError.
    """
    view = office.view(record)
    if view is None:
        return None
    look = seen_by(office, view, hidden)
    shown = tiers_shown(look)
    if shown:
        facts = {"record": record, "form": view.form, "tiers": "".join(sorted(shown)), "by": by, "why": why}
        note(office.archive, EVENT, device, facts, office.now())
    return look


def note_listed(
    office: Office, forms: Mapping[str, str], tier: str, *, by: str, device: str, why: str
) -> None:
    """Write down that somebody is shown of which records something is true that answers of a tier say, before they are shown
    it. forms: record → its form; by, device, why: see `look_at`. Raises SyncError.
    """
    facts = (
        {"record": record, "form": form, "tiers": tier, "by": by, "why": why}
        for record, form in forms.items()
    )
    note_each(office.archive, EVENT, device, facts, office.now())


def seen_by(office: Office, view: RecordView, hidden: frozenset[str]) -> Look:
    """A record without the tiers `hidden`; an answer of a question that no form at hand has counts as restricted."""
    form = form_of(office, view)
    tiers = {path: tier_of(path, form) for path in (*view.fields, *view.conflicts)}
    unseen = frozenset(path for path, tier in tiers.items() if tier in hidden)
    fields = {path: answer for path, answer in view.fields.items() if path not in unseen}
    return Look(view, fields, unseen, form)


def form_of(office: Office, view: RecordView) -> Form | None:
    """The version of the form that a record was made with, else the newest that is at hand; None where none is."""
    return office.library.version(view.form, view.form_hash) or office.library.known(view.form)


def tier_of(path: str, form: Form | None) -> str:
    """The tier of an answer, by its flat path: of its question, or of the narrowest group around it that has one; whether a
    record was deleted is none.
    """
    if path == STATE:
        return "N"
    if form is None:
        return UNKNOWN
    steps = template_of(path, form).split("/")
    for end in range(len(steps), 0, -1):
        item = form.items.get("/".join(["", form.root, *steps[:end]]))
        if item is None and end == len(steps):
            return UNKNOWN
        if item is not None and item.bind.tier:
            return item.bind.tier
    return "N"


def tiers_shown(look: Look) -> frozenset[str]:
    """Which of the tiers C and R a look shows an answer of."""
    shown = {*look.fields, *look.view.conflicts} - look.hidden
    return SENSITIVE & {tier_of(path, look.form) for path in shown}


def looks(office: Office, last: int | None = None) -> list[Event]:
    """The log of looks, oldest first; the `last` so many. Raises SyncError."""
    return noted(office.archive, EVENT, last=last)
