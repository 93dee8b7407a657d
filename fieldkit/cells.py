"""Text measured in terminal cells: a Han character takes two (Unicode Standard Annex 11)."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

_OPENING = "（「『【《〈〔［｛“‘"
_CLOSING = "、。，．：；？！）」』】》〉〕］｝”’…—·％%℃々"
_UNBROKEN = re.compile(
    rf"\s+|[{_OPENING}]*(?:[^\s\u2e80-\U0010ffff{_OPENING}]+|[\u2e80-\U0010ffff])[{_CLOSING}]*|."
)
"""Where a line may break: at blanks, and beside any character of the East Asian blocks, but neither behind a sign that opens nor
before one that closes."""

_STEERING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
"""Controls, marks of direction, halves of letters, and what is no letter; the end of a line is none of these."""


def width(text: str) -> int:
    """How many cells a text takes; marks that combine with the letter before them take none."""
    return sum(_width(letter) for letter in text)


def _width(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def left(text: str, cells: int) -> str:
    """The text at the left of so many cells."""
    return text + " " * (cells - width(text))


def right(text: str, cells: int) -> str:
    """The text at the right of so many cells."""
    return " " * (cells - width(text)) + text


def centred(text: str, cells: int) -> str:
    """The text in the middle of so many cells, without blanks behind it."""
    return " " * ((cells - width(text)) // 2) + text


def clipped(text: str, cells: int) -> str:
    """The text, cut to so many cells and ended with `..` where it is longer."""
    if width(text) <= cells:
        return text
    while width(text) > cells - 2:
        text = text[:-1]
    return text + ".."


def wrapped(text: str, cells: int) -> list[str]:
    """The text in lines of at most so many cells; a single longer word stands alone."""
    return joined(_UNBROKEN.findall(text), cells, between="")


def fitted(text: str, cells: int) -> list[str]:
    """As `wrapped`, with longer words cut, and its own lines kept; "" is one line. cells: at least 2."""
    found = []
    for line in text.split("\n"):
        places = breaks(line, cells)
        found += [line[a:b].rstrip() for a, b in pairwise([0, *places, len(line)])]
    return found


def breaks(line: str, cells: int, hanging: int = 0) -> list[int]:
    """The places at which a line is broken, so that each part takes at most so many cells, blanks at its end aside.

    It is broken where `wrapped` breaks it, and inside a word only where that is longer than a line. cells: at least 2.
    hanging: how many cells less there are from the second part on.
    """
    found: list[int] = []
    place, room = 0, cells
    for part in _UNBROKEN.findall(line):
        if room < cells - hanging * bool(found) and width(part.rstrip()) > room:
            found.append(place)
            room = cells - hanging
        for letter in part:
            if not letter.isspace() and _width(letter) > room:
                found.append(place)
                room = cells - hanging
            room -= _width(letter)
            place += 1
    return found


def printable(text: str) -> str:
    """The text without anything that would steer a terminal or that a file cannot hold; its lines stay."""
    return _STEERING.sub("?", text)


def one_line(text: str) -> str:
    """As `printable`, with blanks for the ends of lines."""
    return printable(text).replace("\n", " ")


def joined(parts: list[str], cells: int, *, between: str) -> list[str]:
    """Parts put side by side, in as few lines of at most so many cells as keep each part whole."""
    lines: list[str] = []
    for part in parts:
        longer = lines[-1] + between + part if lines else part
        if lines and width(longer.rstrip()) <= cells:
            lines[-1] = longer
        else:
            lines.append(part.lstrip() if lines else part)
    return [line.rstrip() for line in lines]
