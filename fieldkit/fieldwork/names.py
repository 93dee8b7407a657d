"""Names as people search them: characters, full pinyin, initials; every reading of a surname counts.

Keys begin where a part of a name begins: 曾秀兰 is found by zengxiulan, xiulan, lan, zxl, xl, and not by engxiu.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from fieldkit.fieldwork.sounds import near, near_initials

_BETWEEN = re.compile(r"[^\w]+|_+")
_TOKENS = re.compile(r"[a-z]+|[0-9]+|[^a-z0-9]")
_UMLAUT = ("v", "u", "yu")
"""How ü is typed: as on keyboards, without its dots, as in passports (lv, lu, lyu; nv, nu, nyu)."""


class NameKeys(NamedTuple):
    """What a name is found by; whatever is typed must be the beginning of one of them.

    written: its characters; sounds: pinyin, initials and Latin letters; near, near_initials: those folded by the local
    confusions (`fieldkit.fieldwork.sounds`).
    """

    written: frozenset[str]
    sounds: frozenset[str]
    near: frozenset[str]
    near_initials: frozenset[str]


_NO_KEYS = NameKeys(frozenset(), frozenset(), frozenset(), frozenset())


class Wanted(NamedTuple):
    """What was typed, in the shape of each kind of key; "" where it cannot be of that kind."""

    written: str
    sounds: str
    near: str
    near_initials: str


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
    """A whole name, its pinyin run together, its initials; the last two once for each reading.

    Only the head of a name is read as a surname: 王乐 is wangle, whatever 乐 is as a surname.
    """
    keys = [name]
    for syllables in _readings(name):
        keys += ["".join(syllables), "".join(part[:1] for part in syllables)]
    return tuple(dict.fromkeys(key for key in keys if key))


@lru_cache(maxsize=2048)
def name_keys(name: str) -> NameKeys:
    """All a name is found by, from each of its parts on: characters, syllables, words in Latin letters; the last names are
    kept, as a search asks for those it finds.
    """
    plain = plain_text(name)
    heard = [_heard(tuple(syllables)) for syllables in _readings(name)]
    return NameKeys(
        frozenset(plain[at:] for at in range(len(plain))),
        frozenset().union(*(each.sounds for each in heard)),
        frozenset().union(*(each.near for each in heard)),
        frozenset().union(*(each.near_initials for each in heard)),
    )


@lru_cache(maxsize=8192)
def _heard(syllables: tuple[str, ...]) -> NameKeys:
    """The keys of a name, or of the rest of one, that is read so; those of the rest are kept, as given names recur."""
    rest = _heard(syllables[1:]) if len(syllables) > 1 else _NO_KEYS
    firsts = "".join(part[:1] for part in syllables)
    spelled = {"".join(syllables), syllables[0] + firsts[1:]}
    return NameKeys(
        _NO_KEYS.written,
        rest.sounds | spelled | {firsts},
        rest.near | {near(each) for each in spelled},
        rest.near_initials | {near_initials(firsts)},
    )


def wanted(typed: str) -> Wanted:
    """What somebody typed, as it is looked for: full width, capitals, `·`, spaces and ü are as good as their plain forms.

    Characters are looked for by their sound too, as a name is often known by ear alone. What would be but one letter of
    sound is no near match of anything.
    """
    text = plain_text(typed)
    letters = text if text.isascii() and text.isalpha() else ""
    heard = letters or "".join(_plain_reading(text))
    folded = near(heard) if len(text) > 1 else ""
    folded_initials = near_initials(letters) if len(letters) > 1 else ""
    return Wanted(text, letters, folded if len(folded) > 1 else "", folded_initials)


def is_named(name: str, what: Wanted) -> bool:
    """Whether a name is exactly what is wanted, or begins so at one of its parts."""
    return _begins(name_keys(name).written, what.written) or _begins(name_keys(name).sounds, what.sounds)


def sounds_like(name: str, what: Wanted) -> bool:
    """Whether a name sounds like what is wanted where people speak as `local_sounds.csv` says."""
    keys = name_keys(name)
    return _begins(keys.near, what.near) or _begins(keys.near_initials, what.near_initials)


def plain_text(text: str) -> str:
    """Text without what nobody types alike: width, case, accents, spaces and signs between the parts; ü is v."""
    if text.isascii() and text.isalpha():
        return text.lower()
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    apart = apart.replace("u\u0308", "v").replace("u\u0304\u0308", "v")
    kept = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return _BETWEEN.sub("", kept)


def _begins(keys: Iterable[str], typed: str) -> bool:
    return bool(typed) and any(key.startswith(typed) for key in keys)


def _readings(name: str) -> Iterator[list[str]]:
    """Each way to read a name, in syllables and Latin words; a character without a reading has no syllable."""
    parts = [part for part in _BETWEEN.split(name) if part]
    head = parts[0] if parts else ""
    known = surname_readings()
    surname = next(
        (head[:length] for length in (2, 1) if head[:length] in known), "" if head.isascii() else head[:1]
    )
    rest = [head[len(surname) :], *parts[1:]]
    given = [syllable for part in rest for syllable in _plain_reading(part)]
    for reading in known.get(surname) or (_read(surname),):
        yield from _spelled([*reading, *given])


def _spelled(syllables: Sequence[str]) -> Iterator[list[str]]:
    if not syllables:
        return
    if not any("v" in each for each in syllables):
        yield list(syllables)
        return
    for sign in _UMLAUT:
        yield [each.replace("v", sign) for each in syllables]


def _plain_reading(part: str) -> Sequence[str]:
    """Syllables of characters in the dictionary's reading, and Latin words, in their order."""
    from pypinyin.constants import PHRASES_DICT

    if part in PHRASES_DICT or len(part) > 2:
        return _read(part)
    return [syllable for sign in part for syllable in _read(sign)] if not part.isascii() else _read(part)


@lru_cache(maxsize=16384)
def _read(text: str) -> tuple[str, ...]:
    """What the dictionary reads in a text, by its phrases where it knows some."""
    from pypinyin import Style, lazy_pinyin

    found = [plain_text(each) for each in lazy_pinyin(text, style=Style.NORMAL)]
    return tuple(
        token for each in found for token in _TOKENS.findall(each) if token.isascii() and token.isalpha()
    )
