"""Words in the person's language. English stands in the code; `locale/` holds the Chinese (gettext).

`_` translates at the moment it is called, so the language can change while a screen is open. Where English says it
otherwise of one than of many, the message holds both: `{count} {count:record was|records were} written`; Chinese needs
the number alone.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from string import Formatter
from threading import local

LANGUAGES = ("zh", "en")
_LOCALE = Path(__file__).parent / "locale"
_PLAIN = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "—": "-", "–": "-", "·": ".", "×": "x", "→": "->"}
)


class _Current:
    """The language in use: one per process, as a person reads one language at a time."""

    code = "zh"
    plain = False


class _Spoken(local):
    """The language of what is written meanwhile on a thread (`speaking`), "" for the one in use."""

    code = ""


_spoken = _Spoken()


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(code: str) -> gettext.NullTranslations:
    return gettext.translation("fieldkit", _LOCALE, languages=[code], fallback=True)


def language() -> str:
    """The language in use: "zh" or "en"."""
    return _spoken.code or _Current.code


def set_language(code: str) -> None:
    """Use a language from now on. Raises ValueError for one there is no catalogue for."""
    if code not in LANGUAGES:
        raise ValueError(code)
    _Current.code = code


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Write in a language meanwhile, on this thread alone: screens stay in the one that is in use.

    Raises ValueError for one there is no catalogue for.
    """
    if code not in LANGUAGES:
        raise ValueError(code)
    before, _spoken.code = _spoken.code, code
    try:
        yield
    finally:
        _spoken.code = before


def set_plain(*, plain: bool) -> None:
    """Whether our own words do without signs that some terminals draw twice as wide as others."""
    _Current.plain = plain


def is_plain() -> bool:
    """Whether words, and whatever else is drawn, keep to signs that every terminal draws alike."""
    return _Current.plain


def preferred_language(remembered: str = "") -> str:
    """The language to begin with: FIELDKIT_LANG, else the one remembered, else Chinese unless the system speaks English."""
    for chosen in (os.environ.get("FIELDKIT_LANG", ""), remembered):
        if chosen in LANGUAGES:
            return chosen
    system = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if system.startswith("en") else "zh"


class _Words(Formatter):
    """Fills in `{name}`, and of `{name:one|many}` the word that fits the number."""

    def format_field(self, value: object, format_spec: str) -> str:
        """A value in words. Raises ValueError for what is neither two words nor a way to write the value."""
        one, bar, many = format_spec.partition("|")
        if not bar:
            return str(super().format_field(value, format_spec))
        return one if str(value) == "1" else many


_WORDS = _Words()


def _(message: str, /, **params: object) -> str:
    """The message in the language in use, with `{name}` and `{name:one|many}` filled in from `params`."""
    code = language()
    text = _catalogue(code).gettext(message) if code != "en" else message
    if _Current.plain and not text.isascii():
        text = text.translate(_PLAIN)
    if not params and "{{" not in text:
        return text
    # Formatter is written in Python and takes three times as long, and lists of thousands of lines are drawn with this.
    return _WORDS.vformat(text, (), params) if "|" in text else text.format_map(params)


def N_(message: str) -> str:  # noqa: N802 - the name gettext's tools know
    """Mark a message for translation where it is only stored; `_` translates it later."""
    return message
