"""What Home says where there is nothing to list, and how to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldkit import commands as c
from fieldkit.i18n import _

if TYPE_CHECKING:
    from fieldkit.session.session import Session


def not_found(text: str) -> str:
    """That no household was found by what was typed."""
    from fieldkit.fieldwork.search import is_miscopied

    if is_miscopied(text):
        return _(
            "No household has the number {text}: its last digit does not fit. Check the digits.",
            text=text,
        )
    return _(
        "No household matches “{text}”. {key} registers a new one.",
        text=text,
        key=c.NEW_HOUSEHOLD.key_names,
    )


def unknown_to_offices(session: Session) -> list[str]:
    """What to do before any stick can carry something; nothing once an office knows the laptop."""
    if session.enrolling.standing is not None:
        return []
    keys = {"key": c.ENROL.key_names, "palette": c.PALETTE.key_names}
    return [
        _("No office knows this laptop yet. {key}, or {palette} and the word, leads to enrolment.", **keys)
    ]
