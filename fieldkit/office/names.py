"""Names for tables and columns that every database takes unquoted: ASCII, lower case, at most 63 characters."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql.base import RESERVED_WORDS
from sqlalchemy.dialects.sqlite.base import SQLiteIdentifierPreparer

from fieldkit.naming import Naming
from sync.table_spec import LONGEST_NAME

_WORDS = frozenset(RESERVED_WORDS) | frozenset(SQLiteIdentifierPreparer.reserved_words)
_NAMING = Naming(LONGEST_NAME, _WORDS)

plain_name = _NAMING.plain
free_name = _NAMING.free
choice_name = _NAMING.of_choice
