"""What a code means that was read, and which question takes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fieldkit.datatypes.numbers import parse_household, parse_participant
from fieldkit.datatypes.refused import RefusedError
from fieldkit.xforms import FormEntry, Question

AGAIN = 1.5
"""Seconds in which the same code is read once only."""
Kind = Literal["household", "participant", ""]
_KINDS: dict[int, tuple[Kind, str]] = {17: ("household", "hh_id"), 11: ("participant", "pid")}
"""By the number of digits: what is numbered so, and what forms call the question for it."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A code that was read: what its number is of, "" for nothing of ours; `fault` is the code of the refusal where it
    is no such number, "" where it is one.
    """

    digits: str
    kind: Kind
    fault: str = ""


def understood(digits: str) -> Scan:
    """What the digits of a code mean."""
    kind, _question = _KINDS.get(len(digits), ("", ""))
    if not kind:
        return Scan(digits, "", "scan.unknown")
    try:
        (parse_household if kind == "household" else parse_participant)(digits)
    except RefusedError as refused:
        return Scan(digits, kind, refused.code)
    return Scan(digits, kind)


class Repeats:
    """Knows a code that is read again at once, because it lies before the scanner still."""

    def __init__(self) -> None:
        self._code, self._at = "", 0.0

    def same(self, code: str, at: float) -> bool:
        """Whether this is the code that was read less than `AGAIN` seconds ago. If not, it is remembered."""
        if code == self._code and at - self._at < AGAIN:
            return True
        self._code, self._at = code, at
        return False


def wanted_by(entry: FormEntry, path: str, scan: Scan) -> bool:
    """Whether a question takes what was read: any code where a barcode is asked for, else a number without fault of the
    kind that its check or its name asks for.
    """
    item = entry.item(path)
    if not isinstance(item, Question) or entry.is_readonly(path):
        return False
    if item.bind.type == "barcode":
        return True
    if scan.fault:
        return False
    _kind, name = _KINDS[len(scan.digits)]
    return item.bind.check == f"{scan.kind}-number" or item.name == name


def is_offered(entry: FormEntry, path: str, number: str) -> bool:
    """Whether a question lets the number be its answer: one with choices has to offer it."""
    item = entry.item(path)
    if not isinstance(item, Question) or item.itemset is None:
        return True
    return any(choice.value == number for choice in entry.find_choices(path, number, 2))
