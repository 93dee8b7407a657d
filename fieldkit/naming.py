"""Names for tables and columns that other programs take unquoted: ASCII, lower case, bounded, none of their own words."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

_DIGEST = 8


@dataclass(frozen=True, slots=True)
class Naming:
    """The names that some programs take. longest: so many characters; words: what they keep for themselves."""

    longest: int
    words: Container[str]

    def plain(self, text: str) -> str:
        """Text as a name, of any length: a word of theirs gets a `_` behind it, a leading digit one before it."""
        name = _ascii(text) or "_"
        name = f"_{name}" if name[0].isdigit() else name
        return f"{name}_" if name in self.words else name

    def free(self, steps: Sequence[str], taken: Container[str]) -> str:
        """The shortest name for a path that is not `taken`: its last step, with as many of those above it as it takes.

        Where that is not enough, a digest of the path goes behind it: always the same for the same path.
        """
        for count in range(1, len(steps) + 1):
            name = self.plain("_".join(steps[-count:]))
            if len(name) <= self.longest and name not in taken:
                return name
        return self._with_digest(self.plain(steps[-1]), "/".join(steps))

    def of_choice(self, column: str, value: str, taken: Container[str]) -> str:
        """The name of a choice's own column: `needs__antenatal`."""
        return self.beside(f"{column}__{_ascii(value)}", f"{column}/{value}", taken)

    def beside(self, name: str, of: str, taken: Container[str]) -> str:
        """A name as it is where it is free, else with a digest of what it is of."""
        return name if len(name) <= self.longest and name not in taken else self._with_digest(name, of)

    def _with_digest(self, name: str, of: str) -> str:
        digest = hashlib.sha256(of.encode("utf-8")).hexdigest()[:_DIGEST]
        return f"{name[: self.longest - _DIGEST - 1]}_{digest}"


def _ascii(text: str) -> str:
    """Chinese as pinyin, all else that is not a letter or digit as `_`."""
    if not text.isascii():
        from pypinyin import lazy_pinyin

        text = "_".join(lazy_pinyin(text))
    return re.sub(r"[^a-z0-9_]", "_", text.lower())
