"""The standards that a form may ask an answer to follow, by the names they have in the column `fk:check`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from fieldkit.datatypes import division, lunar_words, money, numbers, phone, resident_id
from fieldkit.datatypes.refused import RefusedError

_TEXT = frozenset({"", "string", "barcode"})


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a check may depend on beside the text: the day, and whether invented numbers are taken (`demo`)."""

    today: date
    demo: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """A standard. `read` gives the normal form of a text or raises RefusedError; `types` are the bind types whose
    answers may follow it.
    """

    read: Callable[[str, Circumstances], str]
    types: frozenset[str] = _TEXT

    def normalise(self, text: str, where: Circumstances) -> str:
        """What is kept of a text: its normal form, or the text as it is where it has none."""
        try:
            return self.read(text, where)
        except RefusedError:
            return text

    def refuse(self, text: str, where: Circumstances) -> RefusedError | None:
        """Why a text does not follow the standard, None where it does."""
        try:
            self.read(text, where)
        except RefusedError as refused:
            return refused
        return None


def _lunar(text: str, where: Circumstances) -> str:
    return lunar_words.definite(lunar_words.read_day(text, where.today))


CHECKS: Mapping[str, Check] = {
    "resident-id": Check(lambda text, where: resident_id.parse(text, where.today, demo=where.demo)),
    "mobile": Check(lambda text, where: phone.mobile(text, demo=where.demo)),
    "phone": Check(lambda text, where: phone.phone(text, demo=where.demo)),
    "division-code": Check(lambda text, where: division.parse(text, division.VILLAGE, demo=where.demo)),
    "division-county": Check(lambda text, where: division.parse(text, division.COUNTY, demo=where.demo)),
    "household-number": Check(lambda text, _where: numbers.parse_household(text)),
    "participant-number": Check(lambda text, _where: numbers.parse_participant(text)),
    "lunar-date": Check(_lunar),
    "money": Check(lambda text, _where: money.parse(text), _TEXT | {"decimal"}),
}
