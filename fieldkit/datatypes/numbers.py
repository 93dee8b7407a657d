"""The numbers that this program gives: to households, and to those who take part in a screening. Digits alone, the last
one by Damm's method, so that a slip in copying shows.
"""

from __future__ import annotations

import re
from datetime import date

from fieldkit.datatypes import division
from fieldkit.datatypes.damm import is_valid
from fieldkit.datatypes.refused import RefusedError
from fieldkit.datatypes.typed import folded

_HOUSEHOLD, _PARTICIPANT = 17, 11


def normal(text: str) -> str:
    """The signs a number is kept in: ASCII digits, no spaces or hyphens."""
    return folded(text).replace("-", "")


def parse_household(text: str) -> str:
    """The normal form of a household number: its village's twelve digits, its running number there from 1 to 9999, a
    check digit. Invented villages are as good as others.

    Raises RefusedError: "household.signs", "household.length", "household.check", "household.village",
    "household.running" for the number 0000.
    """
    number = _of_length(text, _HOUSEHOLD, "household")
    try:
        division.parse(number[:12], division.VILLAGE, demo=True)
    except RefusedError as refused:
        raise RefusedError("household.village", digits=number[:12]) from refused
    if number[12:16] == "0000":
        raise RefusedError("household.running")
    return number


def parse_participant(text: str) -> str:
    """The normal form of a participant number: day of registration as yymmdd, the station's digit from 1 to 9, a running
    number of three digits, a check digit.

    Raises RefusedError: "participant.signs", "participant.length", "participant.check", "participant.no-date",
    "participant.station".
    """
    number = _of_length(text, _PARTICIPANT, "participant")
    year, month, day = (int(number[at : at + 2]) for at in (0, 2, 4))
    try:
        date(2000 + year, month, day)
    except ValueError as error:
        raise RefusedError("participant.no-date", date=f"20{year:02}-{month:02}-{day:02}") from error
    if number[6] == "0":
        raise RefusedError("participant.station")
    return number


def _of_length(text: str, length: int, kind: str) -> str:
    number = normal(text)
    if not re.fullmatch("[0-9]*", number):
        raise RefusedError(f"{kind}.signs")
    if len(number) != length:
        raise RefusedError(f"{kind}.length", count=len(number), length=length)
    if not is_valid(number):
        raise RefusedError(f"{kind}.check")
    return number
