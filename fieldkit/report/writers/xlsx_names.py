"""Names for the sheets of a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fieldkit.cells import one_line

_LONGEST = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_TAKEN = "history"
"""A name that Excel keeps for itself."""


def sheet_names(wanted: Iterable[str]) -> list[str]:
    """A name like each that is wanted, of at most 31 characters, that Excel allows and no other one has."""
    taken, names = {"", _TAKEN}, []
    for text in wanted:
        base = _FORBIDDEN.sub(" ", one_line(text)).strip()
        name, number = _cut(base, _LONGEST), 1
        while name.lower() in taken:
            number += 1
            end = f" {number}"
            name = (_cut(base, _LONGEST - len(end)) + end).strip()
        taken.add(name.lower())
        names.append(name)
    return names


def _cut(text: str, most: int) -> str:
    """The beginning of a text, in so many of the units that Excel counts: characters beyond the first 65,536 are two."""
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore").strip()
