"""The villages and communities of the township: the division list that ships with the forms, as data."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Place:
    """A village or community: its 12-digit division code, and its name by language code."""

    code: str
    names: Mapping[str, str]

    def name(self, language: str) -> str:
        """Its name in a language, else in Chinese."""
        return self.names.get(language) or self.names.get("zh") or self.code


@lru_cache(maxsize=1)
def places() -> Sequence[Place]:
    """Every place, in the order of the codes."""
    text = resources.files("forms").joinpath("divisions.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    found = (Place(row["name"], {"zh": row["label"], "en": row["label::English (en)"]}) for row in rows)
    return tuple(sorted(found, key=lambda place: place.code))
