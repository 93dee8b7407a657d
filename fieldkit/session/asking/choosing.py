"""Choosing by typing: numbers of a list read out, or part of a code or name where the list is long."""

from __future__ import annotations

import re

from fieldkit.errors import FieldkitError
from fieldkit.i18n import _
from fieldkit.session.choosing import ChoiceFinder
from fieldkit.session.reading.plain import plain
from fieldkit.xforms import Choice, FormEntry, Question

LONG = 30
"""From how many choices on a list is searched instead of read out."""
_FOUND = 20
_CODE = 4
"""From how many digits on a number is taken for a code rather than a place in the list."""


class Choosing:
    """The choices of one question while it is asked. `listed` are those that have been read out, by number."""

    def __init__(self, entry: FormEntry, path: str) -> None:
        self.entry = entry
        self.path = path
        item = entry.item(path)
        control = item.control if isinstance(item, Question) else ""
        self.several = control != "select1"
        self.ranked = control == "rank"
        self.offered = entry.choices(path)
        self.long = len(self.offered) > LONG
        self.listed: list[Choice] = [] if self.long else self.offered

    def lines(self) -> list[str]:
        """The choices by number, or how to find one, and how several are given."""
        lines = (
            [
                _(
                    "{count} {count:choice|choices}. Type part of the code or the name to find one.",
                    count=len(self.offered),
                )
            ]
            if self.long
            else self._numbered()
        )
        if not self.offered:
            lines = [_("There is nothing to choose from.")]
        elif self.long and self.several:
            lines.append(_("A number takes a choice, or takes it back; Enter goes on."))
        elif self.ranked:
            lines.append(_("Type the numbers in order, the first first, as 2 1 3."))
        elif self.several:
            lines.append(_("Several may be chosen: type their numbers, as 1 3."))
        return lines

    def pick(self, typed: str) -> list[Choice] | list[str]:
        """The choices typed; or lines to be said, where a search found several, which have numbers from now on.

        Raises FieldkitError("asking.no-choice"), ("asking.no-number"), ("asking.many-choices").
        """
        parts = re.split(r"[\s,;、]+", plain(typed)) if self.several else []
        if len(parts) > 1 and all(part.isdecimal() for part in parts):
            return list(dict.fromkeys(self._one(part) for part in parts))
        exact = self._exact(plain(typed))
        if exact is not None:
            return [exact]
        found = [] if plain(typed).isdecimal() and not self.long else self._search(plain(typed))
        if len(found) == 1:
            return found
        if not found:
            raise self._nothing(typed)
        if not self.long:
            raise FieldkitError(
                "asking.many-choices", text=typed, found=", ".join(each.label for each in found)
            )
        self.listed = found[:_FOUND]
        more = [_("More match; type more of it.")] if len(found) > _FOUND else []
        return [*self._numbered(), *more, _("Type the number of the one meant, or other words.")]

    def place(self, value: str) -> int:
        """Where a value stands in the list."""
        return next((n for n, choice in enumerate(self.offered) if choice.value == value), -1)

    def _numbered(self) -> list[str]:
        return [f"  {number}. {choice.label}" for number, choice in enumerate(self.listed, 1)]

    def _one(self, typed: str) -> Choice:
        found = self._exact(typed)
        if found is None:
            raise self._nothing(typed)
        return found

    def _exact(self, typed: str) -> Choice | None:
        """The choice with a number, else the one with exactly this code or label."""
        if typed.isdecimal() and len(typed) < _CODE:
            number = int(typed)
            return self.listed[number - 1] if 1 <= number <= len(self.listed) else None
        wanted = typed.casefold()
        same = [
            each for each in self.offered if wanted in {each.value.casefold(), plain(each.label).casefold()}
        ]
        return same[0] if len(same) == 1 else None

    def _search(self, typed: str) -> list[Choice]:
        """What holds the words typed, then what its pinyin or initials begin."""
        return ChoiceFinder(self.entry, self.path).find(typed, _FOUND + 1)

    def _nothing(self, typed: str) -> FieldkitError:
        if plain(typed).isdecimal() and self.listed:
            return FieldkitError("asking.no-number", text=typed, count=len(self.listed))
        return FieldkitError("asking.no-choice", text=typed)
