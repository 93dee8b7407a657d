"""What the archive refuses, as the refusals that screens know."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fieldkit.errors import FieldkitError
from sync import SyncError


@contextmanager
def told() -> Iterator[None]:
    """Around, or as decorator of, whatever reads or writes the archive: raises FieldkitError with the code of a SyncError."""
    try:
        yield
    except SyncError as error:
        raise FieldkitError(error.code, **error.params) from error
