"""Finding a choice in a long list by what is typed: part of its code or label, or the pinyin or initials of a label."""

from __future__ import annotations

from fieldkit.fieldwork.names import search_keys
from fieldkit.xforms import Choice, FormEntry

_MOST = 5_000
"""Beyond that many choices, reading labels as pinyin would take too long for a key."""


class ChoiceFinder:
    """Searches the choices that a question offers now."""

    def __init__(self, entry: FormEntry, path: str) -> None:
        self._entry = entry
        self._path = path

    def find(self, typed: str, limit: int) -> list[Choice]:
        """The first `limit` choices that match: those by code or label first, then those by the sound of a label."""
        found = self._entry.find_choices(self._path, typed, limit)
        wanted = typed.lower().replace(" ", "")
        if len(found) >= limit or not (wanted.isascii() and wanted.isalpha()):
            return found
        offered = self._entry.choices(self._path)
        if len(offered) > _MOST:
            return found
        known = {choice.value for choice in found}
        sounding = (
            choice
            for choice in offered
            if choice.value not in known
            and not choice.label.isascii()
            and any(key.startswith(wanted) for key in search_keys(choice.label)[1:])
        )
        return [*found, *(choice for choice, _ in zip(sounding, range(limit - len(found)), strict=False))]
