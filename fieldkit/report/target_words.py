"""A target, what was done for it and how it stands, in words: of a service, never of anybody; nobody is behind."""

from __future__ import annotations

from fieldkit.fieldwork.targets import Progress, Standing
from fieldkit.i18n import N_, _
from fieldkit.privacy.suppression import SMALL

_STANDS = {
    Standing.REACHED: N_("reached"),
    Standing.ON_COURSE: N_("on course"),
    Standing.NEEDS_SUPPORT: N_("needs support"),
}


def amount_words(number: float, unit: str) -> str:
    """A number in the unit of a target."""
    match unit:
        case "percent":
            return f"{round(number, 1):g}%"
        case "days":
            return _("{number} {number:day|days}", number=f"{number:.4g}")
        case "yuan":
            return f"¥{number:.2f}"
        case _:
            return f"{number:.4g}"


def done_words(each: Progress) -> str:
    """What was done; a small count is not told."""
    if each.is_hidden:
        return SMALL
    return _("nothing due yet") if each.done is None else amount_words(each.done, each.unit)


def standing_words(each: Progress) -> str:
    """How it stands; "" where that cannot be said."""
    return _(_STANDS[each.standing]) if each.standing else ""
