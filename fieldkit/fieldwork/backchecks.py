"""What may be asked again of a record, and what its answers look like beside the ones of today."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_DAY = re.compile(r"\d{4}-(\d\d)-(\d\d)")

Row = Mapping[str, str]
"""A row of the list `backcheck_fields`: name, form, type, tolerance, codes."""


def fields_for(rows: Iterable[Row], form: str) -> list[Row]:
    """The questions of a form that may be asked again."""
    return [row for row in rows if row["form"] == form]


def as_typed(row: Row, answer: str) -> str:
    """An answer of a record as somebody types it who is asked again: the digit of its option; of a day month and day.

    "" for an answer that the options do not have, which cannot be compared.
    """
    codes = row["codes"].split()
    if codes:
        return str(codes.index(answer) + 1) if answer in codes else ""
    day = _DAY.fullmatch(answer)
    return f"{int(day[1])}{day[2]}" if day else answer
