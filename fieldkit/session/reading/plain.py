"""Typed text before anything is made of it: full-width characters, and the refusal that all readers share."""

from __future__ import annotations

import unicodedata

from fieldkit.errors import FieldkitError

_LOOK_ALIKES = str.maketrans("。．‐‑‒–—−﹣", "..-------")


class ReadingError(FieldkitError):
    """What was typed is no answer of the kind asked for; the sentence of its code says what to type instead."""


def plain(text: str) -> str:
    """Full-width characters as ASCII (NFKC), the Chinese full stop as a dot, any dash as a minus, no space around."""
    return unicodedata.normalize("NFKC", text).translate(_LOOK_ALIKES).strip()
