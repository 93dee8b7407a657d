"""Answers that follow a standard (`fk:check`) and whose kind alone would not be read that way. Each reader gives the normal
form or raises ReadingError.
"""

from __future__ import annotations

from datetime import date

from fieldkit.datatypes import lunar_words, money
from fieldkit.datatypes.lunar import to_solar
from fieldkit.datatypes.refused import RefusedError
from fieldkit.session.reading.plain import ReadingError


def read_money(text: str) -> str:
    """An amount in yuan, as `money.parse` takes it."""
    try:
        return money.parse(text)
    except RefusedError as refused:
        raise ReadingError(refused.code, **refused.params) from refused


def read_lunar_words(text: str, today: date) -> str:
    """A day of the lunar calendar in words that mean no other day: 1984年冬月廿九."""
    try:
        return lunar_words.definite(lunar_words.read_day(text, today))
    except RefusedError as refused:
        raise ReadingError(refused.code, **refused.params) from refused


def day_of(words: str) -> date | None:
    """The usual date of definite words of the lunar calendar; None for any other text."""
    try:
        lunar = lunar_words.read_day(words, date.min)
    except RefusedError:
        return None
    return to_solar(lunar) if lunar_words.definite(lunar) == words else None
