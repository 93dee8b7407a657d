"""Names as people search them: characters, full pinyin, initials; every reading of a surname counts."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources


@lru_cache(maxsize=1)
def surname_readings() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Surname → its readings, the usual one first, each in syllables: `surnames.csv`, where the dictionary's own
    reading is not the one families use, or not the only one.
    """
    text = resources.files("forms").joinpath("surnames.csv").read_text(encoding="utf-8-sig")
    return {
        row["surname"]: tuple(tuple(reading.split("-")) for reading in row["readings"].split())
        for row in csv.DictReader(text.splitlines())
    }


@lru_cache(maxsize=65536)
def search_keys(name: str) -> tuple[str, ...]:
    """What a name is found by: itself, its pinyin run together, its initials; once for each reading.

    Only the head of a name is read as a surname: 王乐 is wangle, whatever 乐 is as a surname.
    """
    from pypinyin import Style, lazy_pinyin

    known = surname_readings()
    surname = next((name[:length] for length in (2, 1) if name[:length] in known), "")
    given = [syllable for syllable in lazy_pinyin(name[len(surname) :], style=Style.NORMAL) if syllable]
    keys = [name]
    for reading in known.get(surname, ((),)):
        syllables = [*reading, *given]
        keys += ["".join(syllables).lower(), "".join(part[0] for part in syllables).lower()]
    return tuple(dict.fromkeys(key for key in keys if key))
