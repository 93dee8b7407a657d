"""Typed text before a standard looks at it, and the places where something was found in free text."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_DASHES = str.maketrans("‐‑‒–—−﹣", "-------")


@dataclass(frozen=True, slots=True)
class Found:
    """A number found in free text: where it begins and ends there, and its normal form."""

    start: int
    end: int
    number: str


def folded(text: str) -> str:
    """Full-width characters as ASCII (NFKC), any dash as a minus, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split())


def folded_in_place(text: str) -> str:
    """As `folded`, character by character and with its spaces, so that each stays where it is in `text`."""
    signs = (unicodedata.normalize("NFKC", sign).translate(_DASHES) for sign in text)
    return "".join(new if len(new) == 1 else old for old, new in zip(text, signs, strict=True))
