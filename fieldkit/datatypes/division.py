"""Codes of administrative divisions: two digits each for province, prefecture and county (GB/T 2260-2007), three for the
town and three for the village or community (GB/T 10114-2003). The first six or nine alone name a county or a town.
"""

from __future__ import annotations

import re

from fieldkit.datatypes.refused import RefusedError
from fieldkit.datatypes.resident_id import INVENTED, PROVINCES
from fieldkit.datatypes.typed import folded

COUNTY, TOWN, VILLAGE = 6, 9, 12
"""How many digits name a county, a town, a village."""
_UNDIVIDED = frozenset({"4419", "4420", "4604", "6202"})
"""Prefectures without counties (东莞, 中山, 儋州, 嘉峪关): their towns stand below the county digits 00."""
_TOWNS = ((1, 99, "subdistrict"), (100, 199, "town"), (200, 399, "township"), (400, 599, "other-town"))
_VILLAGES = ((1, 199, "community"), (200, 399, "village"), (400, 599, "other-village"))


def normal(text: str) -> str:
    """The signs a code is kept in: ASCII digits, no spaces or hyphens."""
    return folded(text).replace("-", "")


def parse(text: str, length: int, *, demo: bool = False) -> str:
    """The normal form of a code of `length` digits: COUNTY, TOWN or VILLAGE. `demo` takes the province 99.

    Raises RefusedError: "division.signs", "division.length", "division.province", "division.county", "division.town",
    "division.village", each for digits outside the ranges of the standards.
    """
    code = normal(text)
    if not re.fullmatch("[0-9]*", code):
        raise RefusedError("division.signs")
    if len(code) != length:
        raise RefusedError("division.length", count=len(code), length=length)
    if code[:2] not in PROVINCES and not (demo and code[:2] == INVENTED):
        raise RefusedError("division.province", digits=code[:2])
    if code[2:4] == "00" or (code[4:6] == "00" and code[:4] not in _UNDIVIDED):
        raise RefusedError("division.county", digits=code[2:6])
    for start, ranges, part in ((6, _TOWNS, "town"), (9, _VILLAGES, "village")):
        digits = code[start : start + 3]
        if digits and not _kind(digits, ranges):
            raise RefusedError(f"division.{part}", digits=digits)
    return code


def kind_of(code: str) -> str:
    """What a code in its normal form names: "county"; "subdistrict" (街道), "town" (镇), "township" (乡), "other-town" (a
    farm and its like); "community" (居委会), "village" (村委会), "other-village"; "" for what no range holds.
    """
    if len(code) == VILLAGE:
        return _kind(code[9:], _VILLAGES)
    if len(code) == TOWN:
        return _kind(code[6:], _TOWNS)
    return "county" if len(code) == COUNTY else ""


def _kind(digits: str, ranges: tuple[tuple[int, int, str], ...]) -> str:
    return next((kind for first, last, kind in ranges if first <= int(digits) <= last), "")
