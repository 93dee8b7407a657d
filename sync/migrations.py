"""Archives made by earlier versions: brought up to date when they are opened, step by step."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from sync import schema
from sync.errors import SyncError


def migrate(engine: Engine, version: int, folder: Path) -> None:
    """Bring a database of an earlier version up to date.

    Raises SyncError("archive.newer") for one made by a later version.
    """
    if version > schema.VERSION:
        raise SyncError("archive.newer", path=str(folder), version=version)
