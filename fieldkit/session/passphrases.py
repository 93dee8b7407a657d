"""The rules of a new passphrase, wherever it is typed."""

from __future__ import annotations

from fieldkit.errors import FieldkitError


def agreed(first: str, second: str) -> str:
    """A new passphrase that was typed twice. Raises FieldkitError("passphrase.differs"), ("passphrase.empty")."""
    if first != second:
        raise FieldkitError("passphrase.differs")
    if not first:
        raise FieldkitError("passphrase.empty")
    return first
