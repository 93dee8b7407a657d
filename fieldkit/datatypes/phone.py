"""Telephone numbers of China: mobile numbers of eleven digits and landline numbers with their area code (numbering plan of
the Ministry of Industry and Information Technology, 电信网编号计划, 2017).
"""

from __future__ import annotations

import re

from fieldkit.datatypes.refused import RefusedError
from fieldkit.datatypes.typed import Found, folded, folded_in_place

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_INVENTED = re.compile(r"100000[0-9]{5}")
_LANDLINE = re.compile(r"(0(?:10|2[0-9]|[3-9][0-9]{2}))-?([0-9]{7,8})")
_COUNTRY = re.compile(r"^(?:\+|00)86")
_IN_TEXT = re.compile(
    r"(?<![0-9])(?:(?:\+|00)86[ -]?|86[ -])?"
    r"(1(?:[ -]?[3-9](?:[ -]?[0-9]){9}|(?:[ -]?0){5}(?:[ -]?[0-9]){5})"
    r"|\(?0?(?:10|2[0-9]|[3-9][0-9]{2})\)?[ -]?[0-9]{3,4}[ -]?[0-9]{4})(?![0-9A-Za-z])"
)


def normal(text: str) -> str:
    """The signs a number is kept in: ASCII digits without China's code; a landline as 0713-6150000."""
    digits = re.sub(r"[-()]", "", folded(text))
    inside = _COUNTRY.sub("", digits, count=1)
    if inside != digits and _LANDLINE.fullmatch(f"0{inside}"):  # from abroad an area code has no 0
        inside = f"0{inside}"
    landline = _LANDLINE.fullmatch(inside)
    return f"{landline[1]}-{landline[2]}" if landline else inside


def mobile(text: str, *, demo: bool = False) -> str:
    """The normal form of a mobile number; `demo` takes invented ones, 100000 and five digits.

    Raises RefusedError: "mobile.signs", "mobile.length", "mobile.beginning", "mobile.landline".
    """
    number = normal(text)
    if _MOBILE.fullmatch(number) or (demo and _INVENTED.fullmatch(number)):
        return number
    if _LANDLINE.fullmatch(number):
        raise RefusedError("mobile.landline")
    _refuse_signs(number, "mobile")
    if len(number) != 11:
        raise RefusedError("mobile.length", count=len(number))
    raise RefusedError("mobile.beginning", digits=number[:2])


def phone(text: str, *, demo: bool = False) -> str:
    """The normal form of a mobile number, or of a landline with its area code.

    Raises RefusedError: "phone.signs", "phone.no-area" for a landline alone, "phone.unknown".
    """
    number = normal(text)
    if _LANDLINE.fullmatch(number) or _MOBILE.fullmatch(number) or (demo and _INVENTED.fullmatch(number)):
        return number
    _refuse_signs(number, "phone")
    if re.fullmatch("[2-9][0-9]{6,7}", number):
        raise RefusedError("phone.no-area")
    raise RefusedError("phone.unknown", count=len(number))


def masked(number: str) -> str:
    """A number in its normal form as it may be shown: 138****5678, 0713-****000."""
    area, hyphen, rest = number.partition("-")
    return f"{area}-****{rest[-3:]}" if hyphen else f"{number[:3]}****{number[-4:]}"


def find(text: str) -> list[Found]:
    """Every mobile and landline number in free text, in order, invented ones too: also in full width, with China's code,
    or with spaces and hyphens between groups. A landline counts with its area code only.
    """
    return [
        Found(match.start(), match.end(), normal(match[1]))
        for match in _IN_TEXT.finditer(folded_in_place(text))
    ]


def _refuse_signs(number: str, kind: str) -> None:
    if not re.fullmatch("[0-9]+", number):
        raise RefusedError(f"{kind}.signs")
