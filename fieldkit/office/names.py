"""Names for tables and columns that every database takes unquoted: ASCII, lower case, at most 63 characters."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Sequence

from pypinyin import lazy_pinyin
from sqlalchemy.dialects.postgresql.base import RESERVED_WORDS
from sqlalchemy.dialects.sqlite.base import SQLiteIdentifierPreparer

from sync.table_spec import LONGEST_NAME

_WORDS = frozenset(RESERVED_WORDS) | frozenset(SQLiteIdentifierPreparer.reserved_words)
_DIGEST = 8


def plain_name(text: str) -> str:
    """Text as a name, of any length: a word of SQL gets a `_` behind it, a leading digit one before it."""
    name = _ascii(text) or "_"
    name = f"_{name}" if name[0].isdigit() else name
    return f"{name}_" if name in _WORDS else name


def free_name(steps: Sequence[str], taken: Container[str]) -> str:
    """The shortest name for a path that is not `taken`: its last step, with as many of those above it as it takes.

    Where that is not enough, a digest of the path goes behind it: always the same for the same path.
    """
    for count in range(1, len(steps) + 1):
        name = plain_name("_".join(steps[-count:]))
        if len(name) <= LONGEST_NAME and name not in taken:
            return name
    return _with_digest(plain_name(steps[-1]), "/".join(steps))


def choice_name(column: str, value: str, taken: Container[str]) -> str:
    """The name of a choice's own column: `needs__antenatal`."""
    name = f"{column}__{_ascii(value)}"
    if len(name) <= LONGEST_NAME and name not in taken:
        return name
    return _with_digest(name, f"{column}/{value}")


def _ascii(text: str) -> str:
    """Chinese as pinyin, all else that is not a letter or digit as `_`."""
    written = text if text.isascii() else "_".join(lazy_pinyin(text))
    return re.sub(r"[^a-z0-9_]", "_", written.lower())


def _with_digest(name: str, of: str) -> str:
    digest = hashlib.sha256(of.encode("utf-8")).hexdigest()[:_DIGEST]
    return f"{name[: LONGEST_NAME - _DIGEST - 1]}_{digest}"
