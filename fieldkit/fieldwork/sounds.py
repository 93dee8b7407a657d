"""Which sounds people of the area do not tell apart: `local_sounds.csv`, as one fold for names and for what is typed.

Two spellings that a listener may confuse fold to the same letters. The fold works on letters run together, as they are
typed, so that it needs no syllables: whatever is typed up to here folds to the beginning of what the whole folds to, but
for a u whose next letter is still to come.
"""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from importlib import resources


@lru_cache(maxsize=1)
def _rules() -> tuple[tuple[re.Pattern[str], str], ...]:
    text = resources.files("forms").joinpath("local_sounds.csv").read_text(encoding="utf-8-sig")
    return tuple((re.compile(row["heard"]), row["as"]) for row in csv.DictReader(text.splitlines()))


@lru_cache(maxsize=1)
def _letters() -> dict[int, str]:
    """The rules for a single letter, which hold for initials too."""
    return {ord(rule.pattern): new for rule, new in _rules() if len(rule.pattern) == 1}


@lru_cache(maxsize=32768)
def near(letters: str) -> str:
    """Pinyin, run together or the beginning of it, without the differences that local speech does not make."""
    for rule, new in _rules():
        letters = rule.sub(new, letters)
    return letters


def near_initials(letters: str) -> str:
    """The same for initials, each of which stands for a syllable: z is zh as well already."""
    return letters.translate(_letters())
