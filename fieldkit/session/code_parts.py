"""A code in digits that comes in parts: scanned, typed, or read aloud group by group."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fieldkit.i18n import _
from sync import Scan, SyncError

_FEWEST_DIGITS = 13
"""Digits of the shortest code; what is shorter is a name."""

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a line of a code. whole: all of it, once nothing is missing.

    groups: how many groups were heard of a part that is being read aloud. anew: the part was of another code than those
    before, which are forgotten.
    """

    whole: Scan | None
    groups: int = 0
    read: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()
    anew: bool = False


NOTHING_HEARD = Heard(None)


class CodeParts:
    """What has been heard so far."""

    def __init__(self) -> None:
        self._scan = Scan()

    def takes(self, typed: str) -> bool:
        """Whether a line is meant as a part of a code and not as the name of a file."""
        return are_digits(typed) or bool(self._scan.groups and "".join(typed.split()).isdigit())

    def add(self, line: str) -> Heard:
        """Take a line. Raises SyncError("digits.…")."""
        anew = False
        try:
            self._scan.add(line)
        except SyncError as error:
            if error.code != "digits.other-code":
                raise
            self._scan, anew = Scan([line]), True
        scan = self._scan
        if not scan.complete:
            return Heard(None, scan.groups, scan.read, scan.missing, anew)
        self.forget()
        return Heard(scan, anew=anew)

    def forget(self) -> None:
        """Begin with the first part again."""
        self._scan = Scan()


def are_digits(typed: str) -> bool:
    """Whether a line is meant as digits and not as the name of a file: most of it is digits, and no file has its name.

    A letter that an input method left among them makes it no name.
    """
    text = typed.strip()
    digits = sum(sign.isdigit() for sign in text)
    if digits < _FEWEST_DIGITS or 2 * digits < len(text) or any(sign in text for sign in "/\\."):
        return False
    return len(text) > _LONGEST_NAME or not Path(text).exists()


def still_missing(heard: Heard) -> str:
    """How to go on with a code of which parts are missing."""
    said = [_("This is another code; the parts of the one before are forgotten.")] if heard.anew else []
    if heard.groups:
        said.append(_("Go on with group {number}.", number=heard.groups + 1))
    elif heard.missing:
        said.append(
            _(
                "Parts read: {read}. Still missing: {missing}, in any order.",
                read=", ".join(map(str, heard.read)),
                missing=", ".join(map(str, heard.missing)),
            )
        )
    return " ".join(said)
