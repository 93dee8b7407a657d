"""Why an answer is missing in an export: the form's own missing answers, and what an export adds to them."""

from __future__ import annotations

from collections.abc import Mapping

from fieldkit.i18n import N_, _
from fieldkit.xforms.missing import Missing

CONFLICT = "conflict"
UNREAD = "unread"
SMALL = "small"

REASONS: Mapping[str, str] = {
    Missing.DK.value: N_("Don't know"),
    Missing.DECLINED.value: N_("Declined"),
    Missing.PNS.value: N_("Prefer not to say"),
    Missing.NA.value: N_("Not applicable"),
    CONFLICT: N_("Several answers; somebody has yet to decide"),
    UNREAD: N_("Recorded otherwise than the question asks"),
    SMALL: N_("Not shown: few people"),
}
"""Each code and its words, in English, for translation. Their order is that of Stata's .a, .b … and of the codes in SPSS."""

LETTERS: Mapping[str, str] = dict(zip(REASONS, "abcdefs", strict=True))
"""Stata's extended missing values."""
NUMBERS: Mapping[str, int] = {code: -999_999_991 - place for place, code in enumerate(REASONS)}
"""What stands in SPSS, declared as missing: no answer of a person is that small."""


def reason_words() -> dict[str, str]:
    """The codes with their words in the language in use."""
    return {code: _(words) for code, words in REASONS.items()}
