"""Citizen identification numbers: GB 11643-1999, check digit by ISO 7064 MOD 11-2; provinces by GB/T 2260-2007.

The first six digits are the area of the first registration, which may have another code today: only the province is
looked at. A number of fifteen digits, as issued until 1999, is known too.
"""

from __future__ import annotations

import re
from datetime import date

from fieldkit.datatypes.refused import RefusedError
from fieldkit.datatypes.typed import Found, folded, folded_in_place

PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    ]
)
"""GB/T 2260; 81, 82 and 83 also on residence permits of people from Hong Kong, Macao and Taiwan."""
INVENTED = "99"
"""The province of invented numbers: GB/T 2260 assigns it to nobody."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_OLDEST = 1800
_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_IN_TEXT = re.compile(r"(?<![0-9])(?=([0-9](?:[ -]?[0-9]){16}[ -]?[0-9Xx])(?![0-9A-Za-z]))")


def normal(text: str) -> str:
    """The signs a number is kept in: ASCII digits, no spaces or hyphens, x as X."""
    return folded(text).replace("-", "").upper()


def parse(text: str, today: date, *, demo: bool = False) -> str:
    """The normal form of a number of eighteen signs. `demo` takes those of the province 99, which nobody has.

    Raises RefusedError: "identity.old" for fifteen digits, "identity.length", "identity.signs", "identity.province",
    "identity.no-date", "identity.early-date", "identity.late-date" (the birth is to come), "identity.check".
    """
    number = normal(text)
    if re.fullmatch("[0-9]{15}", number):
        raise RefusedError("identity.old")
    if len(number) != 18:
        raise RefusedError("identity.length", count=len(number))
    if not _NUMBER.fullmatch(number):
        raise RefusedError("identity.signs")
    if number[:2] not in PROVINCES and not (demo and number[:2] == INVENTED):
        raise RefusedError("identity.province", digits=number[:2])
    _refuse_no_birth(number, today)
    if check_digit(number[:17]) != number[17]:
        raise RefusedError("identity.check")
    return number


def check_digit(first: str) -> str:
    """The last sign behind seventeen digits."""
    return _CHECKS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first, strict=True)) % 11]


def birth_date(number: str) -> date:
    """The day of birth a number tells. Raises ValueError where it does not exist."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def sex(number: str) -> str:
    """The sex a number tells, by GB/T 2261.1-2003: "1" male, "2" female."""
    return "1" if int(number[16]) % 2 else "2"


def masked(number: str) -> str:
    """A number as it may be shown: the first four and the last four signs."""
    return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}"


def upgraded(old: str) -> str:
    """The number of eighteen signs that a number of fifteen digits became: 19 before the year, a check digit behind.

    Raises RefusedError("identity.length") or ("identity.no-date").
    """
    number = normal(old)
    if not re.fullmatch("[0-9]{15}", number):
        raise RefusedError("identity.length", count=len(number))
    longer = f"{number[:6]}19{number[6:]}"
    try:
        birth_date(longer)
    except ValueError as error:
        raise RefusedError("identity.no-date", date=_said(longer)) from error
    return longer + check_digit(longer)


def find(text: str) -> list[Found]:
    """Every number in free text, in order: eighteen signs whose check digit fits and whose day of birth exists, also in
    full width or with spaces and hyphens between groups. Invented ones are found too.
    """
    found: list[Found] = []
    for match in _IN_TEXT.finditer(folded_in_place(text)):
        number = normal(match[1])
        end = match.start() + len(match[1])
        if (not found or match.start() >= found[-1].end) and _holds(number):
            found.append(Found(match.start(), end, number))
    return found


def _holds(number: str) -> bool:
    try:
        year = birth_date(number).year
    except ValueError:
        return False
    return year >= _OLDEST and check_digit(number[:17]) == number[17]


def _refuse_no_birth(number: str, today: date) -> None:
    try:
        born = birth_date(number)
    except ValueError as error:
        raise RefusedError("identity.no-date", date=_said(number)) from error
    if born.year < _OLDEST:
        raise RefusedError("identity.early-date", date=_said(number))
    if born > today:
        raise RefusedError("identity.late-date", date=_said(number))


def _said(number: str) -> str:
    return f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
